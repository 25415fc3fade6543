using System.Runtime.CompilerServices;

namespace RlKit.MinAtar;

/// <summary>The state and the rules of <see cref="Freeway"/>.</summary>
public struct FreewayGame : IMinAtarGame
{
    private const int Chicken = 0, CarChannel = 1, SlowestCar = 5;
    private const int Lanes = 8, ChickenX = 4, StepsPerMove = 3, TimeLimit = 2500;

    private int _chicken;
    private int _moveTimer;
    private int _timeLeft;
    private Cars _cars;

    /// <summary>7.</summary>
    public static int Channels => 7;

    /// <inheritdoc/>
    public static ReadOnlySpan<MinAtarAction> MinimalActions => [MinAtarAction.None, MinAtarAction.Up, MinAtarAction.Down];

    /// <inheritdoc/>
    public readonly int DifficultyRamp => 0;

    /// <inheritdoc/>
    public void Reset(Mt19937 random)
    {
        _cars = default;
        DrawSpeeds(random);
        _chicken = Board.Last;
        _moveTimer = StepsPerMove;
        _timeLeft = TimeLimit;
    }

    /// <inheritdoc/>
    public int Act(MinAtarAction action, bool ramping, Mt19937 random, out bool terminated)
    {
        int reward = 0;
        if (_moveTimer == 0 && action is (MinAtarAction.Up or MinAtarAction.Down))
        {
            _moveTimer = StepsPerMove;
            _chicken = action == MinAtarAction.Up ? Math.Max(0, _chicken - 1) : Math.Min(Board.Last, _chicken + 1);
        }

        if (_chicken == 0)
        {
            reward = 1;
            DrawSpeeds(random);
            _chicken = Board.Last;
        }

        for (int lane = 0; lane < Lanes; lane++)
        {
            ref Car car = ref _cars[lane];
            if (IsHit(car, lane)) _chicken = Board.Last;
            if (car.Timer > 0)
            {
                car.Timer--;
                continue;
            }

            car.Timer = car.Period;
            car.X = (sbyte)Ahead(car.X, car.ToRight);
            if (IsHit(car, lane)) _chicken = Board.Last;
        }

        if (_moveTimer > 0) _moveTimer--;
        terminated = --_timeLeft < 0;
        return reward;
    }

    /// <inheritdoc/>
    public readonly void Observe(Span<byte> board)
    {
        board[Board.Index(ChickenX, _chicken, Chicken, Channels)] = 1;
        for (int lane = 0; lane < Lanes; lane++)
        {
            Car car = _cars[lane];
            board[Board.Index(car.X, lane + 1, CarChannel, Channels)] = 1;
            board[Board.Index(Ahead(car.X, !car.ToRight), lane + 1, CarChannel + car.Period, Channels)] = 1;
        }
    }

    /// <inheritdoc/>
    public readonly void SaveState(BinaryWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.Write(_chicken);
        writer.Write(_moveTimer);
        writer.Write(_timeLeft);
        for (int lane = 0; lane < Lanes; lane++)
        {
            Car car = _cars[lane];
            writer.Write((int)car.X);
            writer.Write((int)car.Timer);
            writer.Write((int)car.Period);
            writer.Write(car.ToRight);
        }
    }

    /// <inheritdoc/>
    public void LoadState(BinaryReader reader)
    {
        ArgumentNullException.ThrowIfNull(reader);
        _chicken = Board.ReadWithin(reader, 0, Board.Last);
        _moveTimer = Board.ReadWithin(reader, 0, StepsPerMove);
        _timeLeft = Board.ReadWithin(reader, -1, TimeLimit);
        for (int lane = 0; lane < Lanes; lane++)
        {
            ref Car car = ref _cars[lane];
            car.X = (sbyte)Board.ReadWithin(reader, 0, Board.Last);
            car.Timer = (sbyte)Board.ReadWithin(reader, 0, SlowestCar);
            car.Period = (sbyte)Board.ReadWithin(reader, 1, SlowestCar);
            car.ToRight = reader.ReadBoolean();
        }
    }

    // The road is a ring.
    private static int Ahead(int x, bool toRight) => toRight ? x == Board.Last ? 0 : x + 1 : x == 0 ? Board.Last : x - 1;

    private readonly bool IsHit(in Car car, int lane) => car.X == ChickenX && lane + 1 == _chicken;

    private void DrawSpeeds(Mt19937 random)
    {
        for (int lane = 0; lane < Lanes; lane++) _cars[lane].Timer = _cars[lane].Period = (sbyte)random.Integers(1, SlowestCar + 1);
        for (int lane = 0; lane < Lanes; lane++) _cars[lane].ToRight = random.NextDouble() > 0.5;
    }

    /// <summary>A car moves by a cell when its timer is 0, and every Period + 1 steps.</summary>
    private struct Car
    {
        public sbyte X;
        public sbyte Timer;
        public sbyte Period;
        public bool ToRight;
    }

    [InlineArray(Lanes)]
    private struct Cars
    {
        private Car _first;
    }
}
