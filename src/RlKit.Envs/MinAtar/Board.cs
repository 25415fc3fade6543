namespace RlKit.MinAtar;

/// <summary>The board of every game.</summary>
internal static class Board
{
    /// <summary>Cells in a row, and rows.</summary>
    public const int Side = 10;

    /// <summary>Cells on the board.</summary>
    public const int Cells = Side * Side;

    /// <summary>The last column, and the last row.</summary>
    public const int Last = Side - 1;

    /// <summary>Where in an observation something is seen.</summary>
    public static int Index(int x, int y, int channel, int channels) => (y * Side + x) * channels + channel;

    /// <summary>Reads a number of a saved state.</summary>
    /// <exception cref="InvalidDataException">It is out of the range that the game can bring it to.</exception>
    public static int ReadWithin(BinaryReader reader, int low, int high)
    {
        int value = reader.ReadInt32();
        return value >= low && value <= high ? value : throw new InvalidDataException($"{value} is outside {low} to {high} in the state of a MinAtar game; the data is damaged.");
    }
}
