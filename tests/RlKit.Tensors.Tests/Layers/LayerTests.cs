using RlKit.Tensors;

namespace RlKit.Tests;

public class LayerTests
{
    [Test]
    public void A_sequence_is_its_layers_one_after_the_other([Values] Activation activation)
    {
        var generator = new Generator(1);
        var first = new Conv2d(1, 3, 2, generator, stride: 2);
        var last = new Linear(12, 2, generator);
        var network = new Sequential(first, activation, new Flatten(), last, activation, activation);
        Tensor input = Tensor.Normal([5, 1, 4, 4], generator);
        var apply = new ActivationLayer(activation);
        Tensor expected = apply.Forward(apply.Forward(last.Forward(apply.Forward(first.Forward(input)).Flatten(1))));
        Assert.That(network.Forward(input).ToArray(), Is.EqualTo(expected.ToArray()).Within(1e-6f));
        Assert.That(network.Count, Is.EqualTo(6));
        Assert.That(network[3], Is.SameAs(last));
    }

    [Test]
    public void A_noisy_layer_adds_factorised_noise_while_training_only()
    {
        var layer = new NoisyLinear(3, 2, new Generator(1));
        float bound = 1 / MathF.Sqrt(3);
        Assert.That(layer.WeightMean.ToArray(), Is.All.InRange(-bound, bound));
        Assert.That(layer.WeightSigma.ToArray(), Is.All.EqualTo(0.5f * bound));
        Assert.That(layer.BiasSigma.ToArray(), Is.All.EqualTo(0.5f * bound));
        float[] noiseIn = layer.NamedBuffers().Single(buffer => buffer.Key == "epsilon_in").Value.ToArray(), noiseOut = layer.NamedBuffers().Single(buffer => buffer.Key == "epsilon_out").Value.ToArray();
        Tensor input = Tensor.From([1, 2, -3], [1, 3]);
        float[] noisy = layer.Forward(input).ToArray(), mean = layer.WeightMean.ToArray(), sigma = layer.WeightSigma.ToArray();
        for (int o = 0; o < 2; o++)
        {
            float expected = layer.BiasMean.ToArray()[o] + (layer.BiasSigma.ToArray()[o] * noiseOut[o]);
            for (int i = 0; i < 3; i++) expected += (mean[(o * 3) + i] + (sigma[(o * 3) + i] * noiseOut[o] * noiseIn[i])) * input.ToArray()[i];
            Assert.That(noisy[o], Is.EqualTo(expected).Within(1e-5f));
        }

        layer.IsTraining = false;
        Assert.That(layer.Forward(input).ToArray(), Is.EqualTo(input.Linear(layer.WeightMean, layer.BiasMean).ToArray()));
        layer.IsTraining = true;
        var network = new Sequential(layer);
        NoisyLinear.ResetNoise(network, new Generator(8));
        float[] drawn = network.Forward(input).ToArray();
        Assert.That(drawn, Is.Not.EqualTo(noisy));
        NoisyLinear.ResetNoise(network, new Generator(8));
        Assert.That(network.Forward(input).ToArray(), Is.EqualTo(drawn));
        Assert.That(() => new NoisyLinear(1, 1, new Generator(1), -1), Throws.TypeOf<ArgumentOutOfRangeException>());
    }

    [Test]
    public void A_noisy_layer_gives_few_rows_what_it_gives_each_of_many([Values(1, 8, 9)] int rows, [Values] Activation activation)
    {
        var generator = new Generator(1);
        var network = new Sequential(new NoisyLinear(5, 4, generator), activation);
        Tensor input = Tensor.Normal([20, 5], generator);
        Assert.That(network.Forward(input.Slice(0, 0, rows)).ToArray(), Is.EqualTo(network.Forward(input).Slice(0, 0, rows).ToArray()).Within(1e-6f));
    }

