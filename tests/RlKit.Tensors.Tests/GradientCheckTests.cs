using RlKit.Tensors;

namespace RlKit.Tests;

/// <summary>Every operation's gradient against central differences, on inputs away from kinks.</summary>
public class GradientCheckTests
{
    private const float Epsilon = 1e-2f;

    private static IndexTensor Rows => IndexTensor.From([2, 0, 2, 1]);
    private static IndexTensor Columns => IndexTensor.From([0, 1, 4, 2, 2, 3], [3, 2]);
    private static Tensor Flags => Tensor.From([0, 1, 0, 0, 0, 0, 1, 0], [4, 2]);
    private static Tensor Mask => Tensor.From([0, 1, 0, 1, 1], [5]);

    private static TestCaseData Case(string name, Func<Tensor[], Tensor> function, params int[][] shapes) => new TestCaseData(function, shapes, 0f).SetArgDisplayNames(name);

    private static TestCaseData Positive(string name, Func<Tensor[], Tensor> function, params int[][] shapes) => new TestCaseData(function, shapes, 0.5f).SetArgDisplayNames(name);

    private static IEnumerable<TestCaseData> Cases()
    {
        yield return Case("add", x => x[0] + x[1], [3, 5], [5]);
        yield return Case("subtract", x => x[0] - x[1], [3, 5], [3, 1]);
        yield return Case("subtract from a broadcast one", x => x[0] - x[1], [5], [2, 3, 5]);
        yield return Case("multiply", x => x[0] * x[1], [3, 5], [3, 5]);
        yield return Case("multiply, broadcast on both sides", x => x[0] * x[1], [3, 1, 4], [2, 1]);
        yield return Positive("divide", x => x[0] / x[1], [3, 5], [5]);
        yield return Case("maximum", x => Tensor.Maximum(x[0], x[1]), [3, 5], [3, 5]);
        yield return Case("minimum", x => Tensor.Minimum(x[0], x[1]), [3, 5], [5]);
        yield return Case("numbers", x => 2 - 3 * x[0] / 4 + 1 - (-x[0] - 1), [3, 5]);
        yield return Positive("number over tensor", x => 2 / x[0], [3, 5]);
        yield return Case("where", x => Tensor.Where(Mask, x[0], x[1]), [3, 5], [3, 1]);
        yield return Case("masked fill", x => x[0].MaskedFill(Mask, 7), [3, 5]);
        yield return Case("relu", x => x[0].Relu(), [3, 5]);
        yield return Case("leaky relu", x => x[0].LeakyRelu(0.2f), [3, 5]);
        yield return Case("tanh", x => x[0].Tanh(), [3, 5]);
        yield return Case("sigmoid", x => x[0].Sigmoid(), [3, 5]);
        yield return Case("elu", x => x[0].Elu(1.5f), [3, 5]);
        yield return Case("gelu", x => x[0].Gelu(), [3, 5]);
        yield return Case("gelu by tanh", x => x[0].Gelu(tanhApproximation: true), [3, 5]);
        yield return Case("silu", x => x[0].Silu(), [3, 5]);
        yield return Case("softplus", x => x[0].Softplus(2), [3, 5]);
        yield return Case("exp", x => x[0].Exp(), [3, 5]);
        yield return Positive("log", x => x[0].Log(), [3, 5]);
        yield return Positive("log1p", x => x[0].Log1P(), [3, 5]);
        yield return Case("expm1", x => x[0].ExpM1(), [3, 5]);
        yield return Positive("sqrt", x => x[0].Sqrt(), [3, 5]);
        yield return Positive("reciprocal square root", x => x[0].ReciprocalSqrt(), [3, 5]);
        yield return Positive("reciprocal", x => x[0].Reciprocal(), [3, 5]);
        yield return Case("abs", x => x[0].Abs(), [3, 5]);
        yield return Case("square", x => x[0].Square(), [3, 5]);
        yield return Positive("pow", x => x[0].Pow(1.7f), [3, 5]);
        yield return Case("clamp", x => (3 * x[0]).Clamp(-0.54f, 0.81f), [3, 5]);
        yield return Case("sin", x => x[0].Sin(), [3, 5]);
        yield return Case("cos", x => x[0].Cos(), [3, 5]);
        yield return Case("erf", x => x[0].Erf(), [3, 5]);
        yield return Case("matmul", x => x[0].MatMul(x[1]), [3, 5], [5, 2]);
        yield return Case("matmul, left transposed", x => x[0].MatMul(x[1], transposeThis: true), [5, 3], [5, 2]);
        yield return Case("matmul, right transposed", x => x[0].MatMul(x[1], transposeOther: true), [3, 5], [2, 5]);
        yield return Case("matmul, both transposed", x => x[0].MatMul(x[1], true, true), [5, 3], [2, 5]);
        yield return Case("matmul of batches", x => x[0].MatMul(x[1], transposeOther: true), [2, 3, 5], [2, 4, 5]);
        yield return Case("matmul of a batch and a matrix", x => x[0].MatMul(x[1], transposeThis: true), [2, 5, 3], [5, 2]);
        yield return Case("matmul of a matrix and a batch", x => x[0].MatMul(x[1]), [3, 5], [2, 5, 2]);
        yield return Case("matmul of vectors", x => x[0].MatMul(x[1]), [5], [5]);
        yield return Case("linear", x => x[0].Linear(x[1], x[2]), [2, 3, 5], [4, 5], [4]);
        yield return Case("linear without bias, relu", x => x[0].Linear(x[1], null, Activation.Relu), [3, 5], [4, 5]);
        yield return Case("linear, tanh", x => x[0].Linear(x[1], x[2], Activation.Tanh), [3, 5], [4, 5], [4]);
        yield return Case("linear, sigmoid", x => x[0].Linear(x[1], x[2], Activation.Sigmoid), [3, 5], [4, 5], [4]);
        yield return Case("linear used twice", x => x[0].Linear(x[1], x[2], Activation.Tanh) is var y ? y * y.Sum() + y : y, [3, 5], [4, 5], [4]);
        yield return Case("conv2d", x => x[0].Conv2d(x[1], x[2], stride: 2, padding: 1, Activation.Tanh), [2, 2, 5, 6], [3, 2, 3, 2], [3]);
        yield return Case("max-pool", x => x[0].MaxPool2d(3, 2, 1), [2, 2, 5, 6]);
        yield return Case("sum", x => x[0].Sum(), [2, 3, 4]);
        yield return Case("sum of an axis", x => x[0].Sum(1).Square(), [2, 3, 4]);
        yield return Case("sum of the last axis", x => x[0].Sum(-1, true).Square(), [2, 3, 4]);
        yield return Case("sum of two axes", x => x[0].Sum([0, 2]).Square(), [2, 3, 4]);
        yield return Case("mean", x => x[0].Mean(0).Square(), [2, 3, 4]);
        yield return Case("max", x => x[0].Max(), [2, 3, 4]);
        yield return Case("max of an axis", x => x[0].Max(1), [2, 3, 4]);
        yield return Case("min of an axis", x => x[0].Min(-1), [2, 3, 4]);
        yield return Case("shared max of an axis", x => x[0].AMax(0), [2, 3, 4]);
        yield return Case("shared min of an axis", x => x[0].AMin(0), [2, 3, 4]);
        yield return Case("variance", x => x[0].Variance(), [3, 4]);
        yield return Case("standard deviation of an axis", x => x[0].StandardDeviation(1, 1), [3, 4]);
        yield return Case("norm", x => x[0].Norm(), [3, 4]);
        yield return Case("log-sum-exp", x => x[0].LogSumExp(0), [3, 4]);
        yield return Case("cumulative sum", x => x[0].CumulativeSum(1).Square(), [2, 3, 4]);
        yield return Case("softmax", x => x[0].Softmax(), [3, 5]);
        yield return Case("softmax of an inner axis", x => x[0].Softmax(1), [2, 3, 4]);
        yield return Case("log-softmax", x => x[0].LogSoftmax(), [3, 5]);
        yield return Case("log-softmax of the first axis", x => x[0].LogSoftmax(0), [3, 5]);
        yield return Case("gather", x => x[0].Gather(1, Columns), [3, 5]);
        yield return Case("gather of one per row", x => x[0].GatherRows(Rows), [4, 3]);
        yield return Case("index-select", x => x[0].IndexSelect(1, Rows), [2, 3, 2]);
        yield return Case("embedding", x => x[0].Embedding(Rows), [3, 2]);
        yield return Case("scatter-add", x => x[0].ScatterAdd(1, Columns, x[1]), [3, 5], [3, 2]);
        yield return Case("reshape", x => x[0].Reshape(-1, 2).Square(), [3, 4]);
        yield return Case("slice of the first axis", x => x[0].Slice(0, 1, 3).Square(), [4, 3]);
        yield return Case("slice of the last axis", x => x[0].Slice(-1, 1, -1).Square(), [4, 3, 4]);
        yield return Case("select", x => x[0].Select(1, -1).Square(), [4, 3, 4]);
        yield return Case("transpose", x => x[0].Transpose(0, 2).Square(), [2, 3, 4]);
        yield return Case("permute", x => x[0].Permute(2, 0, 1).Square(), [2, 3, 4]);
        yield return Case("expand", x => x[0].Expand([2, 3, 4]).Square(), [3, 1]);
        yield return Case("concat", x => Tensor.Concat(1, x[0], x[1], x[0]).Square(), [2, 3], [2, 2]);
        yield return Case("stack", x => Tensor.Stack(-1, x[0], x[1]).Square(), [2, 3], [2, 3]);
        yield return Case("layer norm", x => x[0].LayerNorm(2, x[1], x[2]), [3, 2, 4], [2, 4], [2, 4]);
        yield return Case("dropout", x => x[0].Dropout(0.4f, new Generator(3)), [3, 5]);
        yield return Case("mean squared error", x => Loss.MeanSquaredError(x[0], x[1]), [3, 4], [3, 4]);
        yield return Case("mean squared error, weighted", x => Loss.MeanSquaredError(x[0], x[1], Reduction.Mean, Tensor.From([1, 2, 3, 4])), [3, 4], [3, 4]);
        yield return Case("L1", x => Loss.L1(x[0], x[1], Reduction.Sum), [3, 4], [3, 4]);
        yield return Case("huber", x => Loss.Huber(x[0], x[1], 0.6f, Reduction.None), [3, 4], [3, 4]);
        yield return Case("smooth L1", x => Loss.SmoothL1(x[0], x[1], 0.6f), [3, 4], [3, 4]);
        yield return Case("binary cross-entropy", x => Loss.BinaryCrossEntropyWithLogits(x[0], x[1], Reduction.Sum), [3, 4], [3, 4]);
        yield return Case("cross-entropy", x => Loss.CrossEntropy(x[0], Rows), [4, 3]);
        yield return Case("cross-entropy, weighted and smoothed", x => Loss.CrossEntropy(x[0], Rows, Reduction.Sum, Tensor.From([1, 2, 3, 4]), 0.1f), [4, 3]);
        yield return Case("cross-entropy of distributions", x => Loss.CrossEntropy(x[0], x[1], Reduction.None), [4, 3], [4, 3]);
        yield return Case("negative log-likelihood", x => Loss.NegativeLogLikelihood(x[0], Rows, Reduction.Sum), [4, 3]);
        yield return Case(
            "LSTM with resets, all results",
            x => Recurrence.Lstm(x[0], x[1], x[2], x[3], x[4], x[5], x[6], Flags) is var (y, h, c) ? y.Sum() + (h * 2).Square().Sum() + c.Square().Sum() : default,
            [4, 2, 3], [2, 2], [2, 2], [8, 3], [8, 2], [8], [8]);
        yield return Case("LSTM, its cell alone", x => Recurrence.Lstm(x[0], x[1], x[2], x[3], x[4]).Cell, [3, 2, 3], [2, 2], [2, 2], [8, 3], [8, 2]);
        yield return Case(
            "GRU with resets",
            x => Recurrence.Gru(x[0], x[1], x[2], x[3], x[4], x[5], Flags) is var (y, h) ? y.Square().Sum() + h.Sum() : default,
            [4, 2, 3], [2, 2], [6, 3], [6, 2], [6], [6]);
        yield return Case("categorical, log-probability", x => new Categorical(x[0]).LogProb(Rows), [4, 3]);
        yield return Case("categorical, entropy", x => new Categorical(x[0]).Entropy(), [4, 3]);
        yield return Case("categorical with a mask", x => new Categorical(x[0], Mask) is var p ? p.Entropy() + p.LogProb(IndexTensor.From([1, 3, 4])) : default, [3, 5]);
        yield return Case("categorical, divergence", x => new Categorical(x[0]).KullbackLeibler(new Categorical(x[1])), [4, 3], [4, 3]);
        yield return Case("diagonal Gaussian, log-probability", x => new DiagonalGaussian(x[0], x[1]).LogProb(x[2]), [4, 3], [1, 3], [4, 3]);
        yield return Case("diagonal Gaussian, entropy and draw", x => new DiagonalGaussian(x[0], x[1]) is var p ? p.Entropy() + p.Sample(Tensor.Full([4, 3], 0.7f)).Square().Sum(-1) : default, [4, 3], [4, 3]);
        yield return Case("diagonal Gaussian, divergence", x => new DiagonalGaussian(x[0], x[1]).KullbackLeibler(new DiagonalGaussian(x[2], x[3])), [2, 3], [2, 3], [2, 3], [1, 3]);
        yield return Case("squashed Gaussian, draw", x => Squashed(x).Sample(Tensor.Full([3, 2], 0.4f)) is var (a, l) ? a.Square().Sum(-1) + l : default, [3, 2], [1, 2]);
        yield return Case("squashed Gaussian, log-probability", x => Squashed(x).LogProb(x[2] * 0.5f), [3, 2], [1, 2], [3, 2]);
        yield return Case("squashed Gaussian, mode", x => Squashed(x).Mode(), [3, 2], [3, 2]);

        static SquashedGaussian Squashed(Tensor[] x) => new(x[0], x[1], Tensor.From([2, 1.5f]), Tensor.From([0.1f, -0.2f]));
    }

