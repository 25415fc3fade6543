using RlKit.Tensors;

namespace RlKit.Tests.Training;

internal sealed class TrainingLoopTests
{
    [Test]
    public void TheTotalIsAbsolute([ValueSource(typeof(AnyAgent), nameof(AnyAgent.Names))] string algorithm)
    {
        using IVectorEnvironment environment = Environments.MakeVector("CartPole-v1", 2);
        using Agent agent = AnyAgent.Make(algorithm, environment);
        var tracker = new MemoryTracker();
        var options = new LearnOptions { Tracker = tracker, ReportEvery = 100 };

        Assert.That(agent.Learn(300, options).Step, Is.EqualTo(300));
        TrainingResult result = agent.Learn(500, options);
        Assert.That(result.Step, Is.EqualTo(500));
        Assert.That(result.Outcome, Is.EqualTo(RunOutcome.Finished));
        Assert.That(result.StopReason, Is.Null);
        Assert.That(agent.Step, Is.EqualTo(500));
        Assert.That(agent.Learn(400, options).Step, Is.EqualTo(500), "nothing is left to do");
        Assert.That(tracker.Scalars(Metrics.StepsPerSecond).Select(record => record.Step), Is.EqualTo(new long[] { 100, 200, 300, 400, 500 }));
        Assert.That(tracker.Episodes.Select(episode => episode.Step), Is.Ordered);
        Assert.That(tracker.Episodes, Has.Count.EqualTo(agent.Episodes.Count));
    }

    [Test]
    public void StepsAreThoseOfAllCopiesAndTheLastVectorStepIsWhole()
    {
        using IVectorEnvironment environment = Environments.MakeVector("CartPole-v1", 3);
        using Agent agent = AnyAgent.Make("dqn", environment);
        var steps = new List<long>();
        agent.Learn(10, new LearnOptions { Callbacks = [new OnEachStep(context => steps.Add(context.Step))] });
        Assert.That(steps, Is.EqualTo(new long[] { 3, 6, 9, 12 }));
    }

    [Test]
    public void ATotalWithoutEndIsOneOfAnyNumberOfCopies([ValueSource(typeof(AnyAgent), nameof(AnyAgent.Names))] string algorithm)
    {
        using IVectorEnvironment environment = Environments.MakeVector("CartPole-v1", 2);
        using Agent agent = AnyAgent.Make(algorithm, environment);
        var tracker = new MemoryTracker();
        Assert.That(agent.Learn(long.MaxValue, new LearnOptions { Tracker = tracker, ReportEvery = 100, Callbacks = [new StopAtStep(200)] }).Step, Is.EqualTo(200));
        if (algorithm == "ppo") Assert.That(tracker.Scalars(Metrics.LearningRate)[^1].Value, Is.EqualTo(5e-3));
    }

    [Test]
    public void ADividedTrainingIsTheSameAsAWholeOne([ValueSource(typeof(AnyAgent), nameof(AnyAgent.Names))] string algorithm)
    {
        Assert.That(Hashes(algorithm, 700), Is.EqualTo(Hashes(algorithm, 700)), "the same seed");
        Assert.That(Hashes(algorithm, 700, seed: 2), Is.Not.EqualTo(Hashes(algorithm, 700)), "another seed");
        Assert.That(Hashes(algorithm, 700, threads: 2), Is.EqualTo(Hashes(algorithm, 700)), "two threads");
    }

    [Test]
    public void CallbacksAreToldInOrderAndOneMayStop()
    {
        using IVectorEnvironment environment = Environments.MakeVector("CartPole-v1", 1);
        using Agent agent = AnyAgent.Make("dqn", environment);
        var recorder = new Recorder(stopAt: 150);
        TrainingResult result = agent.Learn(1_000, new LearnOptions { Callbacks = [recorder] });

        Assert.That(result.Step, Is.EqualTo(150));
        Assert.That(result.Outcome, Is.EqualTo(RunOutcome.Finished));
        Assert.That(result.StopReason, Is.EqualTo("enough"));
        Assert.That(recorder.Told[0], Is.EqualTo("start"));
        Assert.That(recorder.Told[^1], Is.EqualTo("end"));
        Assert.That(recorder.Told.Count(what => what == "step"), Is.EqualTo(150));
        Assert.That(recorder.Told.Count(what => what == "episode"), Is.EqualTo(agent.Episodes.Count));
        Assert.That(recorder.Told.Count(what => what == "update"), Is.EqualTo(5), "from step 110 on every 10");
    }

