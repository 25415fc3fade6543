using System.Text.Json;
using RlKit.Tensors;

namespace RlKit.Tests;

public class DistributionTests
{
    private const double Tolerance = 1e-5;

    private static IEnumerable<string> GoldenCases()
    {
        using JsonDocument document = Golden.Read("torch/ops_distributions");
        return [.. document.RootElement.GetProperty("cases").EnumerateArray().Select(item => item.GetProperty("name").GetString()!)];
    }

    [Category("Golden")]
    [TestCaseSource(nameof(GoldenCases))]
    public void Values_and_gradients_are_those_of_PyTorch(string name)
    {
        using JsonDocument document = Golden.Read("torch/ops_distributions");
        JsonElement item = document.RootElement.GetProperty("cases").EnumerateArray().Single(item => item.GetProperty("name").GetString() == name);
        JsonElement inputs = item.GetProperty("inputs"), outputs = item.GetProperty("outputs");
        var leaves = new Dictionary<string, Tensor>();
        var results = new Dictionary<string, Tensor>();
        Shape shape;
        switch (item.GetProperty("op").GetString())
        {
            case "categorical":
                Read(new Categorical(Leaf("logits")), inputs.GetProperty("actions").Index());
                break;
            case "categorical_masked":
                Read(new Categorical(Leaf("logits"), inputs.GetProperty("mask").Tensor()), inputs.GetProperty("actions").Index());
                break;
            case "categorical_kl":
                results["kl"] = new Categorical(Leaf("p_logits")).KullbackLeibler(new Categorical(Leaf("q_logits")));
                break;
            case "normal":
                // Every number is a distribution of its own here: one dimension each.
                shape = inputs.GetProperty("mean").Shape();
                var normal = new DiagonalGaussian(Leaf("mean").Reshape(-1, 1), Leaf("std").Log().Reshape(-1, 1));
                results["log_prob"] = normal.LogProb(Leaf("x").Reshape(-1, 1)).Reshape(shape);
                results["entropy"] = normal.Entropy().Reshape(shape);
                break;
            case "normal_kl":
                shape = inputs.GetProperty("p_mean").Shape();
                var p = new DiagonalGaussian(Leaf("p_mean").Reshape(-1, 1), Leaf("p_std").Log().Reshape(-1, 1));
                var q = new DiagonalGaussian(Leaf("q_mean").Reshape(-1, 1), Leaf("q_std").Log().Reshape(-1, 1));
                results["kl"] = p.KullbackLeibler(q).Reshape(shape);
                break;
            case "normal_shared_logstd":
                var shared = new DiagonalGaussian(Leaf("mean"), Leaf("log_std"));
                results["log_prob"] = shared.LogProb(Leaf("x"));
                results["entropy"] = shared.Entropy();
                break;
            case "squashed_normal":
                shape = inputs.GetProperty("mean").Shape();
                var squashed = new SquashedGaussian(Leaf("mean").Reshape(-1, 1), Leaf("log_std").Reshape(-1, 1), inputs.GetProperty("scale").Tensor(), inputs.GetProperty("bias").Tensor());
                (Tensor action, Tensor logProb) = squashed.Sample(inputs.GetProperty("eps").Tensor().Reshape(-1, 1));
                results["action"] = action.Reshape(shape);
                results["log_prob_per_dim"] = logProb.Reshape(shape);
                break;
            default:
                Assert.Fail($"There is no distribution for '{item.GetProperty("op").GetString()}'.");
                break;
        }

        Tensor total = default;
        foreach (JsonProperty output in outputs.EnumerateObject())
        {
            Tensor result = results[output.Name];
            Assert.That(result.Shape, Is.EqualTo(output.Value.Shape()), output.Name);
            GoldenValues.AssertClose(result, output.Value, Tolerance, output.Name);
            Tensor share = (result * item.GetProperty("upstream").GetProperty(output.Name).Tensor()).Sum();
            total = total.IsDefault ? share : total + share;
        }

        total.Backward();
        foreach (JsonProperty gradient in item.GetProperty("grads").EnumerateObject()) GoldenValues.AssertClose(leaves[gradient.Name].Grad, gradient.Value, Tolerance, $"gradient of {gradient.Name}");

        Tensor Leaf(string input) => leaves[input] = inputs.GetProperty(input).Tensor().RequireGrad();

        void Read(Categorical categorical, IndexTensor actions)
        {
            results["log_prob"] = categorical.LogProb(actions);
            results["entropy"] = categorical.Entropy();
            results["probs"] = categorical.Probabilities;
            results["normalized_logits"] = categorical.LogProbabilities;
        }
    }

