namespace RlKit.MinAtar;

/// <summary>The state and the rules of <see cref="Seaquest"/>.</summary>
public struct SeaquestGame : IMinAtarGame
{
    private const int Front = 0, Back = 1, OwnBullet = 2, Trail = 3, EnemyBullet = 4, Fish = 5, Submarine = 6, OxygenGauge = 7, DiverGauge = 8, Diver = 9;
    private const int MostOxygen = 200, MostDivers = 6, Deepest = 8;
    private const int FirstSpawnInterval = 20, DiverSpawnInterval = 30, FirstMoveInterval = 5, ShortestMoveInterval = 2, DiverMoveInterval = 5, ShotInterval = 5, EnemyShotInterval = 10;

    private int _oxygen;
    private int _diversAboard;
    private Swimmer _own;
    private bool _isSurfaced;
    private int _shotTimer;
    private int _spawnInterval;
    private int _spawnTimer;
    private int _diverTimer;
    private int _moveInterval;
    private int _ramp;
    private Shoal _ownBullets;
    private Shoal _enemyBullets;
    private Shoal _fish;
    private Shoal _submarines;
    private Shoal _divers;

    /// <summary>10.</summary>
    public static int Channels => 10;

    /// <inheritdoc/>
    public static ReadOnlySpan<MinAtarAction> MinimalActions =>
        [MinAtarAction.None, MinAtarAction.Left, MinAtarAction.Up, MinAtarAction.Right, MinAtarAction.Down, MinAtarAction.Fire];

    /// <inheritdoc/>
    public readonly int DifficultyRamp => _ramp;

    /// <inheritdoc/>
    public void Reset(Mt19937 random)
    {
        _oxygen = MostOxygen;
        _diversAboard = 0;
        _own = new Swimmer(5, 0, ToRight: false);
        _isSurfaced = true;
        _shotTimer = 0;
        _spawnInterval = _spawnTimer = FirstSpawnInterval;
        _diverTimer = DiverSpawnInterval;
        _moveInterval = FirstMoveInterval;
        _ramp = 0;
        _ownBullets.Clear();
        _enemyBullets.Clear();
        _fish.Clear();
        _submarines.Clear();
        _divers.Clear();
    }

    /// <inheritdoc/>
    public int Act(MinAtarAction action, bool ramping, Mt19937 random, out bool terminated)
    {
        if (_spawnTimer == 0)
        {
            SpawnEnemy(random);
            _spawnTimer = _spawnInterval;
        }

        if (_diverTimer == 0)
        {
            _divers.Add(Enter(random.NextDouble() < 1.0 / 2, Depth(random), DiverMoveInterval));
            _diverTimer = DiverSpawnInterval;
        }

        Steer(action);
        terminated = false;
        int reward = MoveOwnBullets();
        MoveDivers();
        reward += MoveEnemies(ref _submarines, shoot: true, ref terminated);
        MoveEnemyBullets(ref terminated);
        reward += MoveEnemies(ref _fish, shoot: false, ref terminated);

        if (_spawnTimer > 0) _spawnTimer--;
        if (_diverTimer > 0) _diverTimer--;
        if (_shotTimer > 0) _shotTimer--;
        if (_oxygen <= 0) terminated = true;
        if (_own.Y > 0)
        {
            _oxygen--;
            _isSurfaced = false;
        }
        else if (!_isSurfaced)
        {
            if (_diversAboard == 0) terminated = true;
            else reward += Surface(ramping);
        }

        return reward;
    }

    /// <inheritdoc/>
    public readonly void Observe(Span<byte> board)
    {
        board[Board.Index(_own.X, _own.Y, Front, Channels)] = 1;
        board[Board.Index(_own.X + (_own.ToRight ? -1 : 1), _own.Y, Back, Channels)] = 1;
        int oxygen = Math.Max(0, _oxygen) * Board.Side / MostOxygen;
        for (int x = 0; x < oxygen; x++) board[Board.Index(x, Board.Last, OxygenGauge, Channels)] = 1;
        for (int x = Board.Last - _diversAboard; x < Board.Last; x++) board[Board.Index(x, Board.Last, DiverGauge, Channels)] = 1;
        foreach (ref readonly Swimmer bullet in _ownBullets.View) board[Board.Index(bullet.X, bullet.Y, OwnBullet, Channels)] = 1;
        foreach (ref readonly Swimmer bullet in _enemyBullets.View) board[Board.Index(bullet.X, bullet.Y, EnemyBullet, Channels)] = 1;
        ObserveWithTrail(_fish, Fish, board);
        ObserveWithTrail(_submarines, Submarine, board);
        ObserveWithTrail(_divers, Diver, board);
    }

