namespace RlKit.ToyText;

/// <summary>Maps for <see cref="FrozenLake"/>: Gymnasium's two, and random ones.</summary>
public static class FrozenLakeMap
{
    private const int MostAttempts = 100_000;

    /// <summary>The map of 4 x 4 cells, "4x4" by name.</summary>
    public static IReadOnlyList<string> Small => ["SFFF", "FHFH", "FFFH", "HFFG"];

    /// <summary>The map of 8 x 8 cells, "8x8" by name.</summary>
    public static IReadOnlyList<string> Large =>
        ["SFFFFFFF", "FFFFFFFF", "FFFHFFFF", "FFFFFHFF", "FFFHFFFF", "FHHFFFHF", "FHFFHFHF", "FFFHFFFG"];

    /// <summary>A random map with a way from the start, in the upper left corner, to the goal, in the lower right one; Gymnasium's generate_random_map.</summary>
    /// <param name="size">Rows and columns, 2 or more.</param>
    /// <param name="p">How likely a cell is frozen, above 0 up to 1; the others are holes.</param>
    /// <param name="seed">The same seed gives the same map, 0 or more; null for another one each time.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is outside its range.</exception>
    /// <exception cref="InvalidOperationException">None of 100,000 maps had such a way.</exception>
    public static IReadOnlyList<string> Random(int size = 8, double p = 0.8, long? seed = null)
    {
        if (size < 2) throw new ArgumentOutOfRangeException(nameof(size), size, $"The size is {size}; give 2 or more, so that start and goal lie apart.");
        if (p is not (> 0 and <= 1))
            throw new ArgumentOutOfRangeException(nameof(p), p, FormattableString.Invariant($"p is {p}; give a probability above 0, up to 1."));
        if (seed is < 0) throw new ArgumentOutOfRangeException(nameof(seed), seed, $"The seed is {seed}; give one of 0 or more, or none.");

        Pcg64 random = seed is { } given ? new Pcg64(given) : new Pcg64();
        ReadOnlySpan<double> probabilities = [p, 1 - p];
        for (int attempt = 0; attempt < MostAttempts; attempt++)
        {
            char[][] cells = new char[size][];
            for (int row = 0; row < size; row++)
            {
                cells[row] = new char[size];
                for (int column = 0; column < size; column++) cells[row][column] = random.Choice(probabilities) == 0 ? 'F' : 'H';
            }

            cells[0][0] = 'S';
            cells[^1][^1] = 'G';
            if (HasWay(cells)) return [.. cells.Select(row => new string(row))];
        }

        throw new InvalidOperationException(
            FormattableString.Invariant($"None of {MostAttempts} random maps of size {size} with p = {p} had a way to the goal; raise p, or take a smaller map."));
    }

    internal static IReadOnlyList<string> Named(string name) => name switch
    {
        "4x4" => Small,
        "8x8" => Large,
        _ => throw new ArgumentException($"There is no map '{name}'; option 'map_name' is '4x4' or '8x8', and 'desc' takes a map of your own.", nameof(name)),
    };

    internal static IReadOnlyList<string> Checked(IReadOnlyList<string> map)
    {
        ArgumentNullException.ThrowIfNull(map);
        if (map.Count == 0 || string.IsNullOrEmpty(map[0]))
            throw new ArgumentException("The map is empty; give at least one row with a start S and a goal G.", nameof(map));
        for (int row = 0; row < map.Count; row++)
        {
            string cells = map[row] ?? throw new ArgumentException($"Row {row} of the map is null.", nameof(map));
            if (cells.Length != map[0].Length)
                throw new ArgumentException($"Row {row} of the map, '{cells}', has {cells.Length} cells, but row 0 has {map[0].Length}; make all rows equally long.", nameof(map));
            int unknown = cells.AsSpan().IndexOfAnyExcept("SFHG");
            if (unknown >= 0)
                throw new ArgumentException($"Row {row} of the map, '{cells}', has a '{cells[unknown]}' in column {unknown}; cells are S (start), F (frozen), H (hole) and G (goal).", nameof(map));
        }

        if (!map.Any(row => row.Contains('S', StringComparison.Ordinal))) throw new ArgumentException("The map has no start; write an S where an episode begins.", nameof(map));
        if (!map.Any(row => row.Contains('G', StringComparison.Ordinal))) throw new ArgumentException("The map has no goal; write a G where an episode is won.", nameof(map));
        return [.. map];
    }

    private static bool HasWay(char[][] cells)
    {
        int size = cells.Length;
        bool[] seen = new bool[size * size];
        var open = new Stack<int>([0]);
        seen[0] = true;
        while (open.TryPop(out int cell))
        {
            (int row, int column) = Math.DivRem(cell, size);
            if (cells[row][column] == 'G') return true;
            if (row > 0) Visit(cell - size);
            if (row < size - 1) Visit(cell + size);
            if (column > 0) Visit(cell - 1);
            if (column < size - 1) Visit(cell + 1);
        }

        return false;

        void Visit(int cell)
        {
            if (seen[cell] || cells[cell / size][cell % size] == 'H') return;
            seen[cell] = true;
            open.Push(cell);
        }
    }
}
