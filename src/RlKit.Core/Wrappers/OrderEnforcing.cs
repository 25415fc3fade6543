namespace RlKit;

/// <summary>
/// Refuses <see cref="Step"/>, <see cref="Render"/> and <see cref="RenderText"/> before the first <see cref="Reset"/>, for an environment that would not. One that derives from
/// <see cref="Environment{TObservation,TAction}"/> needs none.
/// </summary>
/// <remarks>Gymnasium's OrderEnforcing.</remarks>
public sealed class OrderEnforcing<TObservation, TAction>(IEnvironment<TObservation, TAction> environment) : Wrapper<TObservation, TAction>(environment)
    where TObservation : notnull
    where TAction : notnull
{
    private bool _hasReset;

    /// <inheritdoc/>
    public override bool EnforcesOrder => true;

    /// <inheritdoc/>
    public override ResetResult<TObservation> Reset(long? seed = null, EnvironmentOptions? options = null)
    {
        ResetResult<TObservation> result = Inner.Reset(seed, options);
        _hasReset = true;
        return result;
    }

    /// <inheritdoc/>
    public override StepResult<TObservation> Step(TAction action) => _hasReset ? Inner.Step(action) : throw NotReset(nameof(Step));

    /// <inheritdoc/>
    public override Frame Render() => _hasReset ? Inner.Render() : throw NotReset(nameof(Render));

    /// <inheritdoc/>
    public override string RenderText() => _hasReset ? Inner.RenderText() : throw NotReset(nameof(RenderText));

    /// <inheritdoc/>
    public override void SaveState(BinaryWriter writer)
    {
        base.SaveState(writer);
        writer.Write(_hasReset);
    }

    /// <inheritdoc/>
    public override void LoadState(BinaryReader reader)
    {
        base.LoadState(reader);
        _hasReset = reader.ReadBoolean();
    }

    private InvalidOperationException NotReset(string call) =>
        new($"{call} was called on {((IWrapper)this).Unwrapped.GetType().Name} before the first Reset; call Reset first.");
}
