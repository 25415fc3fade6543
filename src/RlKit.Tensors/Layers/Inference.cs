using System.Buffers;
using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using RlKit.Tensors.Engines;
using RlKit.Tensors.Engines.Managed;
using RlKit.Tensors.Kernels;

namespace RlKit.Tensors;

/// <summary>
/// Runs a network from numbers to numbers: no tensors, no tape, no scope, nothing allocated, in any number of threads at once. It reads the network's
/// parameters as they are at each call, so it follows the training; do not train while another thread runs it.
/// </summary>
/// <example><code>
/// var policy = new Inference(network, inputShape: 4);
/// Span&lt;float&gt; logits = stackalloc float[policy.OutputLength];
/// policy.Run(observation, logits);
/// int action = Categorical.Mode(logits);
/// </code></example>
public sealed class Inference
{
    private const int StackLength = 1024;

    private readonly List<Step> _steps = [];
    private readonly int _widest;

    /// <summary>Prepares a network.</summary>
    /// <param name="network">A network of the layers of this library; layers that only act while training are left out, and noisy ones run without noise.</param>
    /// <param name="inputShape">The shape of one observation, without the batch: <c>4</c>, or <c>[4, 84, 84]</c>.</param>
    /// <exception cref="NotSupportedException">The network has a layer of another kind, or is not on <see cref="Device.Cpu"/>; run <see cref="Layer.Forward"/> within <see cref="Autograd.NoGrad"/> instead.</exception>
    /// <exception cref="ArgumentException">A layer does not fit the shape of its input.</exception>
    public Inference(Layer network, Shape inputShape)
    {
        ArgumentNullException.ThrowIfNull(network);
        foreach ((string name, Tensor parameter) in network.NamedParameters())
        {
            if (parameter.Device != Device.Cpu) throw new NotSupportedException($"The parameter '{name}' is on {parameter.Device}; Inference reads the memory of {Device.Cpu}. Run Forward within Autograd.NoGrad() instead.");
        }

        InputShape = inputShape;
        OutputShape = Append(network, inputShape);
        if (_steps.Count == 0) _steps.Add(new ActivationStep(Activation.None, OutputShape.Length));
        for (int i = 0; i + 1 < _steps.Count; i++) _widest = Math.Max(_widest, _steps[i].OutputLength);
    }

    /// <summary>The shape of one observation.</summary>
    public Shape InputShape { get; }

    /// <summary>The shape of the output for one observation.</summary>
    public Shape OutputShape { get; }

    /// <summary>How many numbers one observation has.</summary>
    public int InputLength => InputShape.Length;

    /// <summary>How many numbers the output for one observation has.</summary>
    public int OutputLength => OutputShape.Length;

    /// <summary>Runs the network over one observation or several.</summary>
    /// <param name="observations">The observations, one behind the other.</param>
    /// <param name="outputs">Receives <see cref="OutputLength"/> numbers for each.</param>
    /// <exception cref="ArgumentException">The lengths do not fit.</exception>
    [SkipLocalsInit]
    public void Run(ReadOnlySpan<float> observations, Span<float> outputs)
    {
        int rows = observations.Length / InputLength;
        if (rows * InputLength != observations.Length) throw new ArgumentException($"{observations.Length} numbers are no whole number of observations of the shape {InputShape}.", nameof(observations));
        if (outputs.Length != rows * OutputLength) throw new ArgumentException($"{rows} observations make {rows * OutputLength} numbers; there is room for {outputs.Length}.", nameof(outputs));
        int length = rows * _widest;
        if (2 * length <= StackLength)
        {
            Run(rows, observations, outputs, stackalloc float[StackLength / 2], stackalloc float[StackLength / 2]);
            return;
        }

        float[] first = ArrayPool<float>.Shared.Rent(length), second = ArrayPool<float>.Shared.Rent(length);
        Run(rows, observations, outputs, first, second);
        ArrayPool<float>.Shared.Return(first);
        ArrayPool<float>.Shared.Return(second);
    }

    private void Run(int rows, ReadOnlySpan<float> input, Span<float> output, Span<float> even, Span<float> odd)
    {
        int last = _steps.Count - 1;
        for (int i = 0; i < last; i++)
        {
            Step step = _steps[i];
            Span<float> result = ((i & 1) == 0 ? even : odd)[..(rows * step.OutputLength)];
            step.Run(rows, input, result);
            input = result;
        }

        _steps[last].Run(rows, input, output);
    }

