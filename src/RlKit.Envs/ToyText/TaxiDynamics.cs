using System.Text;
using RlKit.Drawing;
using RlKit.Dynamics;

namespace RlKit.ToyText;

/// <summary>The rules of <see cref="Taxi"/>.</summary>
public readonly struct TaxiDynamics : IDynamics<TaxiState, float, int>
{
    private const int Size = 5;
    private const int States = 500;
    private const int Actions = 6;
    private const int InTaxi = 4;
    private const int South = 0;
    private const int North = 1;
    private const int East = 2;
    private const int West = 3;
    private const int PickUp = 4;
    private const int DropOff = 5;

    private static readonly string[] ActionNames = ["South", "North", "East", "West", "Pickup", "Dropoff"];

    private readonly bool _ficklePassenger;
    private readonly double _fickleProbability;

    // One mask for each set of useful actions, so that a step allocates none.
    private readonly bool[][] _masks;

    /// <summary>The rules with the options given.</summary>
    public TaxiDynamics(TaxiOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        _ficklePassenger = options.FicklePassenger;
        _fickleProbability = options.FickleProbability;
        _masks = new bool[1 << Actions][];
        for (int set = 0; set < _masks.Length; set++)
        {
            _masks[set] = new bool[Actions];
            for (int action = 0; action < Actions; action++) _masks[set][action] = (set >> action & 1) == 1;
        }

        Table = Build(options);
        ObservationSpace = new Discrete(States);
        ActionSpace = new Discrete(Actions);
    }

    /// <summary>The map: a colon between two cells lets the taxi pass, a bar does not. Cell (row, column) is character 2 * column + 1 of line row + 1.</summary>
    public static IReadOnlyList<string> Map =>
    [
        "+---------+",
        "|R: | : :G|",
        "| : | : : |",
        "| : : : : |",
        "| | : | : |",
        "|Y| : |B: |",
        "+---------+",
    ];

    /// <summary>Row and column of the four stands: red, green, yellow, blue.</summary>
    public static IReadOnlyList<(int Row, int Column)> Stands => [(0, 0), (0, 4), (4, 0), (4, 3)];

    /// <summary>What may follow each action in each state.</summary>
    public TransitionTable Table { get; }

    /// <summary>The state's code, 0 to 499.</summary>
    public Discrete ObservationSpace { get; }

    /// <summary>0 south, 1 north, 2 east, 3 west, 4 pick up, 5 drop off.</summary>
    public Discrete ActionSpace { get; }

    Space IDynamics<TaxiState>.ObservationSpace => ObservationSpace;

    Space IDynamics<TaxiState>.ActionSpace => ActionSpace;

    /// <inheritdoc/>
    public void Reset(ref TaxiState state, Pcg64 random, EnvironmentOptions? options)
    {
        ArgumentNullException.ThrowIfNull(random);
        options?.RefuseUnknown("The reset of Taxi");
        int code = Table.DrawFirst(random);
        bool isFickle = _ficklePassenger && random.NextDouble() < _fickleProbability;
        state = new(code, isFickle, LastAction: -1, Heading: South, Probability: 1);
    }

    /// <inheritdoc/>
    public bool Accepts(ReadOnlySpan<int> action) => (uint)action[0] < Actions;

    /// <inheritdoc/>
    public double Step(ref TaxiState state, ReadOnlySpan<int> action, Pcg64 random, out bool terminated)
    {
        ArgumentNullException.ThrowIfNull(random);
        int taken = action[0];
        ref readonly Transition transition = ref Table.Draw(state.Code, taken, random);
        var next = new TaxiState(transition.NextState, state.IsFickle, taken, taken <= West ? taken : state.Heading, transition.Probability);
        if (state.IsFickle && state.Passenger == InTaxi && (next.Row != state.Row || next.Column != state.Column))
        {
            int other = random.Integers(3);
            next = next with { IsFickle = false, Code = next.Code - next.Destination + (other < state.Destination ? other : other + 1) };
        }

        state = next;
        terminated = transition.Terminated;
        return transition.Reward;
    }

    /// <inheritdoc/>
    public void Observe(in TaxiState state, Span<float> observation)
    {
        observation.Clear();
        observation[state.Code] = 1;
    }

    /// <summary>Puts <c>prob</c>, how likely the last transition was, and <c>action_mask</c>, a bool[6] of the actions that change something; do not write to it.</summary>
    public void Describe(in TaxiState state, Info info)
    {
        ArgumentNullException.ThrowIfNull(info);
        info.Set("prob", state.Probability);
        info.Set("action_mask", _masks[UsefulActions(state)]);
    }

    /// <summary>A picture of 400 x 400 pixels.</summary>
    public Frame Render(in TaxiState state) => TaxiDrawing.Draw(state.Row, state.Column, state.Passenger, state.Destination, state.Heading);

    /// <inheritdoc/>
    public void SaveState(in TaxiState state, BinaryWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.Write(state.Code);
        writer.Write(state.IsFickle);
        writer.Write(state.LastAction);
        writer.Write(state.Heading);
        writer.Write(state.Probability);
    }

    /// <inheritdoc/>
    public void LoadState(ref TaxiState state, BinaryReader reader)
    {
        ArgumentNullException.ThrowIfNull(reader);
        var read = new TaxiState(reader.ReadInt32(), reader.ReadBoolean(), reader.ReadInt32(), reader.ReadInt32(), reader.ReadDouble());
        if ((uint)read.Code >= States || read.LastAction is < -1 or >= Actions || read.Heading is < South or > West)
            throw new InvalidDataException($"{read} is no state of Taxi; the data is damaged.");
        state = read;
    }

    /// <summary>The map, with the taxi on yellow (on green with the passenger aboard), the passenger's stand in blue and the destination in magenta (ANSI escape codes), then the last action in brackets, as Gymnasium prints it.</summary>
    public string RenderText(in TaxiState state)
    {
        string[][] cells = [.. Map.Select(line => line.Select(cell => cell.ToString()).ToArray())];
        ref string taxi = ref cells[1 + state.Row][2 * state.Column + 1];
        if (state.Passenger == InTaxi)
        {
            taxi = Coloured(taxi == " " ? "_" : taxi, "42");
        }
        else
        {
            taxi = Coloured(taxi, "43");
            ref string passenger = ref At(state.Passenger);
            passenger = Coloured(passenger, "34;1");
        }

        ref string destination = ref At(state.Destination);
        destination = Coloured(destination, "35");

        var text = new StringBuilder();
        foreach (string[] line in cells) text.AppendJoin("", line).Append('\n');
        if (state.LastAction >= 0) text.Append("  (").Append(ActionNames[state.LastAction]).Append(')');
        return text.Append('\n').ToString();

        ref string At(int stand) => ref cells[1 + Stands[stand].Row][2 * Stands[stand].Column + 1];

        static string Coloured(string cell, string code) => $"\u001b[{code}m{cell}\u001b[0m";
    }

    private static int UsefulActions(in TaxiState state)
    {
        (int row, int column) = (state.Row, state.Column);
        int stand = StandAt(row, column);
        int set = 0;
        if (row < Size - 1) set |= 1 << South;
        if (row > 0) set |= 1 << North;
        if (column < Size - 1 && !HasWallEast(row, column)) set |= 1 << East;
        if (column > 0 && !HasWallEast(row, column - 1)) set |= 1 << West;
        if (state.Passenger == stand) set |= 1 << PickUp;
        if (state.Passenger == InTaxi && stand >= 0) set |= 1 << DropOff;
        return set;
    }

    private static int StandAt(int row, int column) => (row, column) switch
    {
        (0, 0) => 0,
        (0, 4) => 1,
        (4, 0) => 2,
        (4, 3) => 3,
        _ => -1,
    };

    private static bool HasWallEast(int row, int column) => (row, column) is (0 or 1, 1) or (3 or 4, 0 or 2);

    private static int Encode(int row, int column, int passenger, int destination) => ((row * Size + column) * 5 + passenger) * 4 + destination;

    private static TransitionTable Build(TaxiOptions options)
    {
        double lateralProbability = (1.0 - options.RainyProbability) / 2.0;
        double[] first = new double[States];
        int starts = 0;
        for (int code = 0; code < States; code++)
            if (IsStart(code)) starts++;
        for (int code = 0; code < States; code++) first[code] = IsStart(code) ? 1.0 / starts : 0;
        return new TransitionTable(States, Actions, first, Transitions);

        static bool IsStart(int code)
        {
            var state = new TaxiState(code, default, default, default, default);
            return state.Passenger != InTaxi && state.Passenger != state.Destination;
        }

        Transition[] Transitions(int code, int action)
        {
            var state = new TaxiState(code, default, default, default, default);
            (int row, int column) = (state.Row, state.Column);
            if (action == PickUp) return [PickedUp(state)];
            if (action == DropOff) return [DroppedOff(state)];
            if (!options.IsRainy) return [Moved(state, Go(row, column, action), 1)];

            // Where the way ahead is blocked, the rain does not push to a side either.
            bool blocked = Go(row, column, action) == (row, column);
            (int left, int right) = action switch { South => (East, West), North => (West, East), East => (North, South), _ => (South, North) };
            return
            [
                Moved(state, Go(row, column, action), options.RainyProbability),
                Moved(state, blocked ? (row, column) : Go(row, column, left), lateralProbability),
                Moved(state, blocked ? (row, column) : Go(row, column, right), lateralProbability),
            ];
        }
    }

    private static (int Row, int Column) Go(int row, int column, int direction) => direction switch
    {
        South => (Math.Min(row + 1, Size - 1), column),
        North => (Math.Max(row - 1, 0), column),
        East => (row, column < Size - 1 && !HasWallEast(row, column) ? column + 1 : column),
        _ => (row, column > 0 && !HasWallEast(row, column - 1) ? column - 1 : column),
    };

    private static Transition Moved(in TaxiState state, (int Row, int Column) to, double probability) =>
        new(probability, Encode(to.Row, to.Column, state.Passenger, state.Destination), -1, false);

    private static Transition PickedUp(in TaxiState state) => state.Passenger == StandAt(state.Row, state.Column)
        ? new(1, Encode(state.Row, state.Column, InTaxi, state.Destination), -1, false)
        : new(1, state.Code, -10, false);

    private static Transition DroppedOff(in TaxiState state)
    {
        int stand = StandAt(state.Row, state.Column);
        if (state.Passenger != InTaxi || stand < 0) return new(1, state.Code, -10, false);
        bool arrived = stand == state.Destination;
        return new(1, Encode(state.Row, state.Column, stand, state.Destination), arrived ? 20 : -1, arrived);
    }
}
