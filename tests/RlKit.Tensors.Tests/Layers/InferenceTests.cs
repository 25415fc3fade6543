using RlKit.Tensors;

namespace RlKit.Tests;

[ManagedEngine("Inference reads its memory")]
public class InferenceTests
{
    private static IEnumerable<TestCaseData> Networks()
    {
        yield return Case("mlp", g => (new Sequential(new Linear(4, 64, g), Activation.Tanh, new Linear(64, 64, g), Activation.Tanh, new Linear(64, 2, g)), 4));
        yield return Case("norm, noise and dropout", g => (new Sequential(new Linear(3, 7, g, bias: false), Activation.Relu, Activation.Sigmoid, new LayerNorm(7), new NoisyLinear(7, 2, g), new Dropout(0.5f, g)), 3));
        yield return Case("convolution", g => (
            new Sequential(
                new Conv2d(2, 5, 3, g, stride: 2, padding: 1), Activation.Relu, new Flatten(), new Sequential(new Linear(45, 400, g), new LayerNorm(400, affine: false)), Activation.Tanh),
            new Shape(2, 6, 6)));
        yield return Case("pooling", g => (new Sequential(new Conv2d(1, 3, 2, g), new MaxPool2d(3, 2, 1), new Flatten()), new Shape(1, 6, 7)));
        yield return Case("activations", g => (
            new Sequential(new Linear(3, 9, g), Activation.Elu, new Linear(9, 8, g), Activation.Gelu, new Linear(8, 7, g), Activation.Silu, new Linear(7, 6, g), Activation.Softplus), 3));
        yield return Case("rows within rows", g => (new Linear(3, 2, g), new Shape(5, 3)));
        yield return Case("nothing to compute", _ => (new Flatten(), new Shape(2, 2)));

        static TestCaseData Case(string name, Func<Generator, (Layer Network, Shape Input)> make) => new TestCaseData(make).SetArgDisplayNames(name);
    }

    [TestCaseSource(nameof(Networks))]
    public void Numbers_are_those_of_Forward(Func<Generator, (Layer Network, Shape Input)> make)
    {
        (Layer network, Shape shape) = make(new Generator(1));
        var inference = new Inference(network, shape);
        network.IsTraining = false;
        foreach (int rows in new[] { 1, 3, 40 })
        {
            Tensor input = Tensor.Normal([rows, .. shape.Lengths], new Generator(2));
            var outputs = new float[rows * inference.OutputLength];
            inference.Run(input.ToArray(), outputs);
            Tensor expected = network.Forward(input);
            Assert.That(expected.Shape.Lengths[1..].SequenceEqual(inference.OutputShape.Lengths), $"{expected.Shape} and {inference.OutputShape}");
            Assert.That(outputs, Is.EqualTo(expected.ToArray()).Within(1e-5f));
        }
    }

    [Test]
    public void It_follows_the_training()
    {
        var network = new Sequential(new Linear(2, 1, new Generator(1)));
        var inference = new Inference(network, 2);
        network.Parameters.Values.CopyFrom([2, 3, 1]);
        var output = new float[1];
        inference.Run([10, 100], output);
        Assert.That(output[0], Is.EqualTo(321));
    }

    [Test]
    public void Many_threads_run_it_at_once_and_nothing_is_allocated()
    {
        var generator = new Generator(1);
        var network = new Sequential(new Linear(4, 64, generator), Activation.Tanh, new Linear(64, 64, generator), Activation.Tanh, new Linear(64, 2, generator));
        var inference = new Inference(network, 4);
        var inputs = new float[64 * 4];
        generator.FillNormal(inputs);
        var expected = new float[64 * 2];
        inference.Run(inputs, expected);
        var faults = new int[4];
        var allocated = new long[4];
        Thread[] threads = [.. Enumerable.Range(0, 4).Select(thread => new Thread(() =>
        {
            Span<float> output = stackalloc float[2];
            for (int i = 0; i < 2000; i++)
            {
                if (i == 1000) allocated[thread] = GC.GetAllocatedBytesForCurrentThread();
                int row = (i + (thread * 17)) % 64;
                inference.Run(inputs.AsSpan(row * 4, 4), output);
                if (MathF.Abs(output[0] - expected[row * 2]) > 1e-6f || MathF.Abs(output[1] - expected[(row * 2) + 1]) > 1e-6f) faults[thread]++;
            }

            allocated[thread] = GC.GetAllocatedBytesForCurrentThread() - allocated[thread];
        }))];
        foreach (Thread thread in threads) thread.Start();
        foreach (Thread thread in threads) thread.Join();
        Assert.That(faults, Is.All.Zero);
        Assert.That(allocated, Is.All.Zero);
    }

    [Test]
    public void What_it_cannot_run_is_refused()
    {
        var generator = new Generator(1);
        var inference = new Inference(new Linear(3, 2, generator), 3);
        Assert.Multiple(() =>
        {
            Assert.That(() => new Inference(new Sequential(new Odd()), 3), Throws.TypeOf<NotSupportedException>().With.Message.Contains("Odd").And.Message.Contains("Forward"));
            Assert.That(() => new Inference(new Linear(3, 2, generator), 4), Throws.ArgumentException.With.Message.Contains("[2, 3]").And.Message.Contains("[4]"));
            Assert.That(() => new Inference(new Conv2d(1, 1, 3, generator), new Shape(1, 2, 2)), Throws.ArgumentException.With.Message.Contains("[1, 2, 2]"));
            Assert.That(() => new Inference(new MaxPool2d(3), new Shape(1, 2, 2)), Throws.ArgumentException.With.Message.Contains("3 x 3").And.Message.Contains("[1, 2, 2]"));
            Assert.That(() => new Inference(new LayerNorm(4), 3), Throws.ArgumentException.With.Message.Contains("[4]"));
            Assert.That(() => inference.Run(new float[4], new float[2]), Throws.ArgumentException.With.Message.Contains("4 numbers"));
            Assert.That(() => inference.Run(new float[6], new float[2]), Throws.ArgumentException.With.Message.Contains("2 observations make 4"));
        });
    }

    private sealed class Odd : Layer
    {
        public override Tensor Forward(Tensor input) => input;
    }
}
