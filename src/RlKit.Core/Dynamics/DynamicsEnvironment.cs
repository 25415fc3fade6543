namespace RlKit.Dynamics;

/// <summary>The rules of an <see cref="IDynamics{TState}"/> as a single environment: a batch of one row.</summary>
public abstract class DynamicsEnvironment<TDynamics, TState, TObservation, TAction> : Environment<TObservation, TAction>, IStateful
    where TDynamics : struct, IDynamics<TState>
    where TState : struct
    where TObservation : notnull
    where TAction : notnull
{
    private readonly TDynamics _dynamics;
    private TState _state;

    /// <summary>An environment with the rules given.</summary>
    protected DynamicsEnvironment(TDynamics dynamics, Space<TObservation> observationSpace, Space<TAction> actionSpace)
        : base(observationSpace, actionSpace)
    {
        _dynamics = dynamics;
    }

    /// <summary>The rules: use them to plan, on rows of one's own.</summary>
    public ref readonly TDynamics Dynamics => ref _dynamics;

    /// <summary>The present row. Set it to go on from another state; the next step starts there.</summary>
    public TState State
    {
        get => _state;
        set => _state = value;
    }

    /// <inheritdoc/>
    public override bool ReusesObservation => true;

    /// <summary>The present row, to step it in place.</summary>
    protected ref TState Row => ref _state;

    /// <inheritdoc/>
    public override Frame Render()
    {
        _ = Random;
        return Dynamics.Render(_state);
    }

    /// <inheritdoc/>
    public override string RenderText()
    {
        _ = Random;
        return Dynamics.RenderText(_state);
    }

    /// <inheritdoc/>
    public virtual void SaveState(BinaryWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        SaveBaseState(writer);
        Dynamics.SaveState(_state, writer);
    }

    /// <inheritdoc/>
    public virtual void LoadState(BinaryReader reader)
    {
        ArgumentNullException.ThrowIfNull(reader);
        try
        {
            LoadBaseState(reader);
            TState state = default;
            Dynamics.LoadState(ref state, reader);
            _state = state;
        }
        catch (EndOfStreamException exception)
        {
            throw new InvalidDataException($"The state of {GetType().Name} ends early.", exception);
        }
    }

    /// <summary>A seed begins anew: nothing of the row before is left.</summary>
    protected override void OnSeed(long seed) => _state = default;
}
