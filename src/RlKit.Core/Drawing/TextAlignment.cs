namespace RlKit.Drawing;

/// <summary>Where a text lies relative to the position that is given for it.</summary>
public enum TextAlignment
{
    /// <summary>The text begins there.</summary>
    Left,

    /// <summary>The text's middle is there.</summary>
    Center,

    /// <summary>The text ends there.</summary>
    Right,
}
