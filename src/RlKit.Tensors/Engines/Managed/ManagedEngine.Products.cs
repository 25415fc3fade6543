using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using RlKit.Tensors.Kernels;

namespace RlKit.Tensors.Engines.Managed;

internal sealed partial class ManagedEngine
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override TensorNode MatMul(TensorNode left, TensorNode right, bool transposeA, bool transposeB, in Shape shape)
    {
        TensorContext context = TensorContext.Current;
        ManagedNode a = As(left), b = As(right), y = context.Rent(shape);
        int m = shape[-2], n = shape[-1], k = transposeA ? a.Shape[-2] : a.Shape[-1];
        int lda = a.Shape[-1], ldb = b.Shape[-1];
        int batch = shape.Rank == 3 ? shape[0] : 1;
        int stepA = a.Shape.Rank == 3 ? m * k : 0, stepB = b.Shape.Rank == 3 ? k * n : 0;
        ReadOnlySpan<float> spanA = a.Span, spanB = b.Span;
        Span<float> spanY = y.Span;
        for (int i = 0; i < batch; i++)
        {
            MatrixProduct.Multiply(
                Workers, m, n, k, spanA.Slice(i * stepA, m * k), lda, transposeA, spanB.Slice(i * stepB, k * n), ldb, transposeB, spanY.Slice(i * m * n, m * n), n);
        }

        Finish(context, y, Operation.MatMul, 0, a, b, null);
        y.I0 = transposeA ? 1 : 0;
        y.I1 = transposeB ? 1 : 0;
        return y;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void MatMulBackward(TensorContext context, ManagedNode y)
    {
        ManagedNode a = y.Input0!, b = y.Input1!;
        bool transposeA = y.I0 != 0, transposeB = y.I1 != 0;
        int m = y.Shape[-2], n = y.Shape[-1], k = transposeA ? a.Shape[-2] : a.Shape[-1];
        int lda = a.Shape[-1], ldb = b.Shape[-1];
        int batch = y.Shape.Rank == 3 ? y.Shape[0] : 1;
        int stepA = a.Shape.Rank == 3 ? m * k : 0, stepB = b.Shape.Rank == 3 ? k * n : 0;
        ReadOnlySpan<float> dy = y.GradientSpan;
        if (Wants(context, y, 1, a))
        {
            Span<float> da = GradientOf(context, a, out bool add);
            if (batch == 0 && !add) da.Clear();
            for (int i = 0; i < batch; i++)
            {
                ReadOnlySpan<float> dyi = dy.Slice(i * m * n, m * n), bi = b.Span.Slice(i * stepB, k * n);
                Span<float> dai = da.Slice(i * stepA, m * k);
                bool accumulate = add || (i > 0 && stepA == 0);
                // dA = dY Bᵀ, or for a transposed A its transpose B dYᵀ.
                if (!transposeA) MatrixProduct.Multiply(Workers, m, k, n, dyi, n, false, bi, ldb, !transposeB, dai, lda, accumulate);
                else MatrixProduct.Multiply(Workers, k, m, n, bi, ldb, transposeB, dyi, n, true, dai, lda, accumulate);
            }
        }

        if (!Wants(context, y, 2, b)) return;
        Span<float> db = GradientOf(context, b, out bool addB);
        if (batch == 0 && !addB) db.Clear();
        for (int i = 0; i < batch; i++)
        {
            ReadOnlySpan<float> dyi = dy.Slice(i * m * n, m * n), ai = a.Span.Slice(i * stepA, m * k);
            Span<float> dbi = db.Slice(i * stepB, k * n);
            bool accumulate = addB || (i > 0 && stepB == 0);
            // dB = Aᵀ dY, or for a transposed B its transpose dYᵀ A.
            if (!transposeB) MatrixProduct.Multiply(Workers, k, n, m, ai, lda, !transposeA, dyi, n, false, dbi, ldb, accumulate);
            else MatrixProduct.Multiply(Workers, n, k, m, dyi, n, true, ai, lda, transposeA, dbi, ldb, accumulate);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override TensorNode Linear(TensorNode input, TensorNode weight, TensorNode? bias, Activation activation, in Shape shape)
    {
        TensorContext context = TensorContext.Current;
        ManagedNode x = As(input), w = As(weight), y = context.Rent(shape);
        ManagedNode? b = bias is null ? null : As(bias);
        int features = w.Shape.Lengths[1], outputs = w.Shape.Lengths[0], rows = features == 0 ? y.Length / Math.Max(outputs, 1) : x.Length / features;
        MatrixProduct.Multiply(
            Workers, rows, outputs, features, x.Span, features, false, w.Span, features, true, y.Span, outputs, false, b is null ? default : b.Span, activation);
        return Finish(context, y, Operation.Linear, (byte)activation, x, w, b);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void LinearBackward(TensorContext context, ManagedNode y)
    {
        ManagedNode x = y.Input0!, w = y.Input1!;
        int features = w.Shape.Lengths[1], outputs = w.Shape.Lengths[0], rows = outputs == 0 ? 0 : y.Length / outputs;
        ReadOnlySpan<float> dy = ThroughActivation(context, y);
        if (Wants(context, y, 4, y.Input2))
        {
            Span<float> db = GradientOf(context, y.Input2!, out bool add);
            Reductions.ColumnSums(dy, rows, outputs, db, add);
        }

        if (Wants(context, y, 2, w))
        {
            Span<float> dw = GradientOf(context, w, out bool add);
            MatrixProduct.Multiply(Workers, outputs, features, rows, dy, outputs, true, x.Span, features, false, dw, features, add);
        }

        if (!Wants(context, y, 1, x)) return;
        Span<float> dx = GradientOf(context, x, out bool addX);
        MatrixProduct.Multiply(Workers, rows, features, outputs, dy, outputs, false, w.Span, features, false, dx, features, addX);
    }

    /// <summary>The gradient before the activation; in the place of y's own, if no other node uses that.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static ReadOnlySpan<float> ThroughActivation(TensorContext context, ManagedNode y)
    {
        var activation = (Activation)y.Kind;
        Span<float> dy = y.GradientSpan;
        if (activation == Activation.None) return dy;
        Span<float> result = y.GradientShared || y.GradientTarget is not null ? Scratch(context, y.Length) : dy;
        Activations.Gradient(activation, y.Span, dy, result);
        return result;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override TensorNode NoisyWeight(TensorNode mean, TensorNode amplitude, TensorNode noiseIn, TensorNode noiseOut)
    {
        TensorContext context = TensorContext.Current;
        ManagedNode mu = As(mean), sigma = As(amplitude), columns = As(noiseIn), rows = As(noiseOut), y = context.Rent(mu.Shape);
        ReadOnlySpan<float> means = mu.Span, amplitudes = sigma.Span, noise = columns.Span, factors = rows.Span;
        Span<float> to = y.Span;
        for (int row = 0, start = 0; row < factors.Length; row++, start += noise.Length)
        {
            Span<float> weights = to.Slice(start, noise.Length);
            TensorPrimitives.Multiply(amplitudes.Slice(start, noise.Length), noise, weights);
            TensorPrimitives.MultiplyAdd(weights, factors[row], means.Slice(start, noise.Length), weights);
        }

        // The noise that was drawn may be drawn anew before the backward pass.
        Finish(context, y, Operation.NoisyWeight, 0, mu, sigma, null);
        if (!y.RequiresGrad) return y;
        y.SavedLength = noise.Length + factors.Length;
        context.Allocate(y.SavedLength, out y.Saved, out y.SavedOffset);
        noise.CopyTo(y.SavedSpan);
        factors.CopyTo(y.SavedSpan[noise.Length..]);
        return y;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void NoisyWeightBackward(TensorContext context, ManagedNode y)
    {
        ManagedNode mu = y.Input0!, sigma = y.Input1!;
        if (Wants(context, y, 1, mu)) PassOn(context, y, mu);
        if (!Wants(context, y, 2, sigma)) return;
        ReadOnlySpan<float> dy = y.GradientSpan, noise = y.SavedSpan[..y.Shape[1]], factors = y.SavedSpan[y.Shape[1]..];
        Span<float> to = GradientOf(context, sigma, out bool add), product = add ? Scratch(context, noise.Length) : default;
        for (int row = 0, start = 0; row < factors.Length; row++, start += noise.Length)
        {
            Span<float> gradients = to.Slice(start, noise.Length), scaled = add ? product : gradients;
            TensorPrimitives.Multiply(dy.Slice(start, noise.Length), noise, scaled);
            if (add) TensorPrimitives.MultiplyAdd(scaled, factors[row], gradients, gradients);
            else TensorPrimitives.Multiply(scaled, factors[row], gradients);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override TensorNode Conv2d(TensorNode input, TensorNode weight, TensorNode? bias, int stride, int padding, Activation activation, in Shape shape)
    {
        TensorContext context = TensorContext.Current;
        ManagedNode x = As(input), w = As(weight), y = context.Rent(shape);
        ManagedNode? b = bias is null ? null : As(bias);
        Conv2dShape sizes = Conv2dShapeOf(x, w, stride, padding);
        ReadOnlySpan<float> biases = b is null ? default : b.Span;
        if (x.IsBytes) Kernels.Conv2d.Forward(Workers, sizes, x.Bytes, x.F0, w.Span, biases, activation, y.Span);
        else Kernels.Conv2d.Forward(Workers, sizes, x.Span, w.Span, biases, activation, y.Span);
        Finish(context, y, Operation.Conv2d, (byte)activation, x, w, b);
        y.I0 = stride;
        y.I1 = padding;
        return y;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static Conv2dShape Conv2dShapeOf(ManagedNode x, ManagedNode w, int stride, int padding)
    {
        Shape image = x.Shape, kernel = w.Shape;
        return new Conv2dShape(image[0], image[1], image[2], image[3], kernel[0], kernel[2], kernel[3], stride, stride, padding, padding);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Conv2dBackward(TensorContext context, ManagedNode y)
    {
        ManagedNode x = y.Input0!, w = y.Input1!;
        Conv2dShape shape = Conv2dShapeOf(x, w, y.I0, y.I1);
        ReadOnlySpan<float> dy = ThroughActivation(context, y);
        if (Wants(context, y, 4, y.Input2))
        {
            Span<float> db = GradientOf(context, y.Input2!, out bool add);
            Kernels.Conv2d.BiasGradient(shape, dy, db, add);
        }

        if (Wants(context, y, 2, w))
        {
            Span<float> dw = GradientOf(context, w, out bool add);
            if (x.IsBytes) Kernels.Conv2d.WeightGradient(Workers, shape, x.Bytes, x.F0, dy, dw, add);
            else Kernels.Conv2d.WeightGradient(Workers, shape, x.Span, dy, dw, add);
        }

        if (!Wants(context, y, 1, x)) return;
        Span<float> dx = GradientOf(context, x, out bool addX);
        Kernels.Conv2d.InputGradient(Workers, shape, dy, w.Span, dx, addX);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override TensorNode MaxPool2d(TensorNode input, int kernel, int stride, int padding, in Shape shape)
    {
        TensorContext context = TensorContext.Current;
        ManagedNode x = As(input), y = context.Rent(shape);
        MaxPool(x.Span, shape[0] * shape[1], x.Shape[2], x.Shape[3], kernel, stride, padding, y.Span);
        Finish(context, y, Operation.MaxPool2d, 0, x);
        y.I0 = kernel;
        y.I1 = stride;
        y.I2 = padding;
        return y;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void MaxPool(ReadOnlySpan<float> from, int planes, int height, int width, int kernel, int stride, int padding, Span<float> to)
    {
        int outHeight = (height + 2 * padding - kernel) / stride + 1, outWidth = (width + 2 * padding - kernel) / stride + 1, at = 0;
        for (int plane = 0; plane < planes; plane++)
        {
            for (int row = 0; row < outHeight; row++)
            {
                for (int column = 0; column < outWidth; column++)
                    to[at++] = from[Largest(from, plane * height * width, height, width, row * stride - padding, column * stride - padding, kernel)];
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void MaxPool2dBackward(TensorContext context, ManagedNode y)
    {
        ManagedNode x = y.Input0!;
        if (!Wants(context, y, 1, x)) return;
        (int kernel, int stride, int padding) = (y.I0, y.I1, y.I2);
        int height = x.Shape[2], width = x.Shape[3], outHeight = y.Shape[2], outWidth = y.Shape[3], planes = y.Shape[0] * y.Shape[1];
        ReadOnlySpan<float> from = x.Span, dy = y.GradientSpan;
        Span<float> dx = GradientOf(context, x, out bool add);
        if (!add) dx.Clear();
        int at = 0;
        for (int plane = 0; plane < planes; plane++)
        {
            for (int row = 0; row < outHeight; row++)
            {
                for (int column = 0; column < outWidth; column++)
                    dx[Largest(from, plane * height * width, height, width, row * stride - padding, column * stride - padding, kernel)] += dy[at++];
            }
        }
    }

    /// <summary>Where the first largest element of a window is; NaN counts as largest, as in PyTorch.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static int Largest(ReadOnlySpan<float> image, int plane, int height, int width, int top, int left, int kernel)
    {
        int best = -1;
        for (int row = Math.Max(top, 0); row < Math.Min(top + kernel, height); row++)
        {
            for (int column = Math.Max(left, 0); column < Math.Min(left + kernel, width); column++)
            {
                int at = plane + row * width + column;
                if (best < 0 || image[at] > image[best] || float.IsNaN(image[at])) best = at;
            }
        }

        return best;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override TensorNode LayerNorm(TensorNode input, int axes, TensorNode? weight, TensorNode? bias, float epsilon)
    {
        TensorContext context = TensorContext.Current;
        ManagedNode x = As(input), y = context.Rent(x.Shape);
        ManagedNode? w = weight is null ? null : As(weight), b = bias is null ? null : As(bias);
        int size = x.Shape.LengthAfter(x.Shape.Rank - axes - 1), rows = size == 0 ? 0 : x.Length / size;
        context.Allocate(2 * rows, out y.Saved, out y.SavedOffset);
        y.SavedLength = 2 * rows;
        Span<float> saved = y.SavedSpan;
        for (int row = 0; row < rows; row++)
        {
            ReadOnlySpan<float> from = x.Span.Slice(row * size, size);
            Span<float> to = y.Span.Slice(row * size, size);
            float mean = Reductions.Sum(from) / size;
            Elementwise.Apply(new Affine(1, -mean), from, to);
            float scale = 1 / MathF.Sqrt(Reductions.SumOfSquares(to) / size + epsilon);
            saved[2 * row] = mean;
            saved[2 * row + 1] = scale;
            Elementwise.Apply(new Affine(scale, 0), to, to);
            if (w is not null) Elementwise.Apply(new Multiply(), to, w.Span, to);
            if (b is not null) Elementwise.Apply(new Add(), to, b.Span, to);
        }

        y.I0 = size;
        return Finish(context, y, Operation.LayerNorm, 0, x, w, b);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void LayerNormBackward(TensorContext context, ManagedNode y)
    {
        ManagedNode x = y.Input0!;
        ManagedNode? w = y.Input1, b = y.Input2;
        ReadOnlySpan<float> saved = y.SavedSpan, dy = y.GradientSpan;
        int rows = saved.Length / 2, size = y.I0;
        if (Wants(context, y, 4, b))
        {
            Span<float> db = GradientOf(context, b!, out bool add);
            Reductions.ColumnSums(dy, rows, size, db, add);
        }

        bool wantsW = Wants(context, y, 2, w), wantsX = Wants(context, y, 1, x);
        Span<float> dw = default, dx = default, normal = Scratch(context, size), dn = Scratch(context, size);
        bool addX = false;
        if (wantsW)
        {
            dw = GradientOf(context, w!, out bool add);
            if (!add) dw.Clear();
        }

        if (wantsX) dx = GradientOf(context, x, out addX);
        for (int row = 0; row < rows; row++)
        {
            float mean = saved[2 * row], scale = saved[2 * row + 1];
            ReadOnlySpan<float> dyRow = dy.Slice(row * size, size);
            Elementwise.Apply(new Affine(scale, -mean * scale), x.Span.Slice(row * size, size), normal);
            if (wantsW) Elementwise.Apply(new Multiply(), dyRow, normal, dw, true);
            if (!wantsX) continue;
            if (w is null) dyRow.CopyTo(dn);
            else Elementwise.Apply(new Multiply(), dyRow, w.Span, dn);
            float meanGradient = Reductions.Sum(dn) / size, slope = TensorPrimitives.Dot<float>(dn, normal) / size;
            Span<float> dxRow = dx.Slice(row * size, size);
            for (int i = 0; i < size; i++)
            {
                float value = scale * (dn[i] - meanGradient - normal[i] * slope);
                dxRow[i] = addX ? dxRow[i] + value : value;
            }
        }
    }
}