    [Test]
    public void CancellingWritesACheckpointAndReturns()
    {
        using var folder = new TestFolder();
        using IVectorEnvironment environment = Environments.MakeVector("CartPole-v1", 1);
        using Agent agent = AnyAgent.Make("dqn", environment);
        using var cancellation = new CancellationTokenSource();
        var checkpoints = new CheckpointFolder(folder.Path);
        TrainingResult result = agent.Learn(
            100_000,
            new LearnOptions
            {
                Callbacks = [new OnEachStep(context => { if (context.Step == 321) cancellation.Cancel(); })],
                Checkpoints = new CheckpointOptions { Folder = checkpoints },
            },
            cancellation: cancellation.Token);

        Assert.That((result.Step, result.Outcome, result.StopReason), Is.EqualTo((321L, RunOutcome.Cancelled, "cancelled")));
        using Agent resumed = AnyAgent.Make("dqn", environment);
        checkpoints.LoadNewest(resumed);
        Assert.That(resumed.Step, Is.EqualTo(321));
        Assert.That(Checkpoint.Hashes(resumed), Is.EqualTo(Checkpoint.Hashes(agent)));
    }

    [TestCase(0, 3_000, 1_000, 3L * TimeSpan.TicksPerSecond)]
    [TestCase(5_000, 3_000, 1_000, 0L)]
    [TestCase(0, 3_000, 0, 0L)]
    [TestCase(0, 9_000_000_000_000_000_000, 1_000, long.MaxValue)]
    [TestCase(0, long.MaxValue, double.Epsilon, long.MaxValue)]
    public void TheRemainingTimeIsThatOfTheRemainingStepsOrTheLongestThereIs(long step, long total, double speed, long ticks) =>
        Assert.That(new TrainingProgress(step, total, 0, double.NaN, speed, TimeSpan.FromSeconds(1)).Remaining.Ticks, Is.EqualTo(ticks));

    [Test]
    public void ProgressEndsWithWhatWasDone()
    {
        using IVectorEnvironment environment = Environments.MakeVector("CartPole-v1", 1);
        using Agent agent = AnyAgent.Make("ppo", environment);
        var seen = new SeenProgress();
        TrainingResult result = agent.Learn(500, progress: seen);
        Assert.That(seen.Last.Step, Is.EqualTo(500));
        Assert.That(seen.Last.TotalSteps, Is.EqualTo(500));
        Assert.That(seen.Last.Remaining, Is.EqualTo(TimeSpan.Zero));

        // The clock goes on after the training: the phases are read first, and their sum is then no more than the total.
        TimeSpan phases = Enum.GetValues<Phase>().Aggregate(TimeSpan.Zero, (sum, phase) => sum + result.Clock[phase]);
        Assert.That(result.Clock.Total, Is.GreaterThanOrEqualTo(phases));
        Assert.That(phases, Is.GreaterThan(TimeSpan.Zero));
    }

    [Test]
    public void ARewardThatIsNoNumberNamesEnvironmentAndStep([Values(double.NaN, double.PositiveInfinity, 1e39)] double reward)
    {
        using var environment = new VectorAdaptor<float[], int>([new Faulty(1_000), new Faulty(7, reward)]);
        using Agent agent = AnyAgent.Make("dqn", environment);
        Assert.That(() => agent.Learn(1_000), Throws.TypeOf<TrainingException>().With.Message.Contains(FormattableString.Invariant($"Environment 1 gave the reward {reward} at step 16")));
    }

