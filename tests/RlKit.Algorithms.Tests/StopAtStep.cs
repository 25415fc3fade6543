namespace RlKit.Tests;

/// <summary>Interrupts a training at a step.</summary>
internal sealed class StopAtStep(long step) : Callback
{
    public override void OnStep(TrainingContext context)
    {
        if (context.Step >= step) context.Stop("interrupted");
    }
}
