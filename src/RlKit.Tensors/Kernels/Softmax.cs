namespace RlKit.Tensors.Kernels;

/// <summary>Softmax and log-softmax over the rows of a matrix, and their gradients. Source and destination may be the same.</summary>
internal static class Softmax
{
    /// <summary>y[r, c] = exp(x[r, c]) / sum over c of exp(x[r, c]).</summary>
    public static void Rows(ReadOnlySpan<float> x, int columns, Span<float> y)
    {
        for (var start = 0; start < x.Length; start += columns)
        {
            var row = y.Slice(start, columns);
            Elementwise.Apply(new Affine(1, -Reductions.Max(x.Slice(start, columns))), x.Slice(start, columns), row);
            Elementwise.Apply(new Exp(), row, row);
            Elementwise.Apply(new Affine(1 / Reductions.Sum(row), 0), row, row);
        }
    }

    /// <summary>y[r, c] = x[r, c] - log of the sum over c of exp(x[r, c]).</summary>
    public static void LogRows(ReadOnlySpan<float> x, int columns, Span<float> y)
    {
        for (var start = 0; start < x.Length; start += columns)
        {
            var source = x.Slice(start, columns);
            var row = y.Slice(start, columns);
            // The maximum goes first: together with the logarithm it would round away what large inputs differ by.
            Elementwise.Apply(new Affine(1, -Reductions.Max(source)), source, row);
            var sum = 0f;
            foreach (var value in row)
                sum += MathF.Exp(value);
            Elementwise.Apply(new Affine(1, -MathF.Log(sum)), row, row);
        }
    }

    /// <summary>dx = y (dy - sum over the row of dy y) from softmax's result y.</summary>
    public static void RowsGradient(ReadOnlySpan<float> y, ReadOnlySpan<float> dy, int columns, Span<float> dx, bool accumulate)
    {
        for (var start = 0; start < y.Length; start += columns)
        {
            var dot = System.Numerics.Tensors.TensorPrimitives.Dot(y.Slice(start, columns), dy.Slice(start, columns));
            for (var i = start; i < start + columns; i++)
            {
                var value = y[i] * (dy[i] - dot);
                dx[i] = accumulate ? dx[i] + value : value;
            }
        }
    }

    /// <summary>dx = dy - exp(y) times the sum over the row of dy, from log-softmax's result y.</summary>
    public static void LogRowsGradient(ReadOnlySpan<float> y, ReadOnlySpan<float> dy, int columns, Span<float> dx, bool accumulate)
    {
        for (var start = 0; start < y.Length; start += columns)
        {
            var sum = Reductions.Sum(dy.Slice(start, columns));
            for (var i = start; i < start + columns; i++)
            {
                var value = dy[i] - MathF.Exp(y[i]) * sum;
                dx[i] = accumulate ? dx[i] + value : value;
            }
        }
    }
}