    [Test]
    public void Classes_are_drawn_with_their_probabilities()
    {
        float[] probabilities = [0.1f, 0.5f, 0, 0.4f];
        var generator = new Generator(1);
        Tensor logits = Tensor.From([.. probabilities.Select(p => MathF.Log(p))], [1, 4]).Expand([1000, 4]);
        var counts = new int[4];
        for (int i = 0; i < 20; i++)
        {
            foreach (int action in new Categorical(logits).Sample(generator).ToArray()) counts[action]++;
        }

        for (int i = 0; i < 4; i++) Assert.That(counts[i] / 20000.0, Is.EqualTo(probabilities[i]).Within(0.02), $"class {i}");
        Assert.That(counts[2], Is.Zero);
    }

    [Test]
    public void A_masked_class_is_never_drawn_and_never_the_mode()
    {
        var categorical = new Categorical(Tensor.From([5, 1, 1, 0], [2, 2]), Tensor.From([0, 1, 1, 0], [2, 2]));
        var generator = new Generator(1);
        for (int i = 0; i < 200; i++) Assert.That(categorical.Sample(generator).ToArray(), Is.EqualTo(new[] { 1, 0 }));
        Assert.That(categorical.Mode().ToArray(), Is.EqualTo(new[] { 1, 0 }));
        Assert.That(categorical.Entropy().ToArray(), Is.All.EqualTo(0f));
    }

    [Test]
    public void A_logit_of_minus_infinity_is_a_class_that_cannot_be()
    {
        const float never = float.NegativeInfinity;
        Tensor logits = Tensor.From([0, never, 1, 1, never, 2], [2, 3]).RequireGrad();
        var categorical = new Categorical(logits);
        var other = new Categorical(Tensor.From([0, 0, never, 1, never, 2], [2, 3]));
        // softmax(0, 1) and softmax(1, 2) have the same entropy.
        Assert.That(categorical.Entropy().ToArray(), Is.All.EqualTo(0.58220309f).Within(1e-6));
        Assert.That(categorical.KullbackLeibler(other).ToArray(), Is.EqualTo(new[] { float.PositiveInfinity, 0 }).Within(1e-6));
        categorical.Entropy().Sum().Backward();
        Assert.That(logits.Grad.ToArray(), Is.All.Matches<float>(float.IsFinite));
    }

    [Test]
    public void Rows_of_logits_without_tensors_agree_with_tensors()
    {
        float[] logits = new float[7 * 5];
        new Generator(3).FillNormal(logits);
        var categorical = new Categorical(Tensor.From(logits, [7, 5]));
        int[] drawn = categorical.Sample(new Generator(9)).ToArray(), mode = categorical.Mode().ToArray();
        float[] logProb = categorical.LogProb(IndexTensor.From(drawn)).ToArray();
        var generator = new Generator(9);
        for (int row = 0; row < 7; row++)
        {
            ReadOnlySpan<float> one = logits.AsSpan(row * 5, 5);
            Assert.That(Categorical.Sample(one, generator), Is.EqualTo(drawn[row]));
            Assert.That(Categorical.Mode(one), Is.EqualTo(mode[row]));
            Assert.That(Categorical.LogProb(one, drawn[row]), Is.EqualTo(logProb[row]).Within(1e-6f));
        }
    }

    [Test]
    public void Gaussian_draws_have_mean_and_deviation()
    {
        var gaussian = new DiagonalGaussian(Tensor.From([1, -2], [1, 2]).Expand([20000, 2]), Tensor.From([MathF.Log(0.5f), MathF.Log(3f)], [1, 2]));
        Tensor draws = gaussian.Sample(new Generator(1));
        Assert.That(draws.Mean(0).ToArray(), Is.EqualTo(new[] { 1f, -2f }).Within(0.06f));
        Assert.That(draws.StandardDeviation(0, 1).ToArray(), Is.EqualTo(new[] { 0.5f, 3f }).Within(0.06f));
        Assert.That((-gaussian.LogProb(draws)).Mean().Item(), Is.EqualTo(gaussian.Entropy().Mean().Item()).Within(0.03f));
    }