    /// <inheritdoc/>
    public readonly void SaveState(BinaryWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.Write(_oxygen);
        writer.Write(_diversAboard);
        writer.Write((int)_own.X);
        writer.Write((int)_own.Y);
        writer.Write(_own.ToRight);
        writer.Write(_isSurfaced);
        writer.Write(_shotTimer);
        writer.Write(_spawnInterval);
        writer.Write(_spawnTimer);
        writer.Write(_diverTimer);
        writer.Write(_moveInterval);
        writer.Write(_ramp);
        _ownBullets.SaveState(writer);
        _enemyBullets.SaveState(writer);
        _fish.SaveState(writer);
        _submarines.SaveState(writer);
        _divers.SaveState(writer);
    }

    /// <inheritdoc/>
    public void LoadState(BinaryReader reader)
    {
        ArgumentNullException.ThrowIfNull(reader);
        _oxygen = Board.ReadWithin(reader, -1, MostOxygen);
        _diversAboard = Board.ReadWithin(reader, int.MinValue, MostDivers);
        _own = new Swimmer((sbyte)Board.ReadWithin(reader, 0, Board.Last), (sbyte)Board.ReadWithin(reader, 0, Deepest), reader.ReadBoolean());
        _isSurfaced = reader.ReadBoolean();
        _shotTimer = Board.ReadWithin(reader, 0, ShotInterval);
        _spawnInterval = Board.ReadWithin(reader, 1, FirstSpawnInterval);
        _spawnTimer = Board.ReadWithin(reader, 0, FirstSpawnInterval);
        _diverTimer = Board.ReadWithin(reader, 0, DiverSpawnInterval);
        _moveInterval = Board.ReadWithin(reader, ShortestMoveInterval, FirstMoveInterval);
        _ramp = Board.ReadWithin(reader, 0, int.MaxValue);
        _ownBullets.LoadState(reader);
        _enemyBullets.LoadState(reader);
        _fish.LoadState(reader);
        _submarines.LoadState(reader);
        _divers.LoadState(reader);
    }

    private static Swimmer Enter(bool toRight, int depth, int moveTimer, int shotTimer = 0) =>
        new((sbyte)(toRight ? 0 : Board.Last), (sbyte)depth, toRight, (sbyte)moveTimer, (sbyte)shotTimer);

    private static int Depth(Mt19937 random) => random.Integers(1, Deepest + 1);

    private static bool Faces(in Shoal shoal, int depth, bool toRight)
    {
        foreach (ref readonly Swimmer swimmer in shoal.View)
            if (swimmer.Y == depth && swimmer.ToRight != toRight) return true;
        return false;
    }

    private static void ObserveWithTrail(in Shoal shoal, int channel, Span<byte> board)
    {
        foreach (ref readonly Swimmer swimmer in shoal.View)
        {
            board[Board.Index(swimmer.X, swimmer.Y, channel, Channels)] = 1;
            int behind = swimmer.X + (swimmer.ToRight ? -1 : 1);
            if (behind is >= 0 and <= Board.Last) board[Board.Index(behind, swimmer.Y, Trail, Channels)] = 1;
        }
    }

    private void SpawnEnemy(Mt19937 random)
    {
        bool toRight = random.NextDouble() < 1.0 / 2;
        bool isSubmarine = random.NextDouble() < 1.0 / 3;
        int depth = Depth(random);
        if (Faces(_submarines, depth, toRight) || Faces(_fish, depth, toRight)) return;
        if (isSubmarine) _submarines.Add(Enter(toRight, depth, _moveInterval, EnemyShotInterval));
        else _fish.Add(Enter(toRight, depth, _moveInterval));
    }

