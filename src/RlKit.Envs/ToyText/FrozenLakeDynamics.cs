using RlKit.Drawing;
using RlKit.Dynamics;

namespace RlKit.ToyText;

/// <summary>The rules of <see cref="FrozenLake"/>.</summary>
public readonly struct FrozenLakeDynamics : IDynamics<GridState, float, int>
{
    private const int Left = 0;
    private const int Down = 1;
    private const int Right = 2;
    private const int Up = 3;

    /// <summary>The rules with the options given.</summary>
    public FrozenLakeDynamics(FrozenLakeOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        Map = options.Map;
        Table = Build(options);
        ObservationSpace = new Discrete(Table.States);
        ActionSpace = new Discrete(Table.Actions);
    }

    /// <summary>The rows of the map.</summary>
    public IReadOnlyList<string> Map { get; }

    /// <summary>What may follow each action in each cell.</summary>
    public TransitionTable Table { get; }

    /// <summary>The cell: row * columns + column.</summary>
    public Discrete ObservationSpace { get; }

    /// <summary>0 left, 1 down, 2 right, 3 up.</summary>
    public Discrete ActionSpace { get; }

    Space IDynamics<GridState>.ObservationSpace => ObservationSpace;

    Space IDynamics<GridState>.ActionSpace => ActionSpace;

    /// <inheritdoc/>
    public void Reset(ref GridState state, Pcg64 random, EnvironmentOptions? options)
    {
        ArgumentNullException.ThrowIfNull(random);
        options?.RefuseUnknown("The reset of FrozenLake");
        state = GridState.First(Table, random);
    }

    /// <inheritdoc/>
    public bool Accepts(ReadOnlySpan<int> action) => (uint)action[0] < 4;

    /// <inheritdoc/>
    public double Step(ref GridState state, ReadOnlySpan<int> action, Pcg64 random, out bool terminated)
    {
        ArgumentNullException.ThrowIfNull(random);
        state = state.Next(Table, action[0], random, out double reward, out terminated);
        return reward;
    }

    /// <inheritdoc/>
    public void Observe(in GridState state, Span<float> observation)
    {
        observation.Clear();
        observation[state.Cell] = 1;
    }

    /// <summary>Puts <c>prob</c>, how likely the last transition was.</summary>
    public void Describe(in GridState state, Info info)
    {
        ArgumentNullException.ThrowIfNull(info);
        info.Set("prob", state.Probability);
    }

    /// <summary>A picture with tiles of 64 x 64 pixels, smaller ones for a map of more than 8 rows or columns.</summary>
    public Frame Render(in GridState state) => FrozenLakeDrawing.Draw(Map, state.Cell, state.LastAction);

    /// <inheritdoc/>
    public void SaveState(in GridState state, BinaryWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        state.Save(writer);
    }

    /// <inheritdoc/>
    public void LoadState(ref GridState state, BinaryReader reader)
    {
        ArgumentNullException.ThrowIfNull(reader);
        state = GridState.Load(reader, Table);
    }

    /// <summary>The last action in brackets, then the map, with the walker's cell on red (ANSI escape codes), as Gymnasium prints it.</summary>
    public string RenderText(in GridState state)
    {
        string text = state.LastAction switch
        {
            Left => "  (Left)\n",
            Down => "  (Down)\n",
            Right => "  (Right)\n",
            Up => "  (Up)\n",
            _ => "\n",
        };
        (int row, int column) = Math.DivRem(state.Cell, Map[0].Length);
        for (int i = 0; i < Map.Count; i++)
        {
            string cells = Map[i];
            text += i == row ? $"{cells[..column]}\u001b[41m{cells[column]}\u001b[0m{cells[(column + 1)..]}\n" : cells + "\n";
        }

        return text;
    }

    private static TransitionTable Build(FrozenLakeOptions options)
    {
        IReadOnlyList<string> map = options.Map;
        int rows = map.Count;
        int columns = map[0].Length;
        double failRate = (1.0 - options.SuccessRate) / 2.0;

        int starts = map.Sum(row => row.Count(cell => cell == 'S'));
        double[] first = new double[rows * columns];
        for (int cell = 0; cell < first.Length; cell++) first[cell] = At(cell) == 'S' ? 1.0 / starts : 0;

        return new TransitionTable(rows * columns, 4, first, (cell, action) =>
        {
            if (At(cell) is 'G' or 'H') return [new(1, cell, 0, true)];
            if (!options.IsSlippery) return [Move(cell, action, 1)];
            return [Move(cell, (action + 3) % 4, failRate), Move(cell, action, options.SuccessRate), Move(cell, (action + 1) % 4, failRate)];
        });

        char At(int cell) => map[cell / columns][cell % columns];

        Transition Move(int cell, int direction, double probability)
        {
            (int row, int column) = Math.DivRem(cell, columns);
            if (direction == Left) column = Math.Max(column - 1, 0);
            else if (direction == Down) row = Math.Min(row + 1, rows - 1);
            else if (direction == Right) column = Math.Min(column + 1, columns - 1);
            else row = Math.Max(row - 1, 0);

            int next = row * columns + column;
            return At(next) switch
            {
                'G' => new(probability, next, options.GoalReward, true),
                'H' => new(probability, next, options.HoleReward, true),
                _ => new(probability, next, options.FrozenReward, false),
            };
        }
    }
}