    [Test]
    public void The_noise_is_the_signed_root_of_normal_numbers_and_is_saved()
    {
        var layer = new NoisyLinear(2000, 2, new Generator(1));
        float[] noise = layer.NamedBuffers().First().Value.ToArray();
        Assert.That(noise.Average(), Is.Zero.Within(0.1));
        Assert.That(noise.Average(e => e * e), Is.EqualTo(Math.Sqrt(2 / Math.PI)).Within(0.1));
        Assert.That(noise.Average(e => e * e * e * e), Is.EqualTo(1).Within(0.2));
        var copy = new NoisyLinear(2000, 2, new Generator(2));
        copy.CopyFrom(layer);
        Assert.That(copy.NamedBuffers().First().Value.ToArray(), Is.EqualTo(noise));
    }

    [Test]
    public void Dropout_acts_while_training_only()
    {
        var network = new Sequential(new Dropout(0.25f, new Generator(1)));
        Tensor ones = Tensor.Ones([100, 100]);
        float[] values = network.Forward(ones).ToArray();
        Assert.That(values.Distinct().Order(), Is.EqualTo(new[] { 0, 1 / 0.75f }));
        Assert.That(values.Count(value => value == 0) / 10000.0, Is.EqualTo(0.25).Within(0.03));
        network.IsTraining = false;
        Assert.That(network.Forward(ones).ToArray(), Is.All.EqualTo(1f));
        Assert.That(() => new Dropout(1, new Generator(1)), Throws.TypeOf<ArgumentOutOfRangeException>());
    }

    [Test]
    public void An_embedding_looks_rows_up()
    {
        var table = new Embedding(5, 3, new Generator(1));
        float[] weight = table.Weight.ToArray();
        Tensor found = table.Forward(IndexTensor.From([4, 0, 4, 2], [2, 2]));
        Assert.That(found.Shape, Is.EqualTo(new Shape(2, 2, 3)));
        Assert.That(found.ToArray(), Is.EqualTo(new[] { 4, 0, 4, 2 }.SelectMany(row => weight.Skip(row * 3).Take(3))));
        found.Sum().Backward();
        Assert.That(table.Weight.Grad.ToArray(), Is.EqualTo(new[] { 1f, 0, 1, 0, 2 }.SelectMany(count => Enumerable.Repeat(count, 3))));
        Assert.That(() => table.Forward(IndexTensor.From([5])), Throws.TypeOf<ArgumentOutOfRangeException>());
    }

    [Test]
    public void Sizes_that_make_no_sense_are_refused()
    {
        var generator = new Generator(1);
        Assert.Multiple(() =>
        {
            Assert.That(() => new Linear(0, 1, generator), Throws.TypeOf<ArgumentOutOfRangeException>().With.Message.Contains("inputs"));
            Assert.That(() => new Linear(1, -1, generator), Throws.TypeOf<ArgumentOutOfRangeException>().With.Message.Contains("outputs"));
            Assert.That(() => new Linear(1, 1, null!), Throws.TypeOf<ArgumentNullException>());
            Assert.That(() => new Conv2d(1, 1, 3, generator, stride: 0), Throws.TypeOf<ArgumentOutOfRangeException>().With.Message.Contains("stride"));
            Assert.That(() => new Conv2d(1, 1, 3, generator, padding: -1), Throws.TypeOf<ArgumentOutOfRangeException>().With.Message.Contains("padding"));
            Assert.That(() => new LayerNorm(Shape.Scalar), Throws.ArgumentException);
            Assert.That(() => new LayerNorm(3, -1), Throws.TypeOf<ArgumentOutOfRangeException>().With.Message.Contains("epsilon"));
            Assert.That(() => new Lstm(1, 0, generator), Throws.TypeOf<ArgumentOutOfRangeException>().With.Message.Contains("units"));
            Assert.That(() => new Gru(1, 1, generator, layers: 0), Throws.TypeOf<ArgumentOutOfRangeException>().With.Message.Contains("layers"));
            Assert.That(() => new Embedding(0, 1, generator), Throws.TypeOf<ArgumentOutOfRangeException>().With.Message.Contains("count"));
            Assert.That(() => new ActivationLayer((Activation)99), Throws.TypeOf<ArgumentOutOfRangeException>());
            Assert.That(() => new Linear(3, 2, generator).Forward(Tensor.Zeros([5, 4])), Throws.ArgumentException.With.Message.Contains("[5, 4]").And.Message.Contains("[2, 3]"));
        });
    }
}