    private void Steer(MinAtarAction action)
    {
        switch (action)
        {
            case MinAtarAction.Fire when _shotTimer == 0:
                _ownBullets.Add(_own);
                _shotTimer = ShotInterval;
                break;
            case MinAtarAction.Left: _own = _own with { X = (sbyte)Math.Max(0, _own.X - 1), ToRight = false }; break;
            case MinAtarAction.Right: _own = _own with { X = (sbyte)Math.Min(Board.Last, _own.X + 1), ToRight = true }; break;
            case MinAtarAction.Up: _own.Y = (sbyte)Math.Max(0, _own.Y - 1); break;
            case MinAtarAction.Down: _own.Y = (sbyte)Math.Min(Deepest, _own.Y + 1); break;
        }
    }

    private int MoveOwnBullets()
    {
        int reward = 0;
        for (int i = _ownBullets.Count - 1; i >= 0; i--)
        {
            ref Swimmer bullet = ref _ownBullets.All[i];
            bullet.Swim();
            if (bullet.IsOutside)
            {
                _ownBullets.Remove(i);
                continue;
            }

            if (!RemoveAt(ref _fish, bullet) && !RemoveAt(ref _submarines, bullet)) continue;
            _ownBullets.Remove(i);
            reward++;
        }

        return reward;
    }

    private static bool RemoveAt(ref Shoal shoal, in Swimmer swimmer)
    {
        int hit = shoal.FirstAt(swimmer);
        if (hit < 0) return false;
        shoal.Remove(hit);
        return true;
    }

    private void MoveDivers()
    {
        for (int i = _divers.Count - 1; i >= 0; i--)
        {
            ref Swimmer diver = ref _divers.All[i];
            if (TryRescue(i)) continue;
            if (diver.MoveTimer > 0)
            {
                diver.MoveTimer--;
                continue;
            }

            diver.MoveTimer = DiverMoveInterval;
            diver.Swim();
            if (diver.IsOutside) _divers.Remove(i);
            else TryRescue(i);
        }
    }

    private bool TryRescue(int index)
    {
        if (_diversAboard >= MostDivers || !_divers.All[index].Meets(_own)) return false;
        _divers.Remove(index);
        _diversAboard++;
        return true;
    }

    private int MoveEnemies(ref Shoal shoal, bool shoot, ref bool terminated)
    {
        int reward = 0;
        for (int i = shoal.Count - 1; i >= 0; i--)
        {
            Swimmer enemy = shoal.All[i];
            int index = i;
            if (enemy.Meets(_own)) terminated = true;
            if (enemy.MoveTimer > 0)
            {
                enemy.MoveTimer--;
            }
            else
            {
                enemy.MoveTimer = (sbyte)_moveInterval;
                enemy.Swim();
                shoal.All[i] = enemy;
                if (enemy.IsOutside)
                {
                    index = shoal.Remove(i);
                }
                else if (enemy.Meets(_own))
                {
                    terminated = true;
                }
                else if (RemoveAt(ref _ownBullets, enemy))
                {
                    index = shoal.Remove(i);
                    reward++;
                }
            }

            if (shoot && enemy.ShotTimer-- == 0)
            {
                // One that was just removed shoots for the last time.
                enemy.ShotTimer = EnemyShotInterval;
                _enemyBullets.Add(new(enemy.X, enemy.Y, enemy.ToRight));
            }

            if (index >= 0) shoal.All[index] = enemy;
        }

        return reward;
    }

    private void MoveEnemyBullets(ref bool terminated)
    {
        for (int i = _enemyBullets.Count - 1; i >= 0; i--)
        {
            ref Swimmer bullet = ref _enemyBullets.All[i];
            if (bullet.Meets(_own)) terminated = true;
            bullet.Swim();
            if (bullet.IsOutside) _enemyBullets.Remove(i);
            else if (bullet.Meets(_own)) terminated = true;
        }
    }

    private int Surface(bool ramping)
    {
        _isSurfaced = true;
        int reward = 0;
        if (_diversAboard == MostDivers)
        {
            _diversAboard = 0;
            reward = _oxygen * 10 / MostOxygen;
        }

        // After six divers -1 are aboard, as in the original: one more has to be fetched.
        _diversAboard--;
        _oxygen = MostOxygen;
        if (ramping && (_spawnInterval > 1 || _moveInterval > ShortestMoveInterval))
        {
            if (_moveInterval > ShortestMoveInterval && _ramp % 2 == 1) _moveInterval--;
            if (_spawnInterval > 1) _spawnInterval--;
            _ramp++;
        }

        return reward;
    }
}