    private Shape Append(Layer layer, Shape shape)
    {
        switch (layer)
        {
            case Sequential sequential:
                for (int i = 0; i < sequential.Count; i++) shape = Append(sequential[i], shape);
                return shape;
            case ActivationLayer { Activation: <= Activation.Sigmoid } activation when _steps.LastOrDefault() is LinearStep { Activation: Activation.None } linear:
                linear.Activation = activation.Activation;
                return shape;
            case ActivationLayer { Activation: <= Activation.Sigmoid } activation when _steps.LastOrDefault() is ConvolutionStep { Activation: Activation.None } convolution:
                convolution.Activation = activation.Activation;
                return shape;
            case ActivationLayer activation:
                _steps.Add(new ActivationStep(activation.Activation, shape.Length));
                return shape;
            case Linear linear:
                return AppendLinear(linear.Weight, linear.Bias, shape);
            case NoisyLinear noisy:
                return AppendLinear(noisy.WeightMean, noisy.BiasMean, shape);
            case Conv2d convolution:
                return AppendConvolution(convolution, shape);
            case MaxPool2d pool:
                if (shape.Rank != 3 || shape[1] + (2 * pool.Padding) < pool.Kernel || shape[2] + (2 * pool.Padding) < pool.Kernel)
                    throw new ArgumentException($"A MaxPool2d with windows of {pool.Kernel} x {pool.Kernel} does not fit an input of the shape {shape}.", nameof(layer));
                var pooled = new Shape(shape[0], ((shape[1] + (2 * pool.Padding) - pool.Kernel) / pool.Stride) + 1, ((shape[2] + (2 * pool.Padding) - pool.Kernel) / pool.Stride) + 1);
                _steps.Add(new PoolStep(pool, shape, pooled.Length));
                return pooled;
            case LayerNorm norm:
                if (shape.Rank < norm.NormalizedShape.Rank || !shape.Lengths[^norm.NormalizedShape.Rank..].SequenceEqual(norm.NormalizedShape.Lengths))
                    throw new ArgumentException($"A LayerNorm of the shape {norm.NormalizedShape} does not fit an input of the shape {shape}.", nameof(layer));
                _steps.Add(new NormStep(norm, shape.Length));
                return shape;
            case Flatten:
                return shape.Length;
            case Dropout:
                return shape;
            default:
                throw new NotSupportedException($"Inference does not know the layer {layer.GetType().Name}; run Forward within Autograd.NoGrad() instead.");
        }
    }

    private Shape AppendLinear(Tensor weight, Tensor? bias, Shape shape)
    {
        if (shape.Rank == 0 || shape[-1] != weight.Shape[1]) throw new ArgumentException($"A weight of the shape {weight.Shape} does not fit an input of the shape {shape}.", nameof(shape));
        _steps.Add(new LinearStep(weight, bias, shape.Length / shape[-1]));
        return shape.With(-1, weight.Shape[0]);
    }

    private Shape AppendConvolution(Conv2d layer, Shape shape)
    {
        Shape weight = layer.Weight.Shape;
        if (shape.Rank != 3 || shape[0] != weight[1] || shape[1] + (2 * layer.Padding) < weight[2] || shape[2] + (2 * layer.Padding) < weight[3])
            throw new ArgumentException($"A convolution with a weight of the shape {weight} does not fit an input of the shape {shape}.", nameof(shape));
        var step = new ConvolutionStep(layer, new Conv2dShape(1, shape[0], shape[1], shape[2], weight[0], weight[2], weight[3], layer.Stride, layer.Stride, layer.Padding, layer.Padding));
        _steps.Add(step);
        return new Shape(weight[0], step.Sizes.OutputHeight, step.Sizes.OutputWidth);
    }

    private abstract class Step(int outputLength)
    {
        public int OutputLength { get; } = outputLength;

        public abstract void Run(int rows, ReadOnlySpan<float> from, Span<float> to);
    }

    private sealed class LinearStep(Tensor weight, Tensor? bias, int repeats) : Step(weight.Shape[0] * repeats)
    {
        private readonly int _inputs = weight.Shape[1];
        private readonly int _outputs = weight.Shape[0];

        public Activation Activation { get; set; }

        public override void Run(int rows, ReadOnlySpan<float> from, Span<float> to) => MatrixProduct.Multiply(
            null, rows * repeats, _outputs, _inputs, from, _inputs, false, weight.Span, _inputs, true, to, _outputs, false, bias is { } given ? given.Span : default, Activation);
    }

    private sealed class ConvolutionStep(Conv2d layer, Conv2dShape sizes) : Step(sizes.OutputSize)
    {
        public Activation Activation { get; set; }

        public Conv2dShape Sizes => sizes;

        public override void Run(int rows, ReadOnlySpan<float> from, Span<float> to) =>
            Kernels.Conv2d.Forward(null, sizes with { Batch = rows }, from, layer.Weight.Span, layer.Bias is { } bias ? bias.Span : default, Activation, to);
    }

    private sealed class ActivationStep(Activation activation, int length) : Step(length)
    {
        public override void Run(int rows, ReadOnlySpan<float> from, Span<float> to)
        {
            switch (activation)
            {
                case Activation.Elu: ManagedEngine.Apply(UnaryOperation.Elu, from, to, 1, 0); break;
                case Activation.Gelu: ManagedEngine.Apply(UnaryOperation.Gelu, from, to, 0, 0); break;
                case Activation.Silu: ManagedEngine.Apply(UnaryOperation.Silu, from, to, 0, 0); break;
                case Activation.Softplus: ManagedEngine.Apply(UnaryOperation.Softplus, from, to, 1, 20); break;
                default: Activations.Apply(activation, from, to); break;
            }
        }
    }

    private sealed class PoolStep(MaxPool2d layer, Shape input, int length) : Step(length)
    {
        public override void Run(int rows, ReadOnlySpan<float> from, Span<float> to) =>
            ManagedEngine.MaxPool(from, rows * input[0], input[1], input[2], layer.Kernel, layer.Stride, layer.Padding, to);
    }

    private sealed class NormStep(LayerNorm layer, int length) : Step(length)
    {
        public override void Run(int rows, ReadOnlySpan<float> from, Span<float> to)
        {
            int width = layer.NormalizedShape.Length;
            for (int start = 0; start < from.Length; start += width)
            {
                Span<float> row = to.Slice(start, width);
                TensorPrimitives.Subtract(from.Slice(start, width), TensorPrimitives.Sum(from.Slice(start, width)) / width, row);
                TensorPrimitives.Multiply(row, 1 / MathF.Sqrt((TensorPrimitives.SumOfSquares<float>(row) / width) + layer.Epsilon), row);
                if (layer.Weight is { } weight) TensorPrimitives.MultiplyAdd(row, weight.Span, layer.Bias!.Value.Span, row);
            }
        }
    }
}
