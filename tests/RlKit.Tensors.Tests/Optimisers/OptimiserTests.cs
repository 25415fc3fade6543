using System.Text.Json;
using RlKit.Tensors;

namespace RlKit.Tests;

public class OptimiserTests
{
    private static IEnumerable<string> GoldenCases()
    {
        using JsonDocument document = Golden.Read("torch/optimizers");
        return [.. document.RootElement.GetProperty("cases").EnumerateArray().Select(item => item.GetProperty("name").GetString()!)];
    }

    [Category("Golden")]
    [TestCaseSource(nameof(GoldenCases))]
    public void Steps_are_those_of_PyTorch(string name)
    {
        using JsonDocument document = Golden.Read("torch/optimizers");
        JsonElement item = document.RootElement.GetProperty("cases").EnumerateArray().Single(item => item.GetProperty("name").GetString() == name);
        double error = item.GetProperty("err").GetDouble();
        var problem = new Problem(document.RootElement.GetProperty("problems"), item.GetProperty("problem").GetString()!);
        Optimiser optimiser = Make(item.GetProperty("optimizer").GetString()!, item.GetProperty("options"), problem.Parameters);
        JsonElement clip = item.GetProperty("clip_grad_norm"), rates = item.GetProperty("lr_per_step"), after = item.GetProperty("params_after_step");
        for (int step = 0; step < after.GetArrayLength(); step++)
        {
            using var scope = new TensorScope();
            if (rates.ValueKind == JsonValueKind.Array) optimiser.LearningRate = rates[step].GetDouble();
            optimiser.ZeroGradients();
            Tensor loss = problem.Loss();
            loss.Backward();
            GoldenValues.AssertClose(loss.Item(), item.GetProperty("loss_before_step")[step], 1e-5, $"loss before step {step}", error);
            float norm = clip.ValueKind == JsonValueKind.Number ? problem.Parameters.ClipGradientNorm(clip.GetSingle()) : problem.Parameters.GradientNorm();
            GoldenValues.AssertClose(norm, item.GetProperty("grad_norm_before_clip")[step], 1e-5, $"gradient norm before step {step}", error);
            optimiser.Step();
            foreach (JsonProperty expected in after[step].EnumerateObject())
                GoldenValues.AssertClose(problem.Parameters[expected.Name], expected.Value, 1e-5, $"{expected.Name} after step {step}", error);
        }

        Assert.That(optimiser.StepCount, Is.EqualTo(after.GetArrayLength()));
    }

    private static IEnumerable<TestCaseData> Kinds()
    {
        yield return Case("SGD", p => new Sgd(p, 0.1));
        yield return Case("SGD with Nesterov's momentum", p => new Sgd(p, 0.1, momentum: 0.9, nesterov: true));
        yield return Case("RMSprop, centered, with momentum", p => new RmsProp(p, 0.01, momentum: 0.9, centered: true));
        yield return Case("Adam", p => new Adam(p, 0.01));
        yield return Case("AdamW with amsgrad", p => new AdamW(p, 0.01, amsgrad: true));

        static TestCaseData Case(string name, Func<ParameterBuffer, Optimiser> make) => new TestCaseData(make).SetArgDisplayNames(name);
    }

    [TestCaseSource(nameof(Kinds))]
    public void A_restored_state_continues_to_the_bit(Func<ParameterBuffer, Optimiser> make)
    {
        Sequential straight = Network(1), resumed = Network(2);
        Optimiser first = make(straight.Parameters), second = make(resumed.Parameters);
        for (int step = 0; step < 5; step++) Train(straight, first, step);
        first.LearningRate = 0.007;
        var writer = new SafetensorsWriter();
        straight.Save(writer, "network.");
        first.Save(writer, "optimiser.");
        using var stream = new MemoryStream();
        writer.Write(stream);
        SafetensorsFile file = SafetensorsFile.Parse(stream.ToArray());
        resumed.Load(file, "network.");
        second.Load(file, "optimiser.");
        Assert.That(second.StepCount, Is.EqualTo(5));
        Assert.That(second.LearningRate, Is.EqualTo(0.007));
        for (int step = 5; step < 10; step++)
        {
            Train(straight, first, step);
            Train(resumed, second, step);
        }

        Assert.That(resumed.Parameters.Values.ToArray(), Is.EqualTo(straight.Parameters.Values.ToArray()));
    }

