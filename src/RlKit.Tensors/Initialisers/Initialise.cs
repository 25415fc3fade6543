using System.Numerics.Tensors;
using RlKit.Tensors.Kernels;

namespace RlKit.Tensors;

/// <summary>Fills weights with initial values, as torch.nn.init does: <c>Initialise.Orthogonal(layer.Weight, generator, MathF.Sqrt(2))</c>. Each overwrites its tensor; nothing is recorded.</summary>
public static class Initialise
{
    private const int OrthogonalBlock = 32;

    /// <summary>The factor that keeps the variance of signals through an activation, as torch.nn.init.calculate_gain gives it: √2 for relu, 5/3 for tanh, else 1.</summary>
    /// <param name="activation">The function.</param>
    /// <returns>The gain.</returns>
    public static float Gain(Activation activation) => activation switch
    {
        Activation.Relu => MathF.Sqrt(2),
        Activation.Tanh => 5f / 3,
        _ => 1,
    };

    /// <summary>The same value everywhere.</summary>
    /// <param name="tensor">What to fill.</param>
    /// <param name="value">The value.</param>
    public static void Constant(Tensor tensor, float value) => tensor.Fill(value);

    /// <summary>Uniform between two bounds.</summary>
    /// <param name="tensor">What to fill.</param>
    /// <param name="generator">What draws.</param>
    /// <param name="low">The lower bound.</param>
    /// <param name="high">The upper bound.</param>
    public static void Uniform(Tensor tensor, Generator generator, float low, float high)
    {
        ArgumentNullException.ThrowIfNull(generator);
        var values = new float[tensor.Length];
        generator.FillUniform(values, low, high);
        tensor.CopyFrom(values);
    }

    /// <summary>Normally distributed.</summary>
    /// <param name="tensor">What to fill.</param>
    /// <param name="generator">What draws.</param>
    /// <param name="mean">The mean.</param>
    /// <param name="standardDeviation">The standard deviation.</param>
    public static void Normal(Tensor tensor, Generator generator, float mean = 0, float standardDeviation = 1)
    {
        ArgumentNullException.ThrowIfNull(generator);
        var values = new float[tensor.Length];
        generator.FillNormal(values, mean, standardDeviation);
        tensor.CopyFrom(values);
    }

    /// <summary>Uniform within ±gain · √(6 / (fan in + fan out)) (Glorot and Bengio 2010).</summary>
    /// <param name="weight">A weight, of shape (outputs, inputs) or (outputs, inputs, height, width).</param>
    /// <param name="generator">What draws.</param>
    /// <param name="gain">The gain of the activation that follows.</param>
    /// <exception cref="ArgumentException">The weight has fewer than two axes.</exception>
    public static void XavierUniform(Tensor weight, Generator generator, float gain = 1)
    {
        float bound = gain * MathF.Sqrt(6f / (FanOf(weight, Fan.In) + FanOf(weight, Fan.Out)));
        Uniform(weight, generator, -bound, bound);
    }

    /// <summary>Normal with the standard deviation gain · √(2 / (fan in + fan out)) (Glorot and Bengio 2010).</summary>
    /// <param name="weight">A weight, of shape (outputs, inputs) or (outputs, inputs, height, width).</param>
    /// <param name="generator">What draws.</param>
    /// <param name="gain">The gain of the activation that follows.</param>
    /// <exception cref="ArgumentException">The weight has fewer than two axes.</exception>
    public static void XavierNormal(Tensor weight, Generator generator, float gain = 1) =>
        Normal(weight, generator, 0, gain * MathF.Sqrt(2f / (FanOf(weight, Fan.In) + FanOf(weight, Fan.Out))));

    /// <summary>Uniform within ±gain · √(3 / fan) (He et al. 2015).</summary>
    /// <param name="weight">A weight, of shape (outputs, inputs) or (outputs, inputs, height, width).</param>
    /// <param name="generator">What draws.</param>
    /// <param name="gain">The gain of the activation that follows; relu's, √2, if null.</param>
    /// <param name="fan">Which connections count.</param>
    /// <exception cref="ArgumentException">The weight has fewer than two axes.</exception>
    public static void KaimingUniform(Tensor weight, Generator generator, float? gain = null, Fan fan = Fan.In)
    {
        float bound = (gain ?? Gain(Activation.Relu)) * MathF.Sqrt(3f / FanOf(weight, fan));
        Uniform(weight, generator, -bound, bound);
    }

