namespace RlKit.Tensors.Kernels;

/// <summary>Two-dimensional convolution (cross-correlation, as PyTorch's), its result and its three gradients. All buffers contiguous, NCHW and OIHW.</summary>
internal static unsafe class Conv2d
{
    /// <summary>output = act(input * weight + bias).</summary>
    public static void Forward(WorkerPool? pool, in Conv2dShape s, ReadOnlySpan<float> input, ReadOnlySpan<float> weight,
        ReadOnlySpan<float> bias, Activation activation, Span<float> output)
    {
        for (var n = 0; n < s.Batch; n++)
        for (var o = 0; o < s.Filters; o++)
        for (var y = 0; y < s.OutputHeight; y++)
        for (var x = 0; x < s.OutputWidth; x++)
        {
            var sum = bias.IsEmpty ? 0 : bias[o];
            for (var c = 0; c < s.Channels; c++)
            for (var ky = 0; ky < s.KernelHeight; ky++)
            for (var kx = 0; kx < s.KernelWidth; kx++)
            {
                var iy = y * s.StrideY + ky - s.PaddingY;
                var ix = x * s.StrideX + kx - s.PaddingX;
                if (iy >= 0 && iy < s.Height && ix >= 0 && ix < s.Width)
                    sum += input[n * s.InputSize + (c * s.Height + iy) * s.Width + ix] * weight[o * s.FilterSize + (c * s.KernelHeight + ky) * s.KernelWidth + kx];
            }
            output[n * s.OutputSize + (o * s.OutputHeight + y) * s.OutputWidth + x] = sum;
        }
        Activations.Apply(activation, output, output);
    }

    /// <summary>The same for bytes: the input is scale times each byte.</summary>
    public static void Forward(WorkerPool? pool, in Conv2dShape s, ReadOnlySpan<byte> input, float scale, ReadOnlySpan<float> weight,
        ReadOnlySpan<float> bias, Activation activation, Span<float> output)
    {
        var floats = new float[input.Length];
        Elementwise.FromBytes(input, scale, floats);
        Forward(pool, s, floats, weight, bias, activation, output);
    }

    /// <summary>The gradient with respect to the input.</summary>
    public static void InputGradient(WorkerPool? pool, in Conv2dShape s, ReadOnlySpan<float> outputGradient, ReadOnlySpan<float> weight,
        Span<float> inputGradient, bool accumulate)
    {
        if (!accumulate)
            inputGradient.Clear();
        for (var n = 0; n < s.Batch; n++)
        for (var o = 0; o < s.Filters; o++)
        for (var y = 0; y < s.OutputHeight; y++)
        for (var x = 0; x < s.OutputWidth; x++)
        {
            var g = outputGradient[n * s.OutputSize + (o * s.OutputHeight + y) * s.OutputWidth + x];
            for (var c = 0; c < s.Channels; c++)
            for (var ky = 0; ky < s.KernelHeight; ky++)
            for (var kx = 0; kx < s.KernelWidth; kx++)
            {
                var iy = y * s.StrideY + ky - s.PaddingY;
                var ix = x * s.StrideX + kx - s.PaddingX;
                if (iy >= 0 && iy < s.Height && ix >= 0 && ix < s.Width)
                    inputGradient[n * s.InputSize + (c * s.Height + iy) * s.Width + ix] += g * weight[o * s.FilterSize + (c * s.KernelHeight + ky) * s.KernelWidth + kx];
            }
        }
    }

    /// <summary>The gradient with respect to the weight.</summary>
    public static void WeightGradient(WorkerPool? pool, in Conv2dShape s, ReadOnlySpan<float> input, ReadOnlySpan<float> outputGradient,
        Span<float> weightGradient, bool accumulate)
    {
        if (!accumulate)
            weightGradient.Clear();
        for (var n = 0; n < s.Batch; n++)
        for (var o = 0; o < s.Filters; o++)
        for (var y = 0; y < s.OutputHeight; y++)
        for (var x = 0; x < s.OutputWidth; x++)
        {
            var g = outputGradient[n * s.OutputSize + (o * s.OutputHeight + y) * s.OutputWidth + x];
            for (var c = 0; c < s.Channels; c++)
            for (var ky = 0; ky < s.KernelHeight; ky++)
            for (var kx = 0; kx < s.KernelWidth; kx++)
            {
                var iy = y * s.StrideY + ky - s.PaddingY;
                var ix = x * s.StrideX + kx - s.PaddingX;
                if (iy >= 0 && iy < s.Height && ix >= 0 && ix < s.Width)
                    weightGradient[o * s.FilterSize + (c * s.KernelHeight + ky) * s.KernelWidth + kx] += g * input[n * s.InputSize + (c * s.Height + iy) * s.Width + ix];
            }
        }
    }

    /// <summary>The same for bytes.</summary>
    public static void WeightGradient(WorkerPool? pool, in Conv2dShape s, ReadOnlySpan<byte> input, float scale, ReadOnlySpan<float> outputGradient,
        Span<float> weightGradient, bool accumulate)
    {
        var floats = new float[input.Length];
        Elementwise.FromBytes(input, scale, floats);
        WeightGradient(pool, s, floats, outputGradient, weightGradient, accumulate);
    }

    /// <summary>The gradient with respect to the bias: for each filter the sum over images and positions.</summary>
    public static void BiasGradient(in Conv2dShape s, ReadOnlySpan<float> outputGradient, Span<float> biasGradient, bool accumulate)
    {
        var positions = s.OutputHeight * s.OutputWidth;
        for (var o = 0; o < s.Filters; o++)
        {
            var sum = accumulate ? biasGradient[o] : 0;
            for (var n = 0; n < s.Batch; n++)
                sum += Reductions.Sum(outputGradient.Slice(n * s.OutputSize + o * positions, positions));
            biasGradient[o] = sum;
        }
    }
}