    [Test]
    public void Another_state_is_refused_and_nothing_changes()
    {
        Sequential network = Network(1);
        var adam = new Adam(network.Parameters, 0.01);
        Train(network, adam, 0);
        SafetensorsFile ofSgd = Saved(new Sgd(network.Parameters, 0.5, momentum: 0.9)), ofOther = Saved(new Adam(new Sequential(new Linear(3, 1, new Generator(1))).Parameters));
        Assert.Multiple(() =>
        {
            Assert.That(() => adam.Load(ofSgd), Throws.TypeOf<InvalidDataException>().With.Message.Contains("'exp_avg.0.weight' is missing").And.Message.Contains("'momentum_buffer.0.weight' is unexpected"));
            Assert.That(() => adam.Load(ofOther), Throws.TypeOf<InvalidDataException>().With.Message.Contains("'exp_avg.0.weight' has the shape [1, 3] instead of [5, 3]"));
            Assert.That(() => adam.Load(SafetensorsFile.Parse([2, 0, 0, 0, 0, 0, 0, 0, (byte)'{', (byte)'}'])), Throws.TypeOf<InvalidDataException>().With.Message.Contains("'step' is missing"));
            Assert.That(adam.StepCount, Is.EqualTo(1));
            Assert.That(adam.LearningRate, Is.EqualTo(0.01));
        });
    }

    [Test]
    public void Options_out_of_range_are_refused()
    {
        ParameterBuffer p = Network(1).Parameters;
        Assert.Multiple(() =>
        {
            Assert.That(() => new Adam(p, -1), Throws.TypeOf<ArgumentOutOfRangeException>().With.Message.Contains("LearningRate"));
            Assert.That(() => new Adam(p, beta1: 1), Throws.TypeOf<ArgumentOutOfRangeException>().With.Message.Contains("beta1"));
            Assert.That(() => new Adam(p, beta2: double.NaN), Throws.TypeOf<ArgumentOutOfRangeException>().With.Message.Contains("beta2"));
            Assert.That(() => new Adam(p, epsilon: -1e-8), Throws.TypeOf<ArgumentOutOfRangeException>().With.Message.Contains("epsilon"));
            Assert.That(() => new AdamW(p, weightDecay: -1), Throws.TypeOf<ArgumentOutOfRangeException>().With.Message.Contains("weightDecay"));
            Assert.That(() => new RmsProp(p, alpha: 1.5), Throws.TypeOf<ArgumentOutOfRangeException>().With.Message.Contains("alpha"));
            Assert.That(() => new Sgd(p, momentum: -0.1), Throws.TypeOf<ArgumentOutOfRangeException>().With.Message.Contains("momentum"));
            Assert.That(() => new Sgd(p, nesterov: true), Throws.ArgumentException.With.Message.Contains("Nesterov"));
            Assert.That(() => new Sgd(p).LearningRate = double.PositiveInfinity, Throws.TypeOf<ArgumentOutOfRangeException>());
        });
    }

