namespace RlKit;

/// <summary>
/// Something that happens during a training: override what you wait for. A callback may call <see cref="TrainingContext.Stop"/>. One with a
/// state that decides anything later implements <see cref="IStateful"/>, and checkpoints hold it.
/// </summary>
public abstract class Callback
{
    /// <summary>The training begins or goes on.</summary>
    public virtual void OnStart(TrainingContext context)
    {
    }

    /// <summary>All copies were stepped once, and the updates that were due are done. Called at every vector step: be quick.</summary>
    public virtual void OnStep(TrainingContext context)
    {
    }

    /// <summary>An episode finished.</summary>
    public virtual void OnEpisode(TrainingContext context, in Episode episode)
    {
    }

    /// <summary>The agent's weights changed.</summary>
    public virtual void OnUpdate(TrainingContext context)
    {
    }

    /// <summary>The training ends: all steps done, stopped or cancelled. Not called after an exception.</summary>
    public virtual void OnEnd(TrainingContext context)
    {
    }
}