    [Test]
    public void ATrainingThatDivergesEndsWithItsCheckpointsKept([ValueSource(typeof(AnyAgent), nameof(AnyAgent.Names))] string algorithm)
    {
        using var folder = new TestFolder();
        using IVectorEnvironment environment = Environments.MakeVector("CartPole-v1", 1);
        const double tooHigh = 1e30;
        using Agent agent = algorithm switch
        {
            "dqn" => new Dqn(environment, new DqnOptions { Hidden = [16], LearningStarts = 200, LearningRate = tooHigh }),
            "double-dqn" => new Dqn(environment, DqnOptions.DoubleDqn with { Hidden = [16], LearningStarts = 200, LearningRate = tooHigh }),
            "c51" => new C51(environment, new C51Options { Hidden = [16], LearningStarts = 200, LearningRate = tooHigh }),
            "rainbow" => new Rainbow(environment, new RainbowOptions { Hidden = [16], LearningStarts = 200, LearningRate = tooHigh }),
            _ => new Ppo(environment, new PpoOptions { Hidden = [16], NumSteps = 256, LearningRate = tooHigh }),
        };
        var tracker = new MemoryTracker();
        var checkpoints = new CheckpointFolder(folder.Path);
        TrainingException error = Assert.Throws<TrainingException>(() => agent.Learn(10_000, new LearnOptions { Tracker = tracker, Checkpoints = new CheckpointOptions { Folder = checkpoints, Every = 100 } }))!;

        Assert.That(error.Message, Does.Match($"^The loss is (NaN|Infinity) at step {agent.Step}: the training has diverged\\. Lower the learning rate"));
        Assert.That((tracker.Outcome, tracker.Error), Is.EqualTo((RunOutcome.Failed, error)));
        Assert.That(double.IsFinite(tracker.Scalars(Metrics.Loss)[^1].Value), Is.False, "alerts on the loss see it");
        Assert.That(checkpoints.FindNewest(), Is.EqualTo(checkpoints.Files[0]));
        Assert.That(Checkpoint.ReadHeader(checkpoints.Files[0]).Step, Is.LessThan(agent.Step));
    }

    [Test]
    public void ATrainingWhoseLastMinibatchDivergesEndsInTheSameWay([Values(1e30, 3e38)] double learningRate, [Values(Activation.None, Activation.Relu, Activation.Tanh)] Activation activation, [Values("CartPole-v1", "Pendulum-v1")] string id, [Values] bool evaluates)
    {
        using var folder = new TestFolder();
        using IVectorEnvironment environment = Environments.MakeVector(id, 1), copies = Environments.MakeVector(id, 1);
        using var agent = new Ppo(environment, new PpoOptions { Hidden = [16], NumSteps = 64, UpdateEpochs = 1, NumMinibatches = 1, Activation = activation, LearningRate = learningRate });
        var tracker = new MemoryTracker();
        var checkpoints = new CheckpointFolder(folder.Path, keepLast: 100);
        var options = new LearnOptions
        {
            Tracker = tracker,
            Callbacks = evaluates ? [new PeriodicEvaluation(copies, 64, 1)] : [],
            Checkpoints = new CheckpointOptions { Folder = checkpoints, Every = 32 },
        };
        TrainingException error = Assert.Throws<TrainingException>(() => agent.Learn(1_000, options))!;
        Assert.That(error.Message, Does.Contain($"at step {agent.Step}: the training has diverged. Lower the learning rate"));
        Assert.That((tracker.Outcome, tracker.Error), Is.EqualTo((RunOutcome.Failed, error)));
        Assert.That(checkpoints.Files, Is.Not.Empty);
        foreach (string file in checkpoints.Files)
        {
            Checkpoint.Load(agent, file);
            Assert.That(agent.RequireFiniteWeights, Throws.Nothing, file);
        }
    }

    [Test]
    public void WeightsThatAreNoNumbersAreNotSavedNorGivenBack([Values] bool withCheckpoints)
    {
        using var folder = new TestFolder();
        using IVectorEnvironment environment = Environments.MakeVector("CartPole-v1", 1);
        using var agent = (Dqn)AnyAgent.Make("dqn", environment);
        var checkpoints = new CheckpointFolder(folder.Path);
        var options = new LearnOptions
        {
            Callbacks = [new OnEachStep(context => { if (context.Step == 50) agent.Online.Parameters.Values.Fill(float.NaN); })],
            Checkpoints = withCheckpoints ? new CheckpointOptions { Folder = checkpoints, Every = 10 } : null,
        };
        TrainingException error = Assert.Throws<TrainingException>(() => agent.Learn(60, options))!;
        Assert.That(error.Message, Does.StartWith($"The weight 'online/0.weight' is no finite number at step {(withCheckpoints ? 50 : 60)}: the training has diverged."));
        Assert.That(checkpoints.Files.Select(Path.GetFileName), Is.EqualTo(withCheckpoints ? new[] { "step-000000000040.ckpt", "step-000000000030.ckpt" } : []));
    }

