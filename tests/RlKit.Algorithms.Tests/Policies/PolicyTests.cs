using RlKit.Replay;
using RlKit.Tensors;

namespace RlKit.Tests.Policies;

internal sealed class PolicyTests
{
    private static readonly float[] Observation = [0.1f, -0.2f, 0.03f, 0.4f];

    [ManagedEngine("nothing is allocated")]
    [TestCaseSource(typeof(AnyAgent), nameof(AnyAgent.Names))]
    public void ActingAllocatesNothing(string algorithm)
    {
        using IVectorEnvironment environment = Environments.MakeVector("CartPole-v1", 1);
        using Agent agent = AnyAgent.Make(algorithm, environment);
        Policy policy = agent.Policy.Snapshot();
        var random = new Pcg64(1);
        int[] action = new int[1];
        Allocation.AssertNone(() => policy.Act(Observation, action));
        Allocation.AssertNone(() => policy.Act(Observation, action, deterministic: false, random));
    }

    [TestCaseSource(typeof(AnyAgent), nameof(AnyAgent.Names))]
    public void AFileHoldsAllThatActsAndManyThreadsMayUseIt(string algorithm)
    {
        using var folder = new TestFolder();
        using IVectorEnvironment environment = Environments.MakeVector("CartPole-v1", 1);
        using Agent agent = AnyAgent.Make(algorithm, environment);
        agent.Learn(300);
        agent.Policy.Save(folder.File("policy.safetensors"));
        Policy loaded = Policy.Load(folder.File("policy.safetensors"));
        loaded.Save(folder.File("again.safetensors"));
        Assert.That(File.ReadAllBytes(folder.File("again.safetensors")), Is.EqualTo(File.ReadAllBytes(folder.File("policy.safetensors"))));

        var random = new Pcg64(1);
        float[] observations = [.. Enumerable.Range(0, 4 * 64).Select(_ => (float)random.Uniform(-0.5, 0.5))];
        int[] expected = new int[64];
        agent.Policy.Act(observations, expected);
        int others = 0;
        Thread[] threads = [.. Enumerable.Range(0, 3).Select(_ => new Thread(() =>
        {
            int[] actions = new int[64];
            for (int i = 0; i < 50; i++)
            {
                loaded.Act(observations, actions);
                if (!actions.AsSpan().SequenceEqual(expected)) Interlocked.Increment(ref others);
            }
        }))];
        foreach (Thread thread in threads) thread.Start();
        foreach (Thread thread in threads) thread.Join();
        Assert.That(others, Is.Zero);
    }

    [TestCase("CartPole-v1", "ppo")]
    [TestCase("CartPole-v1", "c51")]
    [TestCase("MinAtar/Breakout-v1", "dqn")]
    [TestCase("MinAtar/Breakout-v1", "ppo")]
    public void APolicyOfStackedFramesPlaysAsItWasTrained(string id, string algorithm)
    {
        using var folder = new TestFolder();
        using IVectorEnvironment environment = Environments.MakeVector(id, 2).WithFrameStack(4);
        using Agent agent = AnyAgent.Make(algorithm, environment);
        agent.Policy.Save(folder.File("policy.safetensors"));
        Policy loaded = Policy.Load(folder.File("policy.safetensors"));
        Assert.That(Evaluator.Evaluate(loaded, environment, 10).Returns, Is.EqualTo(agent.Evaluate(environment, 10).Returns));
        Assert.That(loaded.ObservationSpace, Is.EqualTo(environment.ObservationSpace));

        // Whatever they see, they do the same.
        var random = new Pcg64(1);
        int[] expected = new int[200], actions = new int[200];
        if (environment.ObservationType == ObservationType.UInt8)
        {
            byte[] pictures = new byte[200 * environment.ObservationSize];
            random.Integers(pictures, 0, 2);
            agent.Policy.Act(pictures, expected);
            loaded.Act(pictures, actions);
        }
        else
        {
            float[] observations = [.. Enumerable.Range(0, 200 * environment.ObservationSize).Select(_ => (float)random.Uniform(-0.5, 0.5))];
            agent.Policy.Act(observations, expected);
            loaded.Act(observations, actions);
        }

        Assert.That(actions, Is.EqualTo(expected));
        Assert.That(actions.Distinct().Count(), Is.GreaterThan(1), "or it says nothing");
    }

