using System.Numerics;

namespace RlKit.MinAtar;

/// <summary>The state and the rules of <see cref="SpaceInvaders"/>.</summary>
public struct SpaceInvadersGame : IMinAtarGame
{
    private const int Cannon = 0, Alien = 1, AlienToLeft = 2, AlienToRight = 3, OwnBullet = 4, AlienBullet = 5;
    private const int ShotInterval = 5, FirstMoveInterval = 12, LastMoveInterval = 6, AlienShotInterval = 10;

    private int _cannon;
    private int _direction;
    private int _shotTimer;
    private int _moveInterval;
    private int _moveTimer;
    private int _alienShotTimer;
    private int _ramp;

    // Cell (x, y) is bit 10 y + x.
    private UInt128 _aliens;
    private UInt128 _ownBullets;
    private UInt128 _alienBullets;

    /// <summary>6.</summary>
    public static int Channels => 6;

    /// <inheritdoc/>
    public static ReadOnlySpan<MinAtarAction> MinimalActions => [MinAtarAction.None, MinAtarAction.Left, MinAtarAction.Right, MinAtarAction.Fire];

    /// <inheritdoc/>
    public readonly int DifficultyRamp => _ramp;

    private static UInt128 AllCells => (UInt128.One << Board.Cells) - 1;

    private static UInt128 LeftColumn => AllCells / ((UInt128.One << Board.Side) - 1);

    private static UInt128 BottomRow => (UInt128)((1 << Board.Side) - 1) << Board.Last * Board.Side;

    /// <summary>Four rows of six aliens.</summary>
    private static UInt128 Wave
    {
        get
        {
            const ulong row = 0b0011111100;
            return row | row << Board.Side | row << 2 * Board.Side | row << 3 * Board.Side;
        }
    }

    /// <inheritdoc/>
    public void Reset(Mt19937 random)
    {
        _cannon = 5;
        _direction = -1;
        _shotTimer = 0;
        _moveInterval = _moveTimer = FirstMoveInterval;
        _alienShotTimer = AlienShotInterval;
        _ramp = 0;
        _aliens = Wave;
        _ownBullets = 0;
        _alienBullets = 0;
    }

    /// <inheritdoc/>
    public int Act(MinAtarAction action, bool ramping, Mt19937 random, out bool terminated)
    {
        if (action == MinAtarAction.Fire && _shotTimer == 0)
        {
            _ownBullets |= CannonCell;
            _shotTimer = ShotInterval;
        }
        else if (action == MinAtarAction.Left)
        {
            _cannon = Math.Max(0, _cannon - 1);
        }
        else if (action == MinAtarAction.Right)
        {
            _cannon = Math.Min(Board.Last, _cannon + 1);
        }

        UInt128 cannon = CannonCell;
        _ownBullets >>= Board.Side;
        _alienBullets = _alienBullets << Board.Side & AllCells;
        terminated = ((_alienBullets | _aliens) & cannon) != 0;
        if (_moveTimer == 0)
        {
            _moveTimer = Math.Min(Count(_aliens), _moveInterval);
            terminated |= MoveAliens();
            terminated |= (_aliens & cannon) != 0;
        }

        if (_alienShotTimer == 0)
        {
            _alienShotTimer = AlienShotInterval;
            _alienBullets |= NearestAlien();
        }

        UInt128 hit = _aliens & _ownBullets;
        _aliens ^= hit;
        _ownBullets ^= hit;

        if (_shotTimer > 0) _shotTimer--;
        _moveTimer--;
        _alienShotTimer--;
        if (_aliens == 0)
        {
            if (_moveInterval > LastMoveInterval && ramping)
            {
                _moveInterval--;
                _ramp++;
            }

            _aliens = Wave;
        }

        return Count(hit);
    }