    private static IEnumerable<TestCaseData> Layers()
    {
        yield return Layer("Linear", g => new Linear(4, 3, g), [5, 4]);
        yield return Layer("Linear without bias", g => new Linear(4, 3, g, bias: false), [5, 4]);
        yield return Layer("Conv2d", g => new Conv2d(2, 3, 3, g, stride: 2, padding: 1), [2, 2, 5, 5]);
        yield return Layer("LayerNorm", g => new LayerNorm([4]), [5, 4]);
        yield return Layer("NoisyLinear, few rows", g => new NoisyLinear(4, 3, g), [5, 4]);
        yield return Layer("NoisyLinear, many rows", g => new NoisyLinear(4, 3, g), [9, 4]);
        yield return Layer("NoisyLinear twice, so that gradients add up", g => new Twice(new NoisyLinear(4, 4, g)), [9, 4]);
        yield return Layer("MaxPool2d behind Conv2d", g => new Sequential(new Conv2d(1, 2, 2, g), new MaxPool2d(2)), [2, 1, 5, 5]);
        yield return Layer("Sequential with every fused activation", g => new Sequential(new Linear(4, 6, g), Activation.Tanh, new Linear(6, 5, g), Activation.Sigmoid, new Linear(5, 3, g)), [5, 4]);
        yield return Layer("Sequential with other activations", g => new Sequential(new Linear(4, 6, g), Activation.Elu, new Linear(6, 5, g), Activation.Gelu, new Linear(5, 5, g), Activation.Silu, new Linear(5, 3, g), Activation.Softplus), [5, 4]);
        yield return Layer("Flatten", g => new Sequential(new Conv2d(1, 2, 2, g), Activation.Tanh, new Flatten(), new Linear(8, 3, g)), [2, 1, 3, 3]);

        static TestCaseData Layer(string name, Func<Generator, Layer> make, int[] shape) => new TestCaseData(make, shape).SetArgDisplayNames(name);
    }

