namespace RlKit;

/// <summary>Puts the number of steps taken in the episode behind the elements of the observation, so that an agent can know how much time it has left.</summary>
/// <remarks>Gymnasium's TimeAwareObservation, flattened. Pardo et al. 2018, "Time Limits in Reinforcement Learning" (https://arxiv.org/abs/1712.00378).</remarks>
public sealed class TimeAwareObservation<TAction> : ObservationWrapper<float[], float[], TAction>
    where TAction : notnull
{
    private readonly int _limit;
    private readonly bool _normalize;
    private readonly Box<float> _space;
    private readonly ObservationBuffer<float> _buffer;
    private int _elapsed;

    /// <summary>Adds the time.</summary>
    /// <param name="environment">The environment to wrap; its observation space is a box, and it has a time limit.</param>
    /// <param name="normalizeTime">Give the part of the limit that has passed, 0 to 1, in place of the number of steps.</param>
    /// <exception cref="ArgumentException">The observation space is no box, or nothing limits the episode.</exception>
    public TimeAwareObservation(IEnvironment<float[], TAction> environment, bool normalizeTime = false)
        : base(environment)
    {
        Box<float> inner = WrappedSpace.Box<float>(environment.ObservationSpace, nameof(TimeAwareObservation<TAction>), nameof(environment));
        _limit = environment.MaxEpisodeSteps
            ?? throw new ArgumentException($"{((IWrapper)this).Unwrapped.GetType().Name} has no time limit; put a TimeLimit around it first.", nameof(environment));
        _normalize = normalizeTime;
        _space = new Box<float>([.. inner.Low, 0], [.. inner.High, normalizeTime ? 1 : _limit]);
        _buffer = new ObservationBuffer<float>(environment, _space.FlatSize);
    }

    /// <inheritdoc/>
    public override Space<float[]> ObservationSpace => _space;

    /// <inheritdoc/>
    public override ResetResult<float[]> Reset(long? seed = null, EnvironmentOptions? options = null)
    {
        ResetResult<float[]> result = Inner.Reset(seed, options);
        _elapsed = 0;
        return new(Observe(result.Observation), result.Info);
    }

    /// <inheritdoc/>
    public override StepResult<float[]> Step(TAction action)
    {
        StepResult<float[]> result = Inner.Step(action);
        _elapsed++;
        return result with { Observation = Observe(result.Observation) };
    }

    /// <inheritdoc/>
    public override void SaveState(BinaryWriter writer)
    {
        base.SaveState(writer);
        writer.Write(_elapsed);
    }

    /// <inheritdoc/>
    public override void LoadState(BinaryReader reader)
    {
        base.LoadState(reader);
        _elapsed = reader.ReadInt32();
    }

    /// <inheritdoc/>
    protected override float[] Observe(float[] observation)
    {
        float[] timed = _buffer.Next();
        observation.CopyTo(timed, 0);
        timed[^1] = _normalize ? (float)((double)_elapsed / _limit) : _elapsed;
        return timed;
    }
}