    /// <inheritdoc/>
    public readonly void Observe(Span<byte> board)
    {
        board[Board.Index(_cannon, Board.Last, Cannon, Channels)] = 1;
        int moving = _direction < 0 ? AlienToLeft : AlienToRight;
        for (UInt128 left = _aliens; left != 0; left &= left - 1)
        {
            int cell = First(left) * Channels;
            board[cell + Alien] = 1;
            board[cell + moving] = 1;
        }

        for (UInt128 left = _ownBullets; left != 0; left &= left - 1) board[First(left) * Channels + OwnBullet] = 1;
        for (UInt128 left = _alienBullets; left != 0; left &= left - 1) board[First(left) * Channels + AlienBullet] = 1;
    }

    /// <inheritdoc/>
    public readonly void SaveState(BinaryWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.Write(_cannon);
        writer.Write(_direction);
        writer.Write(_shotTimer);
        writer.Write(_moveInterval);
        writer.Write(_moveTimer);
        writer.Write(_alienShotTimer);
        writer.Write(_ramp);
        Write(_aliens);
        Write(_ownBullets);
        Write(_alienBullets);

        void Write(UInt128 cells)
        {
            writer.Write((ulong)cells);
            writer.Write((ulong)(cells >> 64));
        }
    }

    /// <inheritdoc/>
    public void LoadState(BinaryReader reader)
    {
        ArgumentNullException.ThrowIfNull(reader);
        _cannon = Board.ReadWithin(reader, 0, Board.Last);
        _direction = Board.ReadWithin(reader, -1, 1);
        _shotTimer = Board.ReadWithin(reader, 0, ShotInterval);
        _moveInterval = Board.ReadWithin(reader, LastMoveInterval, FirstMoveInterval);
        _moveTimer = Board.ReadWithin(reader, 0, FirstMoveInterval);
        _alienShotTimer = Board.ReadWithin(reader, 0, AlienShotInterval);
        _ramp = Board.ReadWithin(reader, 0, int.MaxValue);
        _aliens = Read();
        _ownBullets = Read();
        _alienBullets = Read();

        UInt128 Read()
        {
            ulong low = reader.ReadUInt64();
            var cells = new UInt128(reader.ReadUInt64(), low);
            return cells <= AllCells ? cells : throw new InvalidDataException("There are things beside the board in the state of SpaceInvaders; the data is damaged.");
        }
    }

    private readonly UInt128 CannonCell => UInt128.One << Board.Last * Board.Side + _cannon;

    private static int First(UInt128 cells) =>
        (ulong)cells != 0 ? BitOperations.TrailingZeroCount((ulong)cells) : 64 + BitOperations.TrailingZeroCount((ulong)(cells >> 64));

    private static int Count(UInt128 cells) => BitOperations.PopCount((ulong)cells) + BitOperations.PopCount((ulong)(cells >> 64));

    /// <returns>True when they reached the ground.</returns>
    private bool MoveAliens()
    {
        UInt128 edge = _direction < 0 ? LeftColumn : LeftColumn << Board.Last;
        if ((_aliens & edge) == 0)
        {
            _aliens = _direction < 0 ? _aliens >> 1 : _aliens << 1;
            return false;
        }

        // Those at the ground come back at the top, in the last picture of the episode.
        UInt128 grounded = _aliens & BottomRow;
        _direction = -_direction;
        _aliens = (_aliens << Board.Side | grounded >> Board.Last * Board.Side) & AllCells;
        return grounded != 0;
    }

    /// <summary>The lowest alien in the column that is nearest to the cannon, the left one of two; nothing where there is none.</summary>
    private readonly UInt128 NearestAlien()
    {
        for (int distance = 0; distance < Board.Side; distance++)
        {
            UInt128 column = Column(_cannon - distance);
            if (column == 0) column = Column(_cannon + distance);
            if (column != 0) return UInt128.One << 127 - (int)UInt128.LeadingZeroCount(column);
        }

        return 0;
    }

    private readonly UInt128 Column(int x) => x is >= 0 and <= Board.Last ? _aliens & LeftColumn << x : 0;
}
