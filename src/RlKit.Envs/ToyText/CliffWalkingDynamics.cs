using System.Text;
using RlKit.Drawing;
using RlKit.Dynamics;

namespace RlKit.ToyText;

/// <summary>The rules of <see cref="CliffWalking"/>.</summary>
public readonly struct CliffWalkingDynamics : IDynamics<GridState, float, int>
{
    private const int Start = (Rows - 1) * Columns;
    private const int Goal = Rows * Columns - 1;
    private const int Up = 0;
    private const int Right = 1;
    private const int Down = 2;

    /// <summary>The rules with the options given.</summary>
    public CliffWalkingDynamics(CliffWalkingOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        Table = Build(options.IsSlippery);
        ObservationSpace = new Discrete(Table.States);
        ActionSpace = new Discrete(Table.Actions);
    }

    /// <summary>Rows of the grid: 4.</summary>
    public const int Rows = 4;

    /// <summary>Columns of the grid: 12.</summary>
    public const int Columns = 12;

    /// <summary>What may follow each action in each cell.</summary>
    public TransitionTable Table { get; }

    /// <summary>The cell: row * 12 + column.</summary>
    public Discrete ObservationSpace { get; }

    /// <summary>0 up, 1 right, 2 down, 3 left.</summary>
    public Discrete ActionSpace { get; }

    Space IDynamics<GridState>.ObservationSpace => ObservationSpace;

    Space IDynamics<GridState>.ActionSpace => ActionSpace;

    /// <summary>True for a cell of the cliff: those between start and goal.</summary>
    public static bool IsCliff(int cell) => cell is > Start and < Goal;

    /// <inheritdoc/>
    public void Reset(ref GridState state, Pcg64 random, EnvironmentOptions? options)
    {
        ArgumentNullException.ThrowIfNull(random);
        options?.RefuseUnknown("The reset of CliffWalking");
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

    /// <summary>A picture of 720 x 240 pixels.</summary>
    public Frame Render(in GridState state) => CliffWalkingDrawing.Draw(state.Cell, state.LastAction);

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

    /// <summary>The grid, with x for the walker, C for the cliff and T for the goal, as Gymnasium prints it.</summary>
    public string RenderText(in GridState state)
    {
        var text = new StringBuilder();
        for (int cell = 0; cell < Rows * Columns; cell++)
        {
            int column = cell % Columns;
            if (column > 0) text.Append("  ");
            text.Append(cell == state.Cell ? 'x' : cell == Goal ? 'T' : IsCliff(cell) ? 'C' : 'o');
            if (column == Columns - 1) text.Append('\n');
        }

        return text.Append('\n').ToString();
    }

    private static TransitionTable Build(bool isSlippery)
    {
        double[] first = new double[Rows * Columns];
        first[Start] = 1;
        return new TransitionTable(Rows * Columns, 4, first, (cell, action) => isSlippery
            ? [Move(cell, (action + 3) % 4, 1.0 / 3), Move(cell, action, 1.0 / 3), Move(cell, (action + 1) % 4, 1.0 / 3)]
            : [Move(cell, action, 1)]);
    }

    private static Transition Move(int cell, int direction, double probability)
    {
        (int row, int column) = Math.DivRem(cell, Columns);
        if (direction == Up) row = Math.Max(row - 1, 0);
        else if (direction == Right) column = Math.Min(column + 1, Columns - 1);
        else if (direction == Down) row = Math.Min(row + 1, Rows - 1);
        else column = Math.Max(column - 1, 0);

        int next = row * Columns + column;
        return IsCliff(next) ? new(probability, Start, -100, false) : new(probability, next, -1, next == Goal);
    }
}
