namespace RlKit.Drawing;

/// <summary>How a line ends.</summary>
public enum LineCap
{
    /// <summary>Straight, at the end point.</summary>
    Butt,

    /// <summary>With a half circle around the end point.</summary>
    Round,
}
