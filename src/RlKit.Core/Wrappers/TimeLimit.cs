namespace RlKit;

/// <summary>
/// Truncates an episode at its n-th step, whether or not that step terminates it too. Truncation is no end of the task: what would
/// have followed still has a value (<see cref="StepResult{TObservation}.Truncated"/>).
/// </summary>
/// <remarks>Gymnasium's TimeLimit.</remarks>
public sealed class TimeLimit<TObservation, TAction> : Wrapper<TObservation, TAction>
    where TObservation : notnull
    where TAction : notnull
{
    private readonly int _limit;
    private StepLimit _steps;

    /// <summary>Limits the steps of an episode.</summary>
    /// <param name="environment">The environment to wrap.</param>
    /// <param name="maxEpisodeSteps">The steps of an episode at most, 1 or more.</param>
    /// <exception cref="ArgumentOutOfRangeException">The limit is below 1.</exception>
    public TimeLimit(IEnvironment<TObservation, TAction> environment, int maxEpisodeSteps)
        : base(environment)
    {
        _steps = new StepLimit(maxEpisodeSteps);
        _limit = maxEpisodeSteps;
    }

    /// <inheritdoc/>
    public override int? MaxEpisodeSteps => Math.Min(_limit, Inner.MaxEpisodeSteps ?? int.MaxValue);

    /// <summary>Steps taken in the present episode.</summary>
    public int ElapsedSteps => _steps.Elapsed;

    /// <inheritdoc/>
    public override ResetResult<TObservation> Reset(long? seed = null, EnvironmentOptions? options = null)
    {
        ResetResult<TObservation> result = Inner.Reset(seed, options);
        _steps.Restart();
        return result;
    }

    /// <inheritdoc/>
    public override StepResult<TObservation> Step(TAction action)
    {
        if (_steps.Elapsed >= _limit)
            throw new InvalidOperationException($"The episode has ended: it was truncated at step {_limit}. Call Reset before the next Step.");
        StepResult<TObservation> result = Inner.Step(action);
        return _steps.Step() ? result with { Truncated = true } : result;
    }

    /// <inheritdoc/>
    public override void SaveState(BinaryWriter writer)
    {
        base.SaveState(writer);
        writer.Write(_steps.Elapsed);
    }

    /// <inheritdoc/>
    public override void LoadState(BinaryReader reader)
    {
        base.LoadState(reader);
        _steps.Elapsed = reader.ReadInt32();
    }
}