    [Test]
    public void AnEnvironmentThatThrowsEndsTheRunWithItsCheckpointsKept([ValueSource(typeof(AnyAgent), nameof(AnyAgent.Names))] string algorithm)
    {
        using var folder = new TestFolder();
        using var environment = new VectorAdaptor<float[], int>(() => new Faulty(250), 1);
        using Agent agent = AnyAgent.Make(algorithm, environment);
        var tracker = new MemoryTracker();
        var checkpoints = new CheckpointFolder(folder.Path);
        var options = new LearnOptions { Tracker = tracker, Checkpoints = new CheckpointOptions { Folder = checkpoints, Every = 100 } };

        TrainingException error = Assert.Throws<TrainingException>(() => agent.Learn(1_000, options))!;
        Assert.That(error.Message, Does.Contain("at step 250").And.Contain("the motor is on fire"));
        Assert.That(error.InnerException, Is.Not.Null);
        Assert.That(tracker.Outcome, Is.EqualTo(RunOutcome.Failed));
        Assert.That(tracker.Error, Is.SameAs(error));
        using Agent resumed = AnyAgent.Make(algorithm, environment);
        Assert.That(checkpoints.LoadNewest(resumed), Does.EndWith("step-000000000200.ckpt"));
        Assert.That(resumed.Step, Is.EqualTo(200));
    }

    [ManagedEngine("nothing is allocated")]
    [Test]
    public void TheSteadyStateAllocatesNothing([ValueSource(typeof(AnyAgent), nameof(AnyAgent.Names))] string algorithm, [Values(1, 4)] int copies)
    {
        using IVectorEnvironment environment = Environments.MakeVector("CartPole-v1", copies);
        using Agent agent = AnyAgent.Make(algorithm, environment);
        var meter = new AllocationMeter(warmUp: 2_000, window: 512);
        agent.Learn(6_000, new LearnOptions { Callbacks = [meter], ReportEvery = 100 });

        // On a busy machine the runtime allocates now and then for itself; what the loop allocates is there in every window.
        Assert.That(meter.Windows, Has.Count.GreaterThan(3));
        Assert.That(meter.Windows.Min(), Is.Zero, "bytes in 512 steps");
    }

    [Test]
    public void AnEnvironmentThatWasUsedInBetweenIsResetBeforeTheTrainingGoesOn(
        [ValueSource(typeof(AnyAgent), nameof(AnyAgent.Names))] string algorithm, [Values("agent", "evaluator", "checkpoint")] string how)
    {
        using var folder = new TestFolder();
        using var environment = new VectorAdaptor<float[], int>(() => new Chain(5, terminates: true, truncates: false), 1);
        using Agent agent = AnyAgent.Make(algorithm, environment);
        agent.Learn(202);
        if (how == "agent") agent.Evaluate(environment, 1);
        else Evaluator.Evaluate(agent.Policy, environment, 1);
        if (how == "checkpoint")
        {
            Checkpoint.Save(agent, folder.File("a.ckpt"));
            Checkpoint.Load(agent, folder.File("a.ckpt"));
        }

        var tracker = new MemoryTracker();
        agent.Learn(400, new LearnOptions { Tracker = tracker });
        Assert.That(tracker.Episodes.Select(episode => (episode.Return, episode.Length)), Is.All.EqualTo((5.0, 5)));
        Assert.That(tracker.Episodes[0].Step, Is.EqualTo(207));
    }

    [Test]
    public void ATrainingAfterAnEvaluationInItsEnvironmentDependsOnTheSeedAlone([ValueSource(typeof(AnyAgent), nameof(AnyAgent.Names))] string algorithm)
    {
        IReadOnlyList<(string, string)> Hashes(int episodes, long evaluationSeed)
        {
            using IVectorEnvironment environment = Environments.MakeVector("CartPole-v1", 2);
            using Agent agent = AnyAgent.Make(algorithm, environment);
            agent.Learn(330);
            Evaluator.Evaluate(agent.Policy, environment, episodes, evaluationSeed);
            agent.Learn(600);
            return Checkpoint.Hashes(agent);
        }

        Assert.That(Hashes(1, 0), Is.EqualTo(Hashes(3, 7)));
    }