    /// <summary>The gradients of a layer's parameters and of its input.</summary>
    [TestCaseSource(nameof(Layers))]
    public void Gradients_of_a_layers_parameters_are_central_differences(Func<Generator, Layer> make, int[] shape)
    {
        var generator = new Generator(7);
        Layer layer = make(generator);
        Tensor input = Tensor.Normal(new Shape(shape), generator).RequireGrad(), projection;
        using (Autograd.NoGrad()) projection = Tensor.Uniform(layer.Forward(input).Shape, generator, 0.5f, 1.5f);
        (layer.Forward(input) * projection).Sum().Backward();
        foreach ((string name, Tensor leaf) in layer.NamedParameters().Append(new("input", input)))
        {
            float[] gradient = leaf.Grad.ToArray();
            for (int j = 0; j < gradient.Length; j++)
            {
                float value = leaf.Span[j];
                leaf.Span[j] = value + Epsilon / 4;
                double above = Value();
                leaf.Span[j] = value - Epsilon / 4;
                double below = Value();
                leaf.Span[j] = value;
                double difference = (above - below) / (Epsilon / 2);
                Assert.That(gradient[j], Is.EqualTo(difference).Within(2e-3 + 5e-3 * Math.Abs(difference)), $"{name}, element {j}");
            }
        }

        double Value()
        {
            using var scope = new TensorScope();
            using var noGradient = Autograd.NoGrad();
            return layer.Forward(input).ToArray().Zip(projection.ToArray(), (v, w) => (double)v * w).Sum();
        }
    }

