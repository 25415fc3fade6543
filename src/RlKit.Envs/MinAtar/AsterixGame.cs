using System.Runtime.CompilerServices;

namespace RlKit.MinAtar;

/// <summary>The state and the rules of <see cref="Asterix"/>.</summary>
public struct AsterixGame : IMinAtarGame
{
    private const int Player = 0, Enemy = 1, Trail = 2, Gold = 3;
    private const int Lanes = 8, RampInterval = 100, FirstSpawnInterval = 10, FirstMoveInterval = 5;

    private int _playerX;
    private int _playerY;
    private int _spawnInterval;
    private int _spawnTimer;
    private int _moveInterval;
    private int _moveTimer;
    private int _rampTimer;
    private int _ramp;
    private Walkers _walkers;

    /// <summary>4.</summary>
    public static int Channels => 4;

    /// <inheritdoc/>
    public static ReadOnlySpan<MinAtarAction> MinimalActions => [MinAtarAction.None, MinAtarAction.Left, MinAtarAction.Up, MinAtarAction.Right, MinAtarAction.Down];

    /// <inheritdoc/>
    public readonly int DifficultyRamp => _ramp;

    /// <inheritdoc/>
    public void Reset(Mt19937 random)
    {
        _playerX = 5;
        _playerY = 5;
        _spawnInterval = _spawnTimer = FirstSpawnInterval;
        _moveInterval = _moveTimer = FirstMoveInterval;
        _rampTimer = RampInterval;
        _ramp = 0;
        _walkers = default;
    }

    /// <inheritdoc/>
    public int Act(MinAtarAction action, bool ramping, Mt19937 random, out bool terminated)
    {
        int reward = 0;
        terminated = false;
        if (_spawnTimer == 0)
        {
            Spawn(random);
            _spawnTimer = _spawnInterval;
        }

        switch (action)
        {
            case MinAtarAction.Left: _playerX = Math.Max(0, _playerX - 1); break;
            case MinAtarAction.Right: _playerX = Math.Min(Board.Last, _playerX + 1); break;
            case MinAtarAction.Up: _playerY = Math.Max(1, _playerY - 1); break;
            case MinAtarAction.Down: _playerY = Math.Min(Lanes, _playerY + 1); break;
        }

        // Only what is in the player's lane can meet the player.
        ref Walker met = ref _walkers[_playerY - 1];
        Meet(ref met, ref reward, ref terminated);
        if (_moveTimer == 0)
        {
            _moveTimer = _moveInterval;
            for (int lane = 0; lane < Lanes; lane++)
            {
                ref Walker walker = ref _walkers[lane];
                if (!walker.IsPresent) continue;
                walker.X += (sbyte)(walker.ToRight ? 1 : -1);
                if (walker.X is < 0 or > Board.Last) walker.IsPresent = false;
            }

            Meet(ref met, ref reward, ref terminated);
        }

        _spawnTimer--;
        _moveTimer--;
        if (ramping && (_spawnInterval > 1 || _moveInterval > 1)) Ramp();
        return reward;
    }

    /// <inheritdoc/>
    public readonly void Observe(Span<byte> board)
    {
        board[Board.Index(_playerX, _playerY, Player, Channels)] = 1;
        for (int lane = 0; lane < Lanes; lane++)
        {
            Walker walker = _walkers[lane];
            if (!walker.IsPresent) continue;
            board[Board.Index(walker.X, lane + 1, walker.IsGold ? Gold : Enemy, Channels)] = 1;
            int behind = walker.X + (walker.ToRight ? -1 : 1);
            if (behind is >= 0 and <= Board.Last) board[Board.Index(behind, lane + 1, Trail, Channels)] = 1;
        }
    }

    /// <inheritdoc/>
    public readonly void SaveState(BinaryWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.Write(_playerX);
        writer.Write(_playerY);
        writer.Write(_spawnInterval);
        writer.Write(_spawnTimer);
        writer.Write(_moveInterval);
        writer.Write(_moveTimer);
        writer.Write(_rampTimer);
        writer.Write(_ramp);
        for (int lane = 0; lane < Lanes; lane++)
        {
            Walker walker = _walkers[lane];
            writer.Write(walker.IsPresent);
            if (!walker.IsPresent) continue;
            writer.Write((int)walker.X);
            writer.Write(walker.ToRight);
            writer.Write(walker.IsGold);
        }
    }

    /// <inheritdoc/>
    public void LoadState(BinaryReader reader)
    {
        ArgumentNullException.ThrowIfNull(reader);
        _playerX = Board.ReadWithin(reader, 0, Board.Last);
        _playerY = Board.ReadWithin(reader, 1, Lanes);
        _spawnInterval = Board.ReadWithin(reader, 1, FirstSpawnInterval);
        _spawnTimer = Board.ReadWithin(reader, 0, FirstSpawnInterval);
        _moveInterval = Board.ReadWithin(reader, 1, FirstMoveInterval);
        _moveTimer = Board.ReadWithin(reader, 0, FirstMoveInterval);
        _rampTimer = Board.ReadWithin(reader, -1, RampInterval);
        _ramp = Board.ReadWithin(reader, 0, int.MaxValue);
        for (int lane = 0; lane < Lanes; lane++)
        {
            ref Walker walker = ref _walkers[lane];
            walker = default;
            walker.IsPresent = reader.ReadBoolean();
            if (!walker.IsPresent) continue;
            walker.X = (sbyte)Board.ReadWithin(reader, 0, Board.Last);
            walker.ToRight = reader.ReadBoolean();
            walker.IsGold = reader.ReadBoolean();
        }
    }

    private readonly void Meet(ref Walker walker, ref int reward, ref bool terminated)
    {
        if (!walker.IsPresent || walker.X != _playerX) return;
        if (walker.IsGold)
        {
            walker.IsPresent = false;
            reward++;
        }
        else
        {
            terminated = true;
        }
    }

    private void Spawn(Mt19937 random)
    {
        bool toRight = random.NextDouble() < 1.0 / 2;
        bool isGold = random.NextDouble() < 1.0 / 3;
        int free = 0;
        for (int lane = 0; lane < Lanes; lane++)
            if (!_walkers[lane].IsPresent) free++;
        if (free == 0) return;

        int chosen = random.Integers(free);
        for (int lane = 0; lane < Lanes; lane++)
        {
            if (_walkers[lane].IsPresent || chosen-- > 0) continue;
            _walkers[lane] = new Walker { X = (sbyte)(toRight ? 0 : Board.Last), IsPresent = true, ToRight = toRight, IsGold = isGold };
            return;
        }
    }

    private void Ramp()
    {
        if (_rampTimer >= 0)
        {
            _rampTimer--;
            return;
        }

        if (_moveInterval > 1 && _ramp % 2 == 1) _moveInterval--;
        if (_spawnInterval > 1) _spawnInterval--;
        _ramp++;
        _rampTimer = RampInterval;
    }

    /// <summary>An enemy or a treasure; there is at most one in a lane.</summary>
    private struct Walker
    {
        public sbyte X;
        public bool IsPresent;
        public bool ToRight;
        public bool IsGold;
    }

    [InlineArray(Lanes)]
    private struct Walkers
    {
        private Walker _first;
    }
}