    /// <summary>Normal with the standard deviation gain / √fan (He et al. 2015).</summary>
    /// <param name="weight">A weight, of shape (outputs, inputs) or (outputs, inputs, height, width).</param>
    /// <param name="generator">What draws.</param>
    /// <param name="gain">The gain of the activation that follows; relu's, √2, if null.</param>
    /// <param name="fan">Which connections count.</param>
    /// <exception cref="ArgumentException">The weight has fewer than two axes.</exception>
    public static void KaimingNormal(Tensor weight, Generator generator, float? gain = null, Fan fan = Fan.In) =>
        Normal(weight, generator, 0, (gain ?? Gain(Activation.Relu)) / MathF.Sqrt(FanOf(weight, fan)));

    /// <summary>
    /// Orthonormal rows, or columns where there are fewer, times a gain (Saxe et al. 2014); every such matrix is equally likely. The axes behind the
    /// first count as columns.
    /// </summary>
    /// <param name="weight">A weight, of shape (outputs, inputs) or (outputs, inputs, height, width).</param>
    /// <param name="generator">What draws.</param>
    /// <param name="gain">The factor.</param>
    /// <exception cref="ArgumentException">The weight has fewer than two axes.</exception>
    public static void Orthogonal(Tensor weight, Generator generator, float gain = 1)
    {
        ArgumentNullException.ThrowIfNull(generator);
        RequireMatrix(weight);
        int rows = weight.Shape[0], columns = weight.Length / Math.Max(1, rows);
        int count = Math.Min(rows, columns), length = Math.Max(rows, columns);
        var vectors = new float[weight.Length];
        generator.FillNormal(vectors);
        Orthonormalise(vectors, count, length);
        TensorPrimitives.Multiply(vectors, gain, vectors);
        if (rows <= columns)
        {
            weight.CopyFrom(vectors);
            return;
        }

        var transposed = new float[vectors.Length];
        for (int row = 0; row < rows; row++)
        {
            for (int column = 0; column < columns; column++) transposed[(row * columns) + column] = vectors[(column * length) + row];
        }

        weight.CopyFrom(transposed);
    }

    // Gram and Schmidt's method, block by block so that most of the work is matrix products, and twice so that rounding leaves nothing behind.
    // It is a QR decomposition whose R has a positive diagonal, which makes the result uniformly distributed (Mezzadri 2007).
    private static void Orthonormalise(float[] vectors, int count, int length)
    {
        var shares = new float[OrthogonalBlock * count];
        for (int start = 0; start < count; start += OrthogonalBlock)
        {
            int size = Math.Min(OrthogonalBlock, count - start);
            ReadOnlySpan<float> done = vectors.AsSpan(0, start * length);
            Span<float> block = vectors.AsSpan(start * length, size * length);
            for (int pass = 0; pass < 2 && start > 0; pass++)
            {
                Span<float> share = shares.AsSpan(0, size * start);
                MatrixProduct.Multiply(null, size, start, length, block, length, false, done, length, true, share, start);
                TensorPrimitives.Negate(share, share);
                MatrixProduct.Multiply(null, size, length, start, share, start, false, done, length, false, block, length, accumulate: true);
            }

            for (int i = 0; i < size; i++)
            {
                Span<float> vector = block.Slice(i * length, length);
                for (int pass = 0; pass < 2; pass++)
                {
                    for (int j = 0; j < i; j++)
                    {
                        ReadOnlySpan<float> other = block.Slice(j * length, length);
                        TensorPrimitives.MultiplyAdd(other, -TensorPrimitives.Dot(vector, other), vector, vector);
                    }
                }

                TensorPrimitives.Divide(vector, TensorPrimitives.Norm<float>(vector), vector);
            }
        }
    }

    private static int FanOf(Tensor weight, Fan fan)
    {
        RequireMatrix(weight);
        Shape shape = weight.Shape;
        int field = 1;
        for (int axis = 2; axis < shape.Rank; axis++) field *= shape[axis];
        return fan switch
        {
            Fan.In => shape[1] * field,
            Fan.Out => shape[0] * field,
            _ => throw new ArgumentOutOfRangeException(nameof(fan), fan, "There is no such fan."),
        };
    }

    private static void RequireMatrix(Tensor weight)
    {
        if (weight.Rank < 2) throw new ArgumentException($"This initialiser needs a weight of shape (outputs, inputs, ...); the shape is {weight.Shape}.", nameof(weight));
    }
}
