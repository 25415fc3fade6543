using RlKit.Drawing;
using RlKit.Dynamics;

namespace RlKit.MinAtar;

/// <summary>The rules around a MinAtar game: which actions there are, and that they stick.</summary>
/// <typeparam name="TGame">The game.</typeparam>
public readonly struct MinAtarDynamics<TGame> : IDynamics<MinAtarState<TGame>, byte, int, Mt19937>
    where TGame : struct, IMinAtarGame
{
    private const int AllActions = 6;

    private readonly double _stickyProbability;
    private readonly bool _ramping;
    private readonly bool _minimal;
    private readonly int _actions;

    /// <summary>The rules with the options given.</summary>
    public MinAtarDynamics(MinAtarOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        _stickyProbability = options.StickyActionProbability;
        _ramping = options.DifficultyRamping;
        _minimal = options.UseMinimalActionSet;
        _actions = _minimal ? TGame.MinimalActions.Length : AllActions;
        ObservationSpace = new Box<byte>(0, 1, [Board.Side, Board.Side, TGame.Channels]);
        ActionSpace = new Discrete(_actions);
    }

    /// <summary>Rows, columns and channels: 1 where there is something of the channel's kind.</summary>
    public Box<byte> ObservationSpace { get; }

    /// <summary>The number of a <see cref="MinAtarAction"/>, or with <see cref="MinAtarOptions.UseMinimalActionSet"/> an index into <see cref="IMinAtarGame.MinimalActions"/>.</summary>
    public Discrete ActionSpace { get; }

    Space IDynamics<MinAtarState<TGame>>.ObservationSpace => ObservationSpace;

    Space IDynamics<MinAtarState<TGame>>.ActionSpace => ActionSpace;

    /// <inheritdoc/>
    public void Reset(ref MinAtarState<TGame> state, Mt19937 random, EnvironmentOptions? options)
    {
        ArgumentNullException.ThrowIfNull(random);
        options?.RefuseUnknown("The reset of a MinAtar game");
        state._game.Reset(random);
    }

    /// <inheritdoc/>
    public bool Accepts(ReadOnlySpan<int> action) => (uint)action[0] < (uint)_actions;

    /// <inheritdoc/>
    public double Step(ref MinAtarState<TGame> state, ReadOnlySpan<int> action, Mt19937 random, out bool terminated)
    {
        ArgumentNullException.ThrowIfNull(random);

        // Drawn where nothing sticks too, as the original does.
        bool sticks = random.NextDouble() < _stickyProbability;
        if (!sticks) state.LastAction = _minimal ? TGame.MinimalActions[action[0]] : (MinAtarAction)action[0];
        return state._game.Act(state.LastAction, _ramping, random, out terminated);
    }

    /// <inheritdoc/>
    public void Observe(in MinAtarState<TGame> state, Span<byte> observation)
    {
        observation.Clear();
        state._game.Observe(observation);
    }

    /// <summary>Puts nothing: the observation is all there is.</summary>
    public void Describe(in MinAtarState<TGame> state, Info info)
    {
    }

    /// <summary>A picture of 400 x 400 pixels with a color for each channel; where several are in a cell, the last is seen.</summary>
    public Frame Render(in MinAtarState<TGame> state)
    {
        byte[] board = new byte[Board.Cells * TGame.Channels];
        state._game.Observe(board);
        return MinAtarDrawing.Draw(board, TGame.Channels);
    }

    /// <inheritdoc/>
    public void SaveState(in MinAtarState<TGame> state, BinaryWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.Write((int)state.LastAction);
        state._game.SaveState(writer);
    }

    /// <inheritdoc/>
    public void LoadState(ref MinAtarState<TGame> state, BinaryReader reader)
    {
        ArgumentNullException.ThrowIfNull(reader);
        var read = new MinAtarState<TGame> { LastAction = (MinAtarAction)Board.ReadWithin(reader, 0, AllActions - 1) };
        read._game.LoadState(reader);
        state = read;
    }
}
