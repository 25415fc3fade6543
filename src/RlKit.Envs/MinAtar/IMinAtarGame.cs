namespace RlKit.MinAtar;

/// <summary>One game in progress on a board of 10 x 10 cells: its state, and its rules.</summary>
/// <remarks>Implement it by a struct whose copies are independent, so that a copy of a game can be played on to plan.</remarks>
public interface IMinAtarGame
{
    /// <summary>Kinds of things on the board; each has a channel of the observation.</summary>
    static abstract int Channels { get; }

    /// <summary>The actions that change something, in the order of <see cref="MinAtarAction"/>.</summary>
    static abstract ReadOnlySpan<MinAtarAction> MinimalActions { get; }

    /// <summary>How often the game has become harder in this episode; 0 where it never does.</summary>
    int DifficultyRamp { get; }

    /// <summary>Sets the board up for an episode.</summary>
    void Reset(Mt19937 random);

    /// <summary>Plays one frame.</summary>
    /// <param name="action">What the player does.</param>
    /// <param name="ramping">True when the game may become harder.</param>
    /// <param name="random">The random numbers of this game.</param>
    /// <param name="terminated">True when the game is over.</param>
    /// <returns>The reward.</returns>
    int Act(MinAtarAction action, bool ramping, Mt19937 random, out bool terminated);

    /// <summary>Writes a 1 for everything on the board.</summary>
    /// <param name="board">Row by row from the top, within a row from the left, within a cell by channel; all 0 before.</param>
    void Observe(Span<byte> board);

    /// <summary>Writes the state.</summary>
    void SaveState(BinaryWriter writer);

    /// <summary>Reads what <see cref="SaveState"/> wrote.</summary>
    /// <exception cref="InvalidDataException">The data is no such state.</exception>
    void LoadState(BinaryReader reader);
}