    [Test]
    public void WhatStepsTheTrainingsOwnEnvironmentMeanwhileIsRefused()
    {
        using var folder = new TestFolder();
        using IVectorEnvironment environment = Environments.MakeVector("CartPole-v1", 1);
        using Agent agent = AnyAgent.Make("dqn", environment);
        Assert.That(() => agent.Learn(100, new LearnOptions { Callbacks = [new PeriodicEvaluation(environment, 50)] }), Throws.ArgumentException.With.Message.Contains("the agent trains in"));
        Assert.That(() => agent.Learn(100, new LearnOptions { Callbacks = [new PeriodicVideo(environment, folder.Path, 50)] }), Throws.ArgumentException.With.Message.Contains("the agent trains in"));
        Assert.That(() => agent.Learn(100, new LearnOptions { Callbacks = [new OnEachStep(context => context.Agent.Evaluate(environment, 1))] }), Throws.InvalidOperationException.With.Message.Contains("evaluate in another one"));
    }

    [Test]
    public void AnEvaluationThatCannotBeIsRefusedBeforeTheFirstStep()
    {
        using var folder = new TestFolder();
        using IVectorEnvironment environment = Environments.MakeVector("CartPole-v1", 1), copies = Environments.MakeVector("CartPole-v1", 1), other = Environments.MakeVector("Acrobot-v1", 1);
        using IVectorEnvironment nextStep = Environments.MakeVector("CartPole-v1", 1, new VectorOptions { AutoresetMode = AutoresetMode.NextStep });
        Assert.That(() => new PeriodicEvaluation(copies, 50, seed: -1), Throws.TypeOf<ArgumentOutOfRangeException>());
        Assert.That(() => Evaluator.Evaluate(new RandomPolicy(copies.ObservationSpace, copies.ActionSpace), copies, seed: -1), Throws.TypeOf<ArgumentOutOfRangeException>());
        using Agent agent = AnyAgent.Make("dqn", environment), random = new RandomAgent(environment);
        Refuse(agent, new PeriodicEvaluation(other, 50), Throws.ArgumentException.With.Message.Contains("make the environment as it was for training"));
        Refuse(agent, new PeriodicEvaluation(nextStep, 50), Throws.ArgumentException.With.Message.Contains("SameStep"));
        Refuse(random, new PeriodicEvaluation(copies, 50, bestPath: folder.File("best")), Throws.TypeOf<NotSupportedException>());
        using IVectorEnvironment gates = new VectorAdaptor<float[], int[]>(() => new Gates(), 1), silent = new VectorAdaptor<float[], int[]>(() => new SilentGates(), 1);
        using Agent masked = new Ppo(gates, new PpoOptions { Hidden = [4], NumSteps = 32, MaskActions = true });
        Refuse(masked, new PeriodicEvaluation(silent, 50), Throws.InvalidOperationException.With.Message.Contains("action_mask"));

        // What can be leaves nothing behind.
        agent.Learn(20, new LearnOptions { Callbacks = [new PeriodicEvaluation(copies, 50, bestPath: folder.File("best"))] });
        Assert.That(Directory.GetFiles(folder.Path), Is.Empty);

        static void Refuse(Agent agent, PeriodicEvaluation evaluation, NUnit.Framework.Constraints.IResolveConstraint told)
        {
            Assert.That(() => agent.Learn(100, new LearnOptions { Callbacks = [evaluation] }), told);
            Assert.That(agent.Step, Is.Zero);
        }
    }

    [Test]
    public void StopConditionsSayWhy()
    {
        using var environment = new VectorAdaptor<float[], int>(() => new Chain(5, terminates: true, truncates: false), 1);
        using Agent byReward = AnyAgent.Make("dqn", environment);
        TrainingResult result = byReward.Learn(100_000, new LearnOptions { Callbacks = [new StopAtReward(5)] });
        Assert.That((result.Step, result.StopReason), Is.EqualTo((500L, "mean return 5 reached 5")), "100 episodes of 5 steps");

        using Agent byTime = AnyAgent.Make("dqn", environment);
        result = byTime.Learn(long.MaxValue / 2, new LearnOptions { Callbacks = [new StopAfter(TimeSpan.FromMilliseconds(20))] });
        Assert.That(result.StopReason, Does.StartWith("time limit of 00:00:00.02"));
        Assert.That(() => new StopAfter(TimeSpan.Zero), Throws.TypeOf<ArgumentOutOfRangeException>());
    }