    [Test]
    public void ADamagedFileIsRefusedByItsName()
    {
        using var folder = new TestFolder();
        string path = folder.File("policy.safetensors");
        using IVectorEnvironment environment = Environments.MakeVector("CartPole-v1", 1);
        using (Agent agent = AnyAgent.Make("ppo", environment)) agent.Policy.Save(path);
        byte[] whole = File.ReadAllBytes(path);
        for (int length = 0; length < whole.Length; length += length < 64 ? 1 : 41)
        {
            File.WriteAllBytes(path, whole[..length]);
            Assert.That(() => Policy.Load(path), Throws.TypeOf<InvalidDataException>().With.Message.Contains("policy.safetensors"), $"{length} bytes");
        }

        File.WriteAllText(path, "root:x:0:0:root:/root:/bin/bash");
        Assert.That(() => Policy.Load(path), Throws.TypeOf<InvalidDataException>().With.Message.Contains("policy.safetensors"));
        Assert.That(() => Policy.Load(folder.File("none")), Throws.TypeOf<FileNotFoundException>());
    }

    [TestCase(0.1f, 0.4f)]
    [TestCase(-0.7f, 0.1f)]
    [TestCase(-2f, 2f)]
    public void SquashedActionsReachTheBoundsAndStayWithinThem(float low, float high)
    {
        // A wide deviation draws far beyond both bounds, where tanh is -1 and 1; an environment refuses what lies outside.
        using var environment = new VectorAdaptor<float[], float[]>(() => new Bounded(low, high), 4);
        using var agent = new Ppo(environment, new PpoOptions { SquashActions = true, InitialLogDeviation = 2, Hidden = [4] });
        agent.Learn(600);
        var random = new Pcg64(1);
        float[] observations = new float[1_000], actions = new float[1_000];
        agent.Policy.Act(observations, actions, deterministic: false, random);
        Assert.That(actions.Min(), Is.EqualTo(low).Within(1e-6f).And.GreaterThanOrEqualTo(low));
        Assert.That(actions.Max(), Is.EqualTo(high).Within(1e-6f).And.LessThanOrEqualTo(high));
    }

    [Test]
    public void OutputsThatAreNoNumbersAreNoAction()
    {
        using IVectorEnvironment environment = Environments.MakeVector("CartPole-v1", 1);
        using Agent agent = AnyAgent.Make("ppo", environment);
        int[] action = new int[1];
        Assert.That(
            () => agent.Policy.Act(new[] { float.NaN, 0, 0, 0 }, action, deterministic: false, new Pcg64(1)),
            Throws.TypeOf<ArithmeticException>().With.Message.Contains("outputs are not numbers"));
    }

    [Test]
    public void AnActionIsChosenAmongMillions()
    {
        // More than a thread's stack holds.
        var head = new CategoricalHead(new Discrete(2_500_000));
        float[] logits = new float[head.Outputs], logProbabilities = new float[1];
        logits[2_000_000] = 40;
        int[] action = new int[1];
        head.Choose(logits, [], action, deterministic: true, null);
        Assert.That(action[0], Is.EqualTo(2_000_000));
        head.Choose(logits, [], action, deterministic: false, new Pcg64(1));
        Assert.That(action[0], Is.EqualTo(2_000_000));
        head.Sample(logits, [], action, logProbabilities, new Pcg64(1));
        Assert.That((action[0], logProbabilities[0]), Is.EqualTo((2_000_000, 0f)));

        var numbers = new GaussianHead(new Box<float>(-1, 1, [2_500_000]), squash: false, logDeviation: null);
        float[] outputs = new float[numbers.Outputs], drawn = new float[numbers.Size];
        numbers.Choose(outputs, drawn, deterministic: true, null);
        Assert.That(drawn, Has.Length.EqualTo(2_500_000).And.All.Zero);
    }

    [ManagedEngine("nothing is allocated")]
    [TestCase(32)]
    [TestCase(4_096)]
    public void MinibatchesOfAnySizeAllocateNothing(int rows)
    {
        var head = new CategoricalHead(new MultiDiscrete([3, 2]));
        float[] outputs = new float[rows * head.Outputs];
        int[] actions = new int[rows * 2];
        Allocation.AssertNone(
            () =>
            {
                using var scope = new TensorScope();
                head.Evaluate(Tensor.From(outputs, [rows, head.Outputs]), new RolloutBatchSpans { Actions = actions });
            },
            repetitions: 100);
    }

    private sealed class Bounded(float low, float high) : Environment<float[], float[]>(new Box<float>(-1, 1, [1]), new Box<float>(low, high, [1]))
    {
        protected override float[] OnReset(EnvironmentOptions? options) => [0];

        protected override StepResult<float[]> OnStep(float[] action) => Result([0], action[0], terminated: action[0] > 0);
    }
}
