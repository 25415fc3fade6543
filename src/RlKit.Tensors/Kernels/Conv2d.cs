using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace RlKit.Tensors.Kernels;

/// <summary>
/// Two-dimensional convolution (cross-correlation, as PyTorch's), its result and its gradients. All buffers are contiguous:
/// images NCHW, weights OIHW. Images are shared among threads; sums over images are cut in the same places whatever their number.
/// </summary>
internal static unsafe class Conv2d
{
    // Multiply-adds below which waking another thread costs more than it gives.
    private const long ParallelWork = 1 << 22;

    /// <summary>output = act(input * weight + bias).</summary>
    public static void Forward(WorkerPool? pool, in Conv2dShape shape, ReadOnlySpan<float> input, ReadOnlySpan<float> weight,
        ReadOnlySpan<float> bias, Activation activation, Span<float> output)
    {
        Check(shape, input.Length, weight.Length, output.Length, bias.Length);
        fixed (float* x = input, w = weight, b = bias, y = output)
            Forward(pool, new Conv2dJob { Shape = shape, Floats = x, Weight = w, Bias = b, Activation = activation, Output = y });
    }

    /// <summary>The same for bytes: the input is scale times each byte.</summary>
    public static void Forward(WorkerPool? pool, in Conv2dShape shape, ReadOnlySpan<byte> input, float scale, ReadOnlySpan<float> weight,
        ReadOnlySpan<float> bias, Activation activation, Span<float> output)
    {
        Check(shape, input.Length, weight.Length, output.Length, bias.Length);
        fixed (byte* x = input)
        fixed (float* w = weight, b = bias, y = output)
            Forward(pool, new Conv2dJob { Shape = shape, Bytes = x, Scale = scale, Weight = w, Bias = b, Activation = activation, Output = y });
    }

    /// <summary>The gradient with respect to the input, or that added to what is there.</summary>
    public static void InputGradient(WorkerPool? pool, in Conv2dShape shape, ReadOnlySpan<float> outputGradient, ReadOnlySpan<float> weight,
        Span<float> inputGradient, bool accumulate)
    {
        Check(shape, inputGradient.Length, weight.Length, outputGradient.Length, 0);
        fixed (float* x = inputGradient, w = weight, y = outputGradient)
        {
            var job = new Conv2dJob { Shape = shape, Floats = x, Weight = w, Output = y, Accumulate = accumulate };
            pool = Helpers(pool, shape);
            if (Vector512.IsHardwareAccelerated && Avx512F.IsSupported)
                Conv2dInputGradient<Simd512, Vector512<float>>.Run(pool, ref job);
            else if (Vector256.IsHardwareAccelerated)
                Conv2dInputGradient<Simd256, Vector256<float>>.Run(pool, ref job);
            else if (Vector128.IsHardwareAccelerated)
                Conv2dInputGradient<Simd128, Vector128<float>>.Run(pool, ref job);
            else
                Conv2dInputGradient<SimdScalar, float>.Run(pool, ref job);
        }
    }

    /// <summary>The gradient with respect to the weight, or that added to what is there.</summary>
    public static void WeightGradient(WorkerPool? pool, in Conv2dShape shape, ReadOnlySpan<float> input, ReadOnlySpan<float> outputGradient,
        Span<float> weightGradient, bool accumulate)
    {
        Check(shape, input.Length, weightGradient.Length, outputGradient.Length, 0);
        fixed (float* x = input, w = weightGradient, y = outputGradient)
            WeightGradient(pool, new Conv2dJob { Shape = shape, Floats = x, Weight = w, Output = y, Accumulate = accumulate });
    }

    /// <summary>The same for bytes.</summary>
    public static void WeightGradient(WorkerPool? pool, in Conv2dShape shape, ReadOnlySpan<byte> input, float scale, ReadOnlySpan<float> outputGradient,
        Span<float> weightGradient, bool accumulate)
    {
        Check(shape, input.Length, weightGradient.Length, outputGradient.Length, 0);
        fixed (byte* x = input)
        fixed (float* w = weightGradient, y = outputGradient)
            WeightGradient(pool, new Conv2dJob { Shape = shape, Bytes = x, Scale = scale, Weight = w, Output = y, Accumulate = accumulate });
    }

    /// <summary>The gradient with respect to the bias, for each filter the sum over images and positions, or that added to what is there.</summary>
    public static void BiasGradient(in Conv2dShape shape, ReadOnlySpan<float> outputGradient, Span<float> biasGradient, bool accumulate)
    {
        if (biasGradient.Length != shape.Filters || outputGradient.Length != (long)shape.Batch * shape.OutputSize)
            throw new ArgumentException($"{biasGradient.Length} biases and {outputGradient.Length} gradients do not fit {shape}.", nameof(biasGradient));
        var positions = shape.OutputHeight * shape.OutputWidth;
        for (var filter = 0; filter < shape.Filters; filter++)
        {
            var sum = 0f;
            for (var image = 0; image < shape.Batch; image++)
                sum += Reductions.Sum(outputGradient.Slice(image * shape.OutputSize + filter * positions, positions));
            biasGradient[filter] = accumulate ? biasGradient[filter] + sum : sum;
        }
    }

    private static void Forward(WorkerPool? pool, Conv2dJob job)
    {
        pool = Helpers(pool, job.Shape);
        if (Vector512.IsHardwareAccelerated && Avx512F.IsSupported)
            Conv2dForward<Simd512, Vector512<float>>.Run(pool, ref job);
        else if (Vector256.IsHardwareAccelerated)
            Conv2dForward<Simd256, Vector256<float>>.Run(pool, ref job);
        else if (Vector128.IsHardwareAccelerated)
            Conv2dForward<Simd128, Vector128<float>>.Run(pool, ref job);
        else
            Conv2dForward<SimdScalar, float>.Run(pool, ref job);
    }

    private static void WeightGradient(WorkerPool? pool, Conv2dJob job)
    {
        pool = Helpers(pool, job.Shape);
        if (Vector512.IsHardwareAccelerated && Avx512F.IsSupported)
            Conv2dWeightGradient<Simd512, Vector512<float>>.Run(pool, ref job);
        else if (Vector256.IsHardwareAccelerated)
            Conv2dWeightGradient<Simd256, Vector256<float>>.Run(pool, ref job);
        else if (Vector128.IsHardwareAccelerated)
            Conv2dWeightGradient<Simd128, Vector128<float>>.Run(pool, ref job);
        else
            Conv2dWeightGradient<SimdScalar, float>.Run(pool, ref job);
    }

    private static WorkerPool? Helpers(WorkerPool? pool, in Conv2dShape s) =>
        (long)s.Batch * s.OutputSize * s.FilterSize >= ParallelWork ? pool : null;

    private static void Check(in Conv2dShape s, long input, long weight, long output, int bias)
    {
        if (s.OutputHeight < 1 || s.OutputWidth < 1)
            throw new ArgumentException($"The kernel is larger than the padded image: {s}.", nameof(s));
        if (input != (long)s.Batch * s.InputSize || weight != (long)s.Filters * s.FilterSize || output != (long)s.Batch * s.OutputSize || (bias != 0 && bias != s.Filters))
            throw new ArgumentException($"Input {input}, weight {weight}, bias {bias} and output {output} elements do not fit {s}.", nameof(s));
    }
}
