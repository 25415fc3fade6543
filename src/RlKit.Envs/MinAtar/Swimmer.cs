namespace RlKit.MinAtar;

/// <summary>What moves through the sea of <see cref="Seaquest"/>: a bullet, a diver, a fish or a submarine. Those without a timer leave it at 0.</summary>
internal record struct Swimmer(sbyte X, sbyte Y, bool ToRight, sbyte MoveTimer = 0, sbyte ShotTimer = 0)
{
    /// <summary>It has left the sea.</summary>
    public readonly bool IsOutside => X is < 0 or > Board.Last;

    /// <summary>It is where another is.</summary>
    public readonly bool Meets(in Swimmer other) => X == other.X && Y == other.Y;

    /// <summary>Moves by a cell.</summary>
    public void Swim() => X += (sbyte)(ToRight ? 1 : -1);
}
