using RlKit.Tensors.Engines;
using System.Runtime.CompilerServices;

namespace RlKit.Tensors;

public readonly partial struct Tensor
{
    /// <summary>A tensor of zeros.</summary>
    /// <param name="shape">The shape, for example <c>[128, 4]</c>.</param>
    /// <param name="device">Where; <see cref="Device.Default"/> if null.</param>
    public static Tensor Zeros(Shape shape, Device? device = null) => Full(shape, 0, device);

    /// <summary>A tensor of ones.</summary>
    /// <inheritdoc cref="Zeros" path="/param"/>
    public static Tensor Ones(Shape shape, Device? device = null) => Full(shape, 1, device);

    /// <summary>A tensor of one value.</summary>
    /// <param name="shape">The shape, for example <c>[128, 4]</c>.</param>
    /// <param name="value">The value of every element.</param>
    /// <param name="device">Where; <see cref="Device.Default"/> if null.</param>
    public static Tensor Full(Shape shape, float value, Device? device = null)
    {
        device ??= Device.Default;
        return new Tensor(device.Engine.Full(device, shape, value));
    }

    /// <summary>A tensor of no axes.</summary>
    public static Tensor Scalar(float value, Device? device = null) => Full(default, value, device);

    /// <summary>Copies values into a tensor.</summary>
    /// <param name="values">As many as the shape has elements, the last axis running fastest.</param>
    /// <param name="shape">The shape.</param>
    /// <param name="device">Where; <see cref="Device.Default"/> if null.</param>
    /// <exception cref="ArgumentException">The number of values is not the shape's.</exception>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static Tensor From(ReadOnlySpan<float> values, Shape shape, Device? device = null)
    {
        if (values.Length != shape.Length)
            throw new ArgumentException($"The shape {shape} has {shape.Length} elements; {values.Length} values were given.", nameof(values));
        device ??= Device.Default;
        return new Tensor(device.Engine.FromValues(device, shape, values));
    }

    /// <summary>Copies values into a vector.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static Tensor From(ReadOnlySpan<float> values, Device? device = null) => From(values, values.Length, device);

    /// <summary>Converts bytes, for example the pixels of a frame, to a tensor of value times scale.</summary>
    /// <param name="values">As many as the shape has elements, the last axis running fastest.</param>
    /// <param name="shape">The shape.</param>
    /// <param name="scale">The factor; 1/255 maps bytes to 0..1.</param>
    /// <param name="device">Where; <see cref="Device.Default"/> if null.</param>
    /// <exception cref="ArgumentException">The number of values is not the shape's.</exception>
    public static Tensor FromBytes(ReadOnlySpan<byte> values, Shape shape, float scale = 1f / 255, Device? device = null)
    {
        if (values.Length != shape.Length)
            throw new ArgumentException($"The shape {shape} has {shape.Length} elements; {values.Length} values were given.", nameof(values));
        device ??= Device.Default;
        return new Tensor(device.Engine.FromBytes(device, shape, values, scale));
    }

    /// <summary>The vector start, start + 1, ... of <paramref name="count"/> elements.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The count is negative.</exception>
    public static Tensor Range(float start, int count, Device? device = null)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        Tensor result = Zeros(count, Device.Cpu);
        Span<float> values = result.Span;
        for (int i = 0; i < values.Length; i++) values[i] = start + i;
        return result.To(device ?? Device.Default);
    }

    /// <summary>Independent draws from the uniform distribution on low..high (high excluded).</summary>
    /// <param name="shape">The shape.</param>
    /// <param name="generator">What draws; the same on every device.</param>
    /// <param name="low">The lower end.</param>
    /// <param name="high">The upper end.</param>
    /// <param name="device">Where; <see cref="Device.Default"/> if null.</param>
    public static Tensor Uniform(Shape shape, Generator generator, float low = 0, float high = 1, Device? device = null)
    {
        ArgumentNullException.ThrowIfNull(generator);
        Tensor result = Zeros(shape, Device.Cpu);
        generator.FillUniform(result.Span, low, high);
        return result.To(device ?? Device.Default);
    }

    /// <summary>Independent draws from a normal distribution.</summary>
    /// <param name="shape">The shape.</param>
    /// <param name="generator">What draws; the same on every device.</param>
    /// <param name="mean">The mean.</param>
    /// <param name="standardDeviation">The standard deviation.</param>
    /// <param name="device">Where; <see cref="Device.Default"/> if null.</param>
    public static Tensor Normal(Shape shape, Generator generator, float mean = 0, float standardDeviation = 1, Device? device = null)
    {
        ArgumentNullException.ThrowIfNull(generator);
        Tensor result = Zeros(shape, Device.Cpu);
        generator.FillNormal(result.Span, mean, standardDeviation);
        return result.To(device ?? Device.Default);
    }
}
