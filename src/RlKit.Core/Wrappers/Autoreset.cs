namespace RlKit;

/// <summary>
/// Resets by itself: the step after the last one of an episode ignores its action and gives the first observation of the next, with reward 0 and both flags false.
/// </summary>
/// <remarks>Gymnasium's Autoreset; for vectors that is <see cref="AutoresetMode.NextStep"/>.</remarks>
public sealed class Autoreset<TObservation, TAction>(IEnvironment<TObservation, TAction> environment) : Wrapper<TObservation, TAction>(environment)
    where TObservation : notnull
    where TAction : notnull
{
    private bool _ended;

    /// <inheritdoc/>
    public override ResetResult<TObservation> Reset(long? seed = null, EnvironmentOptions? options = null)
    {
        ResetResult<TObservation> result = Inner.Reset(seed, options);
        _ended = false;
        return result;
    }

    /// <inheritdoc/>
    public override StepResult<TObservation> Step(TAction action)
    {
        if (_ended)
        {
            ResetResult<TObservation> reset = Inner.Reset();
            _ended = false;
            return new(reset.Observation, 0, false, false, reset.Info);
        }

        StepResult<TObservation> result = Inner.Step(action);
        _ended = result.Done;
        return result;
    }

    /// <inheritdoc/>
    public override void SaveState(BinaryWriter writer)
    {
        base.SaveState(writer);
        writer.Write(_ended);
    }

    /// <inheritdoc/>
    public override void LoadState(BinaryReader reader)
    {
        base.LoadState(reader);
        _ended = reader.ReadBoolean();
    }
}
