namespace RlKit.MinAtar;

/// <summary>The actions of every MinAtar game, in the original's order; a game does nothing at those that it has no use for.</summary>
public enum MinAtarAction
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>To the left.</summary>
    Left,

    /// <summary>Up.</summary>
    Up,

    /// <summary>To the right.</summary>
    Right,

    /// <summary>Down.</summary>
    Down,

    /// <summary>Fire.</summary>
    Fire,
}