    [Test]
    public void AnAgentOfAnUnsuitableModeOrSeedIsRefused([ValueSource(typeof(AnyAgent), nameof(AnyAgent.Names))] string algorithm)
    {
        using var nextStep = new VectorAdaptor<float[], int>(() => new Chain(5, true, false), 1, AutoresetMode.NextStep);
        Assert.That(() => AnyAgent.Make(algorithm, nextStep), Throws.ArgumentException.With.Message.Contains("SameStep"));
        using var sameStep = new VectorAdaptor<float[], int>(() => new Chain(5, true, false), 1);
        Assert.That(() => AnyAgent.Make(algorithm, sameStep, seed: -1), Throws.TypeOf<ArgumentOutOfRangeException>());
        using Agent agent = AnyAgent.Make(algorithm, sameStep);
        Assert.That(() => agent.Learn(0), Throws.TypeOf<ArgumentOutOfRangeException>());
        Assert.That(() => agent.Learn(1, new LearnOptions { ReportEvery = 0 }), Throws.TypeOf<ArgumentOutOfRangeException>());
    }

    [Test]
    public void PredictActsAsThePolicyDoes()
    {
        using IVectorEnvironment environment = Environments.MakeVector("CartPole-v1", 1);
        using Agent agent = AnyAgent.Make("ppo", environment);
        agent.Learn(200);
        IReadOnlyList<(string, string)> before = Checkpoint.Hashes(agent);
        float[] observation = [0.01f, -0.02f, 0.03f, 0.04f];
        Assert.That(agent.Predict(observation), Is.EqualTo(agent.Policy.Act(observation)));
        int[] drawn = [.. Enumerable.Range(0, 200).Select(_ => agent.Predict(observation, deterministic: false))];
        Assert.That(drawn.Distinct(), Is.EquivalentTo(new[] { 0, 1 }));
        Assert.That(Checkpoint.Hashes(agent), Is.EqualTo(before), "predicting decides nothing in the training");

        using IVectorEnvironment pendulum = Environments.MakeVector("Pendulum-v1", 1);
        using var continuous = new Ppo(pendulum);
        float[] action = new float[1];
        continuous.Predict(new float[] { 1, 0, 0 }, action);
        Assert.That(action[0], Is.InRange(-2, 2));
        Assert.That(() => continuous.Predict(new float[] { 1, 0, 0 }), Throws.InvalidOperationException);
    }

    private static IReadOnlyList<(string Part, string Hash)> Hashes(string algorithm, int steps, long seed = 1, int threads = 1)
    {
        int before = TensorThreads.Count;
        try
        {
            TensorThreads.Count = threads;
            using IVectorEnvironment environment = Environments.MakeVector("CartPole-v1", 4, new VectorOptions { Threads = threads });
            using Agent agent = AnyAgent.Make(algorithm, environment, seed);
            agent.Learn(steps);
            return Checkpoint.Hashes(agent);
        }
        finally
        {
            TensorThreads.Count = before;
        }
    }

    private sealed class OnEachStep(Action<TrainingContext> action) : Callback
    {
        public override void OnStep(TrainingContext context) => action(context);
    }

    private sealed class Recorder(long stopAt) : Callback
    {
        public List<string> Told { get; } = [];

        public override void OnStart(TrainingContext context) => Told.Add("start");

        public override void OnStep(TrainingContext context)
        {
            Told.Add("step");
            if (context.Step == stopAt) context.Stop("enough");
        }

        public override void OnEpisode(TrainingContext context, in Episode episode) => Told.Add("episode");

        public override void OnUpdate(TrainingContext context) => Told.Add("update");

        public override void OnEnd(TrainingContext context) => Told.Add("end");
    }

    /// <summary>The spaces of <see cref="Gates"/>, without a word on what is legal.</summary>
    private sealed class SilentGates() : Environment<float[], int[]>(new Box<float>(-1, 1, [2]), new MultiDiscrete([3, 2], start: [1, 0]))
    {
        protected override float[] OnReset(EnvironmentOptions? options) => [0, 0];

        protected override StepResult<float[]> OnStep(int[] action) => Result([0, 0], 0);
    }

    private sealed class SeenProgress : IProgress<TrainingProgress>
    {
        public TrainingProgress Last { get; private set; }

        public void Report(TrainingProgress value) => Last = value;
    }

    private sealed class AllocationMeter(long warmUp, long window) : Callback
    {
        private long _next = warmUp;
        private long _bytes = -1;

        public List<long> Windows { get; } = new(64);

        public override void OnStep(TrainingContext context)
        {
            if (context.Step < _next) return;
            long bytes = GC.GetAllocatedBytesForCurrentThread();
            if (_bytes >= 0) Windows.Add(bytes - _bytes);
            _bytes = GC.GetAllocatedBytesForCurrentThread();
            _next = context.Step + window;
        }
    }
}
