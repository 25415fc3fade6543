using RlKit.Tensors;

namespace RlKit.Tests.Networks;

internal sealed class OwnNetworkTests
{
    private static readonly string[] Algorithms = ["dqn", "c51", "rainbow", "ppo"];

    [TestCaseSource(nameof(Algorithms))]
    public void LayersThatDrawAreQuietInEvaluationAndResumeWhereTheyWere(string algorithm)
    {
        using var folder = new TestFolder();
        using IVectorEnvironment environment = Environments.MakeVector("CartPole-v1", 2), second = Environments.MakeVector("CartPole-v1", 2), copies = Environments.MakeVector("CartPole-v1", 2);
        using Agent straight = Make(algorithm, environment, dropout: 0.4f), interrupted = Make(algorithm, second, dropout: 0.4f);

        // Evaluations in between change nothing: they draw nothing.
        straight.Learn(600, new LearnOptions { Callbacks = [new PeriodicEvaluation(copies, 100, 2)] });
        Assert.That(straight.Evaluate(copies, 3).Returns, Is.EqualTo(straight.Evaluate(copies, 3).Returns));
        interrupted.Learn(600, new LearnOptions { Callbacks = [new StopAtStep(310)] });
        Checkpoint.Save(interrupted, folder.File("a.ckpt"));

        using IVectorEnvironment third = Environments.MakeVector("CartPole-v1", 2);
        using Agent resumed = Make(algorithm, third, dropout: 0.4f);
        Checkpoint.Load(resumed, folder.File("a.ckpt"));
        resumed.Learn(600);
        Assert.That(Checkpoint.Hashes(resumed), Is.EqualTo(Checkpoint.Hashes(straight).Where(hash => !hash.Part.StartsWith("callback/", StringComparison.Ordinal))));

        // They do draw while the network learns.
        using Agent without = Make(algorithm, second, dropout: 0);
        without.Learn(600);
        Assert.That(Weights(without), Is.Not.EqualTo(Weights(straight)));

        static string Weights(Agent agent) => Checkpoint.Hashes(agent).First(hash => hash.Part is "online" or "network").Hash;
    }

    [Test]
    public void TheTargetNetworkHasItsOwnWeightsAndGetsTheBuffersToo()
    {
        using IVectorEnvironment environment = Environments.MakeVector("CartPole-v1", 1);
        var one = new Sequential(new Linear(4, 2, new Generator(1)));
        Assert.That(() => new Dqn(environment, makeNetwork: () => one), Throws.ArgumentException.With.Message.Contains("makeNetwork gave a network with the same '0.weight' twice; make a new network at every call"));
        Assert.That(() => new Dqn(environment, makeNetwork: () => null!), Throws.ArgumentException.With.Message.Contains("gave none"));
        Assert.That(() => new Dqn(environment, new DqnOptions { Dueling = true }, makeNetwork: () => new Sequential(new Linear(4, 2, new Generator(1)))), Throws.ArgumentException.With.Message.Contains("switch Dueling off"));
        Assert.That(() => new Rainbow(environment, new RainbowOptions { Atoms = 5 }, makeNetwork: () => new Sequential(new Linear(4, 10, new Generator(1)))), Throws.ArgumentException.With.Message.Contains("no NoisyLinear layer"));
        Assert.That(() => new Ppo(environment, makeActor: () => one).Policy.Snapshot(), Throws.ArgumentException.With.Message.Contains("twice"));

        using var agent = new Dqn(environment, new DqnOptions { LearningStarts = 16, BatchSize = 16, TargetNetworkFrequency = 20, TrainFrequency = 10, Tau = 0.5 }, makeNetwork: () => new Counting());
        agent.Learn(50);
        Assert.That(((Counting)agent.Online).Count, Is.EqualTo(4), "updates at 20, 30, 40 and 50");
        Assert.That(((Counting)agent.Target).Count, Is.EqualTo(3), "as it was at 40");
    }

    [TestCaseSource(nameof(Algorithms))]
    public void ActingAndLearningReadPicturesAlike(string algorithm)
    {
        // The options describe rows, and a network of one's own gets pictures all the same.
        using IVectorEnvironment environment = Environments.MakeVector("MinAtar/Breakout-v1", 2);
        int actions = ((Discrete)environment.ActionSpace).N;
        using Agent agent = algorithm switch
        {
            "dqn" => new Dqn(environment, new DqnOptions { BufferSize = 200, LearningStarts = 60, BatchSize = 16, Network = NetworkKind.Mlp }, makeNetwork: () => new Pictures(actions)),
            "c51" => new C51(environment, new C51Options { BufferSize = 200, LearningStarts = 60, BatchSize = 16, Atoms = 5, Network = NetworkKind.Mlp }, makeNetwork: () => new Pictures(5 * actions)),
            "rainbow" => new Rainbow(environment, new RainbowOptions { BufferSize = 200, LearningStarts = 60, BatchSize = 16, Atoms = 5, Network = NetworkKind.Mlp }, makeNetwork: () => new Pictures(5 * actions)),
            _ => new Ppo(environment, new PpoOptions { NumSteps = 20, NumMinibatches = 2, UpdateEpochs = 1, Network = NetworkKind.Mlp }, makeActor: () => new Pictures(actions), makeCritic: () => new Pictures(1)),
        };
        agent.Learn(100);
        Assert.That(agent.Evaluate(environment, 2).Episodes, Is.EqualTo(2));
    }

