using System.Numerics;

namespace RlKit.MinAtar;

/// <summary>The state and the rules of <see cref="Breakout"/>.</summary>
public struct BreakoutGame : IMinAtarGame
{
    private const int Paddle = 0, Ball = 1, Trail = 2, Brick = 3;
    private const int FirstBrickRow = 1, BrickRows = 3;
    private const uint AllBricks = (1u << (BrickRows * Board.Side)) - 1;

    private int _paddle;
    private int _ballX;
    private int _ballY;
    private int _lastX;
    private int _lastY;
    private bool _toRight;
    private bool _down;
    private bool _strike;
    private uint _bricks;

    /// <summary>4.</summary>
    public static int Channels => 4;

    /// <inheritdoc/>
    public static ReadOnlySpan<MinAtarAction> MinimalActions => [MinAtarAction.None, MinAtarAction.Left, MinAtarAction.Right];

    /// <inheritdoc/>
    public readonly int DifficultyRamp => 0;

    /// <inheritdoc/>
    public void Reset(Mt19937 random)
    {
        bool fromRight = random.Integers(2) == 1;
        _ballX = fromRight ? Board.Last : 0;
        _ballY = 3;
        (_lastX, _lastY) = (_ballX, _ballY);
        (_toRight, _down) = (!fromRight, true);
        _strike = false;
        _paddle = 4;
        _bricks = AllBricks;
    }

    /// <inheritdoc/>
    public int Act(MinAtarAction action, bool ramping, Mt19937 random, out bool terminated)
    {
        int reward = 0;
        terminated = false;
        if (action == MinAtarAction.Left) _paddle = Math.Max(0, _paddle - 1);
        else if (action == MinAtarAction.Right) _paddle = Math.Min(Board.Last, _paddle + 1);

        (_lastX, _lastY) = (_ballX, _ballY);
        int x = _ballX + (_toRight ? 1 : -1);
        int y = _ballY + (_down ? 1 : -1);
        if (x is < 0 or > Board.Last)
        {
            x = Math.Clamp(x, 0, Board.Last);
            _toRight = !_toRight;
        }

        bool meetsBrick = false;
        if (y < 0)
        {
            y = 0;
            _down = !_down;
        }
        else if (HasBrick(x, y))
        {
            // The ball passes through the bricks behind one that it broke in the step before.
            meetsBrick = true;
            if (!_strike)
            {
                reward = 1;
                _bricks &= ~Bit(x, y);
                y = _lastY;
                _down = !_down;
            }
        }
        else if (y == Board.Last)
        {
            if (_bricks == 0) _bricks = AllBricks;
            if (_ballX == _paddle)
            {
                _down = !_down;
                y = _lastY;
            }
            else if (x == _paddle)
            {
                (_toRight, _down) = (!_toRight, !_down);
                y = _lastY;
            }
            else
            {
                terminated = true;
            }
        }

        _strike = meetsBrick;
        (_ballX, _ballY) = (x, y);
        return reward;
    }

    /// <inheritdoc/>
    public readonly void Observe(Span<byte> board)
    {
        board[Board.Index(_ballX, _ballY, Ball, Channels)] = 1;
        board[Board.Index(_paddle, Board.Last, Paddle, Channels)] = 1;
        board[Board.Index(_lastX, _lastY, Trail, Channels)] = 1;
        for (uint left = _bricks; left != 0; left &= left - 1)
            board[(FirstBrickRow * Board.Side + BitOperations.TrailingZeroCount(left)) * Channels + Brick] = 1;
    }

    /// <inheritdoc/>
    public readonly void SaveState(BinaryWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.Write(_paddle);
        writer.Write(_ballX);
        writer.Write(_ballY);
        writer.Write(_lastX);
        writer.Write(_lastY);
        writer.Write(_toRight);
        writer.Write(_down);
        writer.Write(_strike);
        writer.Write((int)_bricks);
    }

    /// <inheritdoc/>
    public void LoadState(BinaryReader reader)
    {
        ArgumentNullException.ThrowIfNull(reader);
        _paddle = Board.ReadWithin(reader, 0, Board.Last);
        _ballX = Board.ReadWithin(reader, 0, Board.Last);
        _ballY = Board.ReadWithin(reader, 0, Board.Last);
        _lastX = Board.ReadWithin(reader, 0, Board.Last);
        _lastY = Board.ReadWithin(reader, 0, Board.Last);
        _toRight = reader.ReadBoolean();
        _down = reader.ReadBoolean();
        _strike = reader.ReadBoolean();
        _bricks = (uint)Board.ReadWithin(reader, 0, (int)AllBricks);
    }

    private readonly bool HasBrick(int x, int y) => y is >= FirstBrickRow and < FirstBrickRow + BrickRows && (_bricks & Bit(x, y)) != 0;

    private static uint Bit(int x, int y) => 1u << ((y - FirstBrickRow) * Board.Side + x);
}