    [TestCaseSource(nameof(Cases))]
    public void Gradient_is_the_central_difference(Func<Tensor[], Tensor> function, int[][] shapes, float least)
    {
        var generator = new Generator(20);
        // All elements are different by more than a difference steps over, and as far from 0, so that no order or sign changes.
        int count = shapes.Sum(shape => shape.Aggregate(1, (a, b) => a * b)), next = 0;
        float spacing = Math.Clamp(2.4f / count, 0.03f, 0.045f);
        int[] order = [.. Enumerable.Range(0, count)];
        generator.Shuffle(order);
        Tensor[] inputs = [.. shapes.Select(lengths =>
        {
            Tensor values = Tensor.Zeros(new Shape(lengths));
            foreach (ref float value in values.Span) value = (order[next++] + 0.5f) * spacing + (least > 0 ? least : -count / 2 * spacing);
            return values.RequireGrad();
        })];

        using var scope = new TensorScope();
        Tensor result = function(inputs);
        Tensor projection = Tensor.Uniform(result.Shape, generator, 0.5f, 1.5f);
        (result * projection).Sum().Backward();
        for (int i = 0; i < inputs.Length; i++)
        {
            float[] gradient = inputs[i].Grad.ToArray();
            for (int j = 0; j < gradient.Length; j++)
            {
                float value = inputs[i].Span[j];
                inputs[i].Span[j] = value + Epsilon;
                double above = Value();
                inputs[i].Span[j] = value - Epsilon;
                double below = Value();
                inputs[i].Span[j] = value;
                double difference = (above - below) / (2 * Epsilon);
                Assert.That(gradient[j], Is.EqualTo(difference).Within(2e-3 + 5e-3 * Math.Abs(difference)), $"input {i}, element {j}");
            }
        }

        double Value()
        {
            using var inner = new TensorScope();
            using var noGradient = Autograd.NoGrad();
            float[] values = function(inputs).ToArray(), weights = projection.ToArray();
            return values.Zip(weights, (v, w) => (double)v * w).Sum();
        }
    }

    /// <summary>A layer behind itself.</summary>
    private sealed class Twice : Layer
    {
        private readonly Layer _layer;

        public Twice(Layer layer) => _layer = Add("layer", layer);

        public override Tensor Forward(Tensor input) => _layer.Forward(_layer.Forward(input));
    }
}
