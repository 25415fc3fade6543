using RlKit.Dynamics;

namespace RlKit.MinAtar;

/// <summary>A MinAtar game as a single environment. K. Young and T. Tian, "MinAtar: An Atari-Inspired Testbed for Thorough and Reproducible Reinforcement Learning Experiments" (2019).</summary>
/// <typeparam name="TGame">The game.</typeparam>
/// <remarks>
/// Its random numbers come from an <see cref="Mt19937"/>, as the original's, so that a seed gives the same episodes; of seeds of 2^32 and more the last 32 bits count.
/// An episode has no time limit beside the game's own.
/// </remarks>
public abstract class MinAtarEnvironment<TGame> : DynamicsEnvironment<MinAtarDynamics<TGame>, MinAtarState<TGame>, byte[], int>
    where TGame : struct, IMinAtarGame
{
    private readonly Mt19937 _random = new(0);
    private readonly byte[] _observation;
    private bool _isSeeded;

    private protected MinAtarEnvironment(MinAtarOptions? options)
        : this(new MinAtarDynamics<TGame>(options ?? new()))
    {
    }

    private MinAtarEnvironment(MinAtarDynamics<TGame> dynamics)
        : base(dynamics, dynamics.ObservationSpace, dynamics.ActionSpace)
    {
        _observation = new byte[dynamics.ObservationSpace.FlatSize];
    }

    /// <inheritdoc/>
    public sealed override void SaveState(BinaryWriter writer)
    {
        base.SaveState(writer);
        writer.Write(_isSeeded);
        _random.SaveState(writer);
    }

    /// <inheritdoc/>
    public sealed override void LoadState(BinaryReader reader)
    {
        base.LoadState(reader);
        try
        {
            _isSeeded = reader.ReadBoolean();
        }
        catch (EndOfStreamException exception)
        {
            throw new InvalidDataException($"The state of {GetType().Name} ends early.", exception);
        }

        _random.LoadState(reader);
    }

    /// <inheritdoc/>
    protected sealed override void OnSeed(long seed)
    {
        base.OnSeed(seed);
        _random.Reseed(seed & uint.MaxValue);
        _isSeeded = true;
    }

    /// <inheritdoc/>
    protected sealed override bool Accepts(int action) => Dynamics.Accepts([action]);

    /// <inheritdoc/>
    protected sealed override byte[] OnReset(EnvironmentOptions? options)
    {
        if (!_isSeeded) OnSeed(Random.NextUInt32());
        Dynamics.Reset(ref Row, _random, options);
        Dynamics.Observe(Row, _observation);
        return _observation;
    }

    /// <inheritdoc/>
    protected sealed override StepResult<byte[]> OnStep(int action)
    {
        double reward = Dynamics.Step(ref Row, [action], _random, out bool terminated);
        Dynamics.Observe(Row, _observation);
        return Result(_observation, reward, terminated);
    }
}