    [Test]
    public void Squashed_actions_lie_in_their_bounds_and_their_density_can_be_computed_back()
    {
        Tensor scale = Tensor.From([2f, 0.5f]), offset = Tensor.From([0f, 1f]);
        var squashed = new SquashedGaussian(Tensor.Zeros([500, 2]), Tensor.Zeros([1, 2]), scale, offset);
        (Tensor action, Tensor logProb) = squashed.Sample(new Generator(1));
        Assert.That(action.Select(1, 0).ToArray(), Is.All.InRange(-2f, 2f));
        Assert.That(action.Select(1, 1).ToArray(), Is.All.InRange(0.5f, 1.5f));
        Assert.That(squashed.LogProb(action).ToArray(), Is.EqualTo(logProb.ToArray()).Within(2e-3f));
        Assert.That(squashed.Mode().ToArray()[..2], Is.EqualTo(new[] { 0f, 1f }));
        Assert.That(squashed.KullbackLeibler(squashed).ToArray(), Is.All.Zero);
    }

    [Test]
    public void Shapes_that_do_not_fit_are_refused()
    {
        var categorical = new Categorical(Tensor.Zeros([3, 2]));
        Assert.Multiple(() =>
        {
            Assert.That(() => new Categorical(Tensor.Scalar(1)), Throws.ArgumentException);
            Assert.That(() => new Categorical(Tensor.Zeros([3, 2]), Tensor.Zeros([4, 2])), Throws.ArgumentException);
            Assert.That(() => categorical.LogProb(IndexTensor.From([0, 1])), Throws.ArgumentException.With.Message.Contains("[2]").And.Message.Contains("[3, 2]"));
            Assert.That(() => new Categorical(Tensor.From([float.NaN, 0], [1, 2])).Sample(new Generator(1)), Throws.ArgumentException.With.Message.Contains("NaN"));
            Assert.That(() => Categorical.Sample([], new Generator(1)), Throws.ArgumentException);
            Assert.That(() => Categorical.LogProb([0, 1], 2), Throws.TypeOf<ArgumentOutOfRangeException>());
            Assert.That(() => new DiagonalGaussian(Tensor.Zeros([3, 2]), Tensor.Zeros([3])), Throws.ArgumentException.With.Message.Contains("[3]").And.Message.Contains("[3, 2]"));
            var column = new DiagonalGaussian(Tensor.Zeros([3, 1]), Tensor.Zeros([1]));
            Assert.That(() => column.LogProb(Tensor.Zeros([3])), Throws.ArgumentException.With.Message.Contains("[3]").And.Message.Contains("[3, 1]"));
            Assert.That(() => column.Sample(Tensor.Zeros([3])), Throws.ArgumentException.With.Message.Contains("[3]").And.Message.Contains("[3, 1]"));
            Assert.That(() => column.KullbackLeibler(new DiagonalGaussian(Tensor.Zeros([1, 3]), Tensor.Zeros([1]))), Throws.ArgumentException.With.Message.Contains("[1, 3]").And.Message.Contains("[3, 1]"));
        });
    }

    [ManagedEngine("nothing is allocated")]
    [Test]
    public void Nothing_is_allocated_inside_a_scope()
    {
        Tensor logits = Tensor.Zeros([500, 6]).RequireGrad(), mean = Tensor.Zeros([64, 3]).RequireGrad(), logStd = Tensor.Zeros([1, 3]).RequireGrad(), one = Tensor.Ones(1);
        var generator = new Generator(1);
        long before = 0;
        for (int i = 0; i < 60; i++)
        {
            if (i == 40) before = GC.GetAllocatedBytesForCurrentThread();
            using var scope = new TensorScope();
            var categorical = new Categorical(logits);
            var gaussian = new DiagonalGaussian(mean, logStd);
            (Tensor action, Tensor logProb) = new SquashedGaussian(mean, logStd, one, one).Sample(generator);
            Tensor loss = categorical.LogProb(categorical.Sample(generator)).Mean() + categorical.Entropy().Mean() + gaussian.LogProb(gaussian.Sample(generator)).Mean()
                + gaussian.Entropy().Mean() + logProb.Mean() + action.Mean();
            loss.Backward();
        }

        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.Zero);
    }
}