    [Test]
    public void OneNetworkOfOnesOwnBesideADescribedOneReadsWhatThatReads()
    {
        using IVectorEnvironment pictures = Environments.MakeVector("MinAtar/Breakout-v1", 2), rows = Environments.MakeVector("CartPole-v1", 2);
        PpoOptions mlp = new() { NumSteps = 20, NumMinibatches = 2, UpdateEpochs = 1, Network = NetworkKind.Mlp };
        Assert.That(() => new Ppo(pictures, mlp, makeCritic: () => new Pictures(1)), Throws.ArgumentException.With.Message.Contains("give makeActor and makeCritic both, or choose another Network"));
        Assert.That(() => new Ppo(pictures, mlp, makeActor: () => new Pictures(3)), Throws.ArgumentException.With.Message.Contains("an Mlp rows"));

        using var described = new Ppo(pictures, mlp with { Network = NetworkKind.MinAtar }, makeCritic: () => new Pictures(1));
        described.Learn(40);
        using var vectors = new Ppo(rows, mlp, makeCritic: () => new Sequential(new Linear(4, 1, new Generator(1))));
        vectors.Learn(40);
        Assert.That((described.Step, vectors.Step), Is.EqualTo((40L, 40L)));
    }

    private static Agent Make(string algorithm, IVectorEnvironment environment, float dropout)
    {
        Layer Network(int outputs) => new Sequential(new Linear(4, 16, new Generator(1)), Activation.Relu, new Dropout(dropout, new Generator(5)), new Linear(16, outputs, new Generator(2)));
        Layer Noisy(int outputs) => new Sequential(new NoisyLinear(4, 16, new Generator(1)), Activation.Relu, new Dropout(dropout, new Generator(5)), new NoisyLinear(16, outputs, new Generator(2)));
        return algorithm switch
        {
            "dqn" => new Dqn(environment, new DqnOptions { BufferSize = 200, LearningStarts = 60, BatchSize = 16, TargetNetworkFrequency = 30, Double = true }, makeNetwork: () => Network(2)),
            "c51" => new C51(environment, new C51Options { BufferSize = 200, LearningStarts = 60, BatchSize = 16, TargetNetworkFrequency = 30, Atoms = 5, VMin = -4, VMax = 4 }, makeNetwork: () => Network(10)),
            "rainbow" => new Rainbow(environment, new RainbowOptions { BufferSize = 200, LearningStarts = 60, BatchSize = 16, TargetNetworkFrequency = 30, Atoms = 5, VMin = -4, VMax = 4 }, makeNetwork: () => Noisy(10)),
            _ => new Ppo(environment, new PpoOptions { NumSteps = 20, NumMinibatches = 2, UpdateEpochs = 2 }, makeActor: () => Network(2), makeCritic: () => Network(1)),
        };
    }

    /// <summary>Reads pictures of 4 x 10 x 10, and nothing else.</summary>
    private sealed class Pictures : Layer
    {
        private readonly NoisyLinear _linear;

        public Pictures(int outputs) => _linear = Add("linear", new NoisyLinear(400, outputs, new Generator(1)));

        public override Tensor Forward(Tensor input) => input.Shape == new Shape(input.Shape[0], 4, 10, 10)
            ? _linear.Forward(input.Reshape(input.Shape[0], 400))
            : throw new ArgumentException($"These are no pictures: {input.Shape}.", nameof(input));
    }

    /// <summary>Counts in a buffer how often it learned from a batch.</summary>
    private sealed class Counting : Layer
    {
        private readonly Linear _linear;
        private readonly Tensor _count;

        public Counting()
        {
            _linear = Add("linear", new Linear(4, 2, new Generator(1)));
            _count = AddBuffer("count", Tensor.Zeros(1));
        }

        public float Count => _count.ToArray()[0];

        public override Tensor Forward(Tensor input)
        {
            if (IsTraining) _count.CopyFrom([Count + 1]);
            return _linear.Forward(input);
        }
    }
}
