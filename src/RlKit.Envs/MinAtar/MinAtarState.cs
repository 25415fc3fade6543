namespace RlKit.MinAtar;

/// <summary>One row of state of a MinAtar game: <see cref="MinAtarDynamics{TGame}"/> runs over it.</summary>
/// <typeparam name="TGame">The game.</typeparam>
public struct MinAtarState<TGame>
    where TGame : struct, IMinAtarGame
{
    // A field, so that a step changes it in place.
    internal TGame _game;

    /// <summary>The game in progress.</summary>
    public TGame Game
    {
        readonly get => _game;
        set => _game = value;
    }

    /// <summary>The last action that was taken, which sticks. As in the original it outlives the end of an episode; only a seed forgets it.</summary>
    public MinAtarAction LastAction { get; set; }
}