    [ManagedEngine("nothing is allocated")]
    [TestCaseSource(nameof(Kinds))]
    public void A_step_allocates_nothing(Func<ParameterBuffer, Optimiser> make)
    {
        Sequential network = Network(1);
        Optimiser optimiser = make(network.Parameters);
        float[] inputs = new float[24], targets = new float[16];
        new Generator(3).FillNormal(inputs);
        long before = 0;
        for (int i = 0; i < 60; i++)
        {
            if (i == 40) before = GC.GetAllocatedBytesForCurrentThread();
            using var scope = new TensorScope();
            optimiser.ZeroGradients();
            Loss.MeanSquaredError(network.Forward(Tensor.From(inputs, [8, 3])), Tensor.From(targets, [8, 2])).Backward();
            network.Parameters.ClipGradientNorm(0.5f);
            network.Parameters.ClipGradientValue(0.1f);
            optimiser.LearningRate = Schedule.Linear(0.01).At(i, 100);
            optimiser.Step();
        }

        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.Zero);
    }

    [Test]
    public void Parts_of_a_network_can_have_optimisers_of_their_own()
    {
        Sequential first = Network(1), second = Network(2), alone = Network(1);
        var both = new Sequential(first, new Linear(2, 3, new Generator(3)), second);
        float[] before = both.Parameters.Values.ToArray();
        Optimiser ofFirst = new Adam(first.Parameters, 0.01), ofAlone = new Adam(alone.Parameters, 0.01);
        Train(first, ofFirst, 0);
        Train(alone, ofAlone, 0);
        float[] after = both.Parameters.Values.ToArray();
        Assert.That(after[..alone.ParameterCount], Is.EqualTo(alone.Parameters.Values.ToArray()));
        Assert.That(after[alone.ParameterCount..], Is.EqualTo(before[alone.ParameterCount..]));
    }

    [Test]
    public void A_part_is_made_of_neighbouring_parameters()
    {
        ParameterBuffer whole = Network(1).Parameters;
        IReadOnlyList<KeyValuePair<string, Tensor>> all = whole.Parameters;
        Assert.Multiple(() =>
        {
            Assert.That(whole.Part(1, [all[1], all[2]]).Length, Is.EqualTo(5 + 10));
            Assert.That(() => whole.Part(0, [all[1]]), Throws.ArgumentException.With.Message.Contains("'0.bias' is not the buffer's parameter number 0, '0.weight'"));
            Assert.That(() => whole.Part(3, [all[3], all[3]]), Throws.ArgumentException.With.Message.Contains("4 parameters, not 2 from number 3 on"));
            Assert.That(() => whole.Part(0, []), Throws.ArgumentException);
        });
    }

    [Test]
    public void Networks_train_side_by_side_on_threads_as_they_do_alone()
    {
        float[] expected = Trained();
        var results = new float[4][];
        Device device = Device.Default;
        Thread[] threads = [.. Enumerable.Range(0, 4).Select(i => new Thread(() =>
        {
            using DeviceRegion region = device.AsDefault();
            results[i] = Trained();
        }))];
        foreach (Thread thread in threads) thread.Start();
        foreach (Thread thread in threads) thread.Join();
        Assert.That(results, Is.All.EqualTo(expected));

        static float[] Trained()
        {
            Sequential network = Network(1);
            var optimiser = new Adam(network.Parameters, 0.01);
            for (int step = 0; step < 200; step++) Train(network, optimiser, step);
            return network.Parameters.Values.ToArray();
        }
    }

    private static Optimiser Make(string kind, JsonElement options, ParameterBuffer parameters)
    {
        double lr = options.GetProperty("lr").GetDouble();
        return kind switch
        {
            "SGD" => new Sgd(parameters, lr, Number("momentum", 0), Number("dampening", 0), Number("weight_decay", 0), Flag("nesterov")),
            "RMSprop" => new RmsProp(parameters, lr, Number("alpha", 0.99), Number("eps", 1e-8), Number("weight_decay", 0), Number("momentum", 0), Flag("centered")),
            "Adam" => new Adam(parameters, lr, Beta(0, 0.9), Beta(1, 0.999), Number("eps", 1e-8), Number("weight_decay", 0), Flag("amsgrad")),
            "AdamW" => new AdamW(parameters, lr, Beta(0, 0.9), Beta(1, 0.999), Number("eps", 1e-8), Number("weight_decay", 0.01), Flag("amsgrad")),
            _ => throw new NotSupportedException(kind),
        };

        double Number(string name, double missing) => options.TryGetProperty(name, out JsonElement value) ? value.GetDouble() : missing;
        bool Flag(string name) => options.TryGetProperty(name, out JsonElement value) && value.GetBoolean();
        double Beta(int index, double missing) => options.TryGetProperty("betas", out JsonElement value) ? value[index].GetDouble() : missing;
    }

    private static Sequential Network(ulong seed)
    {
        var generator = new Generator(seed);
        return new Sequential(new Linear(3, 5, generator), Activation.Tanh, new Linear(5, 2, generator));
    }

    private static void Train(Sequential network, Optimiser optimiser, int step)
    {
        using var scope = new TensorScope();
        var generator = new Generator((ulong)step);
        optimiser.ZeroGradients();
        Loss.MeanSquaredError(network.Forward(Tensor.Normal([8, 3], generator)), Tensor.Normal([8, 2], generator)).Backward();
        optimiser.Step();
    }

    private static SafetensorsFile Saved(Optimiser optimiser)
    {
        var writer = new SafetensorsWriter();
        optimiser.Save(writer);
        using var stream = new MemoryStream();
        writer.Write(stream);
        return SafetensorsFile.Parse(stream.ToArray());
    }

    private sealed class Problem
    {
        private readonly Func<Tensor> _loss;

        public Problem(JsonElement problems, string name)
        {
            JsonElement data = problems.GetProperty(name);
            if (name == "quadratic")
            {
                Tensor a = data.GetProperty("A").Tensor(), b = data.GetProperty("b").Tensor(), x = data.GetProperty("x0").Tensor().RequireGrad();
                Parameters = ParameterBuffer.Pack([new("x", x)]);
                _loss = () => (0.5f * (x * a.MatMul(x)).Sum()) - (b * x).Sum();
            }
            else
            {
                Tensor x = data.GetProperty("X").Tensor(), y = data.GetProperty("Y").Tensor();
                Tensor w1 = data.GetProperty("w1").Tensor(), b1 = data.GetProperty("b1").Tensor(), w2 = data.GetProperty("w2").Tensor(), b2 = data.GetProperty("b2").Tensor();
                Parameters = ParameterBuffer.Pack([new("w1", w1), new("b1", b1), new("w2", w2), new("b2", b2)]);
                _loss = () => RlKit.Tensors.Loss.MeanSquaredError(x.Linear(w1, b1, Activation.Tanh).Linear(w2, b2), y);
            }
        }

        public ParameterBuffer Parameters { get; }

        public Tensor Loss() => _loss();
    }
}
