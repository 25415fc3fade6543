using System.Text.Json;
using RlKit.Tensors;

namespace RlKit.Tests;

public class InitialiseTests
{
    private static IEnumerable<TestCaseData> GoldenCases()
    {
        using JsonDocument document = Golden.Read("torch/init_properties");
        foreach ((int number, JsonElement item) in document.RootElement.GetProperty("cases").EnumerateArray().Index())
            yield return new TestCaseData(number).SetName($"PyTorch's properties: {item.GetProperty("init").GetString()} {item.GetProperty("shape")}");
    }

    [Category("Golden")]
    [TestCaseSource(nameof(GoldenCases))]
    public void Properties_are_those_of_PyTorch(int number)
    {
        using JsonDocument document = Golden.Read("torch/init_properties");
        JsonElement item = document.RootElement.GetProperty("cases")[number];
        var shape = new Shape([.. item.GetProperty("shape").EnumerateArray().Select(length => length.GetInt32())]);
        Tensor weight = Tensor.Zeros(shape);
        var generator = new Generator(7);
        string kind = item.GetProperty("init").GetString()!;
        switch (kind)
        {
            case "orthogonal":
                Initialise.Orthogonal(weight, generator, item.GetProperty("gain").GetSingle());
                AssertOrthogonal(weight, item.GetProperty("gram").GetString() == "W*W^T", item.GetProperty("gain_squared").GetDouble());
                return;
            case "torch default Linear/Conv2d":
                Layer layer = shape.Rank == 2 ? new Linear(shape[1], shape[0], generator) : new Conv2d(shape[1], shape[0], shape[2], generator);
                Tensor[] parameters = [.. layer.NamedParameters().Select(parameter => parameter.Value)];
                Assert.That(parameters[0].Shape, Is.EqualTo(shape));
                AssertUniform(parameters[0].ToArray(), item.GetProperty("weight_uniform_bound").GetDouble());
                AssertUniform(parameters[1].ToArray(), item.GetProperty("bias_uniform_bound").GetDouble());
                return;
            case "xavier_uniform":
                Initialise.XavierUniform(weight, generator);
                break;
            case "xavier_normal":
                Initialise.XavierNormal(weight, generator);
                break;
            case "kaiming_uniform_relu":
                Initialise.KaimingUniform(weight, generator);
                break;
            case "kaiming_normal_relu":
                Initialise.KaimingNormal(weight, generator);
                break;
            default:
                Assert.Fail($"There is no initialiser for '{kind}'.");
                break;
        }

        if (item.TryGetProperty("uniform_bound", out JsonElement bound)) AssertUniform(weight.ToArray(), bound.GetDouble());
        else AssertNormal(weight.ToArray(), item.GetProperty("std").GetDouble());
    }

    [TestCase(100, 70)]
    [TestCase(70, 100)]
    [TestCase(1, 5)]
    [TestCase(33, 33)]
    public void Orthogonal_weights_of_any_size_are_orthonormal(int rows, int columns)
    {
        Tensor weight = Tensor.Zeros([rows, columns]);
        Initialise.Orthogonal(weight, new Generator(1));
        AssertOrthogonal(weight, rows <= columns, 1);
    }

    [Test]
    public void Orthogonal_weights_are_evenly_distributed()
    {
        // For a random rotation every element of the first column has mean 0 and mean square 1/n.
        double sum = 0, squares = 0;
        var generator = new Generator(5);
        Tensor weight = Tensor.Zeros([3, 3]);
        for (int i = 0; i < 4000; i++)
        {
            Initialise.Orthogonal(weight, generator);
            float first = weight.Span[0];
            sum += first;
            squares += first * first;
        }

        Assert.That(sum / 4000, Is.Zero.Within(0.04));
        Assert.That(squares / 4000, Is.EqualTo(1.0 / 3).Within(0.02));
    }

    [Test]
    public void Constants_gains_and_fans()
    {
        Tensor weight = Tensor.Zeros([4, 2]);
        Initialise.Constant(weight, 0.25f);
        Assert.That(weight.ToArray(), Is.All.EqualTo(0.25f));
        Assert.That(Initialise.Gain(Activation.Relu), Is.EqualTo(MathF.Sqrt(2)));
        Assert.That(Initialise.Gain(Activation.Tanh), Is.EqualTo(5f / 3));
        Assert.That(Initialise.Gain(Activation.None), Is.EqualTo(1));
        weight = Tensor.Zeros([400, 2]);
        Initialise.KaimingUniform(weight, new Generator(1), gain: 1, fan: Fan.Out);
        AssertUniform(weight.ToArray(), Math.Sqrt(3.0 / 400));
        Assert.That(() => Initialise.Orthogonal(Tensor.Zeros(3), new Generator(1)), Throws.ArgumentException.With.Message.Contains("[3]"));
        Assert.That(() => Initialise.XavierUniform(Tensor.Zeros(3), new Generator(1)), Throws.ArgumentException.With.Message.Contains("[3]"));
    }

    private static void AssertOrthogonal(Tensor weight, bool rows, double gainSquared)
    {
        int height = weight.Shape[0], width = weight.Length / height;
        float[] values = weight.ToArray();
        int count = rows ? height : width, length = rows ? width : height;
        for (int i = 0; i < count; i++)
        {
            for (int j = 0; j <= i; j++)
            {
                double dot = 0;
                for (int k = 0; k < length; k++) dot += (double)At(i, k) * At(j, k);
                Assert.That(dot, Is.EqualTo(i == j ? gainSquared : 0).Within(1e-6 * gainSquared), $"product of vectors {i} and {j}");
            }
        }

        float At(int vector, int k) => rows ? values[(vector * width) + k] : values[(k * width) + vector];
    }

    // Five standard errors: these tests use fixed seeds, and say something for any.
    private static void AssertUniform(float[] values, double bound)
    {
        Assert.That(values.Select(Math.Abs).Max(), Is.LessThanOrEqualTo(bound * (1 + 1e-6)));
        double n = values.Length;
        Assert.That(values.Average(), Is.Zero.Within(5 * bound / Math.Sqrt(3 * n)));
        Assert.That(values.Average(v => (double)v * v), Is.EqualTo(bound * bound / 3).Within(5 * bound * bound * Math.Sqrt(4.0 / 45 / n)));
    }

    private static void AssertNormal(float[] values, double std)
    {
        double n = values.Length;
        Assert.That(values.Average(), Is.Zero.Within(5 * std / Math.Sqrt(n)));
        Assert.That(values.Average(v => (double)v * v), Is.EqualTo(std * std).Within(5 * std * std * Math.Sqrt(2 / n)));
    }
}
