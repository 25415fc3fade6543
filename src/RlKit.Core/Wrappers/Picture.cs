namespace RlKit;

/// <summary>The arithmetic on pictures that single and vector wrappers share.</summary>
internal static class Picture
{
    private const double RedWeight = 0.2125;
    private const double GreenWeight = 0.7154;
    private const double BlueWeight = 0.0721;

    /// <summary>The space of grey pictures for one of coloured pictures.</summary>
    public static Box<byte> GraySpace(Box<byte> picture, bool keepDimension, string argument)
    {
        ReadOnlySpan<int> shape = picture.Shape;
        if (shape.Length != 3 || shape[2] != 3) throw new ArgumentException($"Grey pictures are made from pictures of shape (height, width, 3), but the observations are {picture}.", argument);
        return keepDimension ? new Box<byte>(0, 255, [shape[0], shape[1], 1]) : new Box<byte>(0, 255, shape[..2]);
    }

    public static void ToGray(ReadOnlySpan<byte> colour, Span<byte> gray)
    {
        if (colour.Length != 3 * gray.Length) throw new ArgumentException($"The picture has {colour.Length} bytes; it needs {3 * gray.Length}.", nameof(colour));
        for (int i = 0; i < gray.Length; i++)
        {
            ReadOnlySpan<byte> pixel = colour.Slice(3 * i, 3);
            gray[i] = (byte)((RedWeight * pixel[0]) + (GreenWeight * pixel[1]) + (BlueWeight * pixel[2]));
        }
    }
}
