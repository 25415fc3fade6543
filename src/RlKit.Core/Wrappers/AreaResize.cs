namespace RlKit;

/// <summary>
/// Resizes pictures by area: a new pixel is the mean of the old ones under it, each weighted with the part of it that is covered. OpenCV's INTER_AREA.
/// </summary>
internal sealed class AreaResize
{
    private readonly int _channels;
    private readonly Axis _rows;
    private readonly Axis _columns;
    private readonly float[] _narrowed;
    private readonly float[] _sums;
    private readonly bool _halves;

    public AreaResize(int height, int width, int channels, int newHeight, int newWidth)
    {
        _channels = channels;
        _rows = new Axis(height, newHeight);
        _columns = new Axis(width, newWidth);
        _narrowed = new float[height * newWidth * channels];
        _sums = new float[newWidth * channels];

        // OpenCV halves with whole numbers and rounds one half up, where it otherwise rounds it to even.
        _halves = height == 2 * newHeight && width == 2 * newWidth;
    }

    /// <summary>The space of resized pictures, or an error that says what is wrong.</summary>
    public static Box<byte> Space(Box<byte> picture, int height, int width, string argument)
    {
        if (height < 1) throw new ArgumentOutOfRangeException(nameof(height), height, $"The new height is {height}; give 1 or more.");
        if (width < 1) throw new ArgumentOutOfRangeException(nameof(width), width, $"The new width is {width}; give 1 or more.");
        ReadOnlySpan<int> shape = picture.Shape;
        if (shape.Length is not (2 or 3)) throw new ArgumentException($"Pictures of shape (height, width) or (height, width, channels) are resized, but the observations are {picture}.", argument);
        return new Box<byte>(0, 255, shape.Length == 2 ? [height, width] : [height, width, shape[2]]);
    }

    public static AreaResize Between(Box<byte> from, Box<byte> to) => new(from.Shape[0], from.Shape[1], from.Shape.Length == 3 ? from.Shape[2] : 1, to.Shape[0], to.Shape[1]);

    public void Apply(ReadOnlySpan<byte> source, Span<byte> destination)
    {
        int sourceRow = _columns.OldLength * _channels, newRow = _columns.NewLength * _channels;
        if (source.Length != _rows.OldLength * sourceRow) throw new ArgumentException($"The picture has {source.Length} bytes; it needs {_rows.OldLength * sourceRow}.", nameof(source));
        for (int y = 0; y < _rows.OldLength; y++) Narrow(source.Slice(y * sourceRow, sourceRow), _narrowed.AsSpan(y * newRow, newRow));
        for (int y = 0; y < _rows.NewLength; y++)
        {
            Array.Clear(_sums);
            ReadOnlySpan<float> weights = _rows.Weights(y);
            for (int k = 0; k < weights.Length; k++)
            {
                ReadOnlySpan<float> row = _narrowed.AsSpan((_rows.First(y) + k) * newRow, newRow);
                float weight = weights[k];
                for (int i = 0; i < row.Length; i++) _sums[i] += row[i] * weight;
            }

            Span<byte> target = destination.Slice(y * newRow, newRow);
            for (int i = 0; i < target.Length; i++) target[i] = (byte)(_halves ? MathF.Floor(_sums[i] + 0.5f) : MathF.Round(_sums[i]));
        }
    }

    private void Narrow(ReadOnlySpan<byte> row, Span<float> narrowed)
    {
        for (int x = 0; x < _columns.NewLength; x++)
        {
            ReadOnlySpan<float> weights = _columns.Weights(x);
            int first = _columns.First(x);
            for (int channel = 0; channel < _channels; channel++)
            {
                float sum = 0;
                for (int k = 0; k < weights.Length; k++) sum += row[((first + k) * _channels) + channel] * weights[k];
                narrowed[(x * _channels) + channel] = sum;
            }
        }
    }

    /// <summary>For each new pixel of a row or column: the first old one under it, and the part that each old one has in it.</summary>
    private sealed class Axis
    {
        private readonly int[] _first;
        private readonly float[][] _weights;

        public Axis(int oldLength, int newLength)
        {
            OldLength = oldLength;
            NewLength = newLength;
            _first = new int[newLength];
            _weights = new float[newLength][];
            for (int i = 0; i < newLength; i++)
            {
                // In units of 1 / newLength of an old pixel, so that no rounding moves an edge.
                long start = (long)i * oldLength, end = start + oldLength;
                int first = (int)(start / newLength), last = (int)((end - 1) / newLength);
                _first[i] = first;
                _weights[i] = new float[last - first + 1];
                for (int k = first; k <= last; k++)
                {
                    long covered = Math.Min(end, (long)(k + 1) * newLength) - Math.Max(start, (long)k * newLength);
                    _weights[i][k - first] = (float)((double)covered / oldLength);
                }
            }
        }

        public int OldLength { get; }

        public int NewLength { get; }

        public int First(int i) => _first[i];

        public ReadOnlySpan<float> Weights(int i) => _weights[i];
    }
}
