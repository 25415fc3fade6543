using System.Buffers.Binary;
using RlKit.Tensors;

namespace RlKit.Tests.Checkpoints;

internal sealed class CheckpointTests
{
    [Test]
    public void ThePolicyOfALoadedAgentNormalizesAsItDid()
    {
        using var folder = new TestFolder();
        using IVectorEnvironment environment = Environments.MakeVector("Pendulum-v1", 1);
        using Agent first = Make(), second = Make();
        first.Learn(500);
        Checkpoint.Save(first, folder.File("a.ckpt"));
        first.Policy.Save(folder.File("first.safetensors"));
        Checkpoint.Load(second, folder.File("a.ckpt"));
        second.Policy.Save(folder.File("second.safetensors"));
        Assert.That(File.ReadAllBytes(folder.File("second.safetensors")), Is.EqualTo(File.ReadAllBytes(folder.File("first.safetensors"))));

        Agent Make() => new Ppo(environment, PpoOptions.Continuous with { Hidden = [16], NumSteps = 64, NumMinibatches = 4, UpdateEpochs = 1 });
    }

    [Test]
    public void ARunFromACheckpointIsTheSameAsOneThatNeverStopped(
        [ValueSource(typeof(AnyAgent), nameof(AnyAgent.Names))] string algorithm, [Values(3, 97, 250, 601)] int split)
    {
        using var folder = new TestFolder();
        var straightTracker = new MemoryTracker();
        using IVectorEnvironment environment = Environments.MakeVector("CartPole-v1", 1), second = Environments.MakeVector("CartPole-v1", 1);
        using Agent straight = AnyAgent.Make(algorithm, environment);
        straight.Learn(900, Options(straightTracker));

        var tracker = new MemoryTracker();
        using (Agent first = AnyAgent.Make(algorithm, second))
        {
            // Schedules are functions of the whole total, so the run is interrupted and not given a shorter one.
            first.Learn(900, Options(tracker) with { Callbacks = [.. Options(tracker).Callbacks, new StopAtStep(split)] });
            Checkpoint.Save(first, folder.File("a.ckpt"));
        }

        using IVectorEnvironment third = Environments.MakeVector("CartPole-v1", 1);
        using Agent resumed = AnyAgent.Make(algorithm, third);
        Checkpoint.Load(resumed, folder.File("a.ckpt"));
        Assert.That(resumed.Step, Is.EqualTo(split));
        resumed.Learn(900, Options(tracker));

        Assert.That(Parts(resumed), Is.EqualTo(Parts(straight)));
        Assert.That(tracker.Episodes, Is.EqualTo(straightTracker.Episodes));
        foreach (string name in straightTracker.ScalarNames.Where(name => !name.StartsWith("time/", StringComparison.Ordinal)))
            Assert.That(tracker.Scalars(name), Is.EqualTo(straightTracker.Scalars(name)), name);
        Assert.That(tracker.ScalarNames, Is.EquivalentTo(straightTracker.ScalarNames));

        LearnOptions Options(MemoryTracker tracker) => new()
        {
            Tracker = tracker,
            ReportEvery = 50,
            Callbacks = [new PeriodicEvaluation(Environments.MakeVector("CartPole-v1", 2), 200, 2)],
        };

        // The callback that interrupts has no state, and is not in the list of the others.
        static IEnumerable<(string, string)> Parts(Agent agent) => Checkpoint.Hashes(agent);
    }

    [Test]
    public void WithoutTheReplayBufferAnAgentGathersTransitionsBeforeItLearns([Values("dqn", "double-dqn", "c51", "rainbow")] string algorithm)
    {
        using var folder = new TestFolder();
        using Agent whole = AnyAgent.Make(algorithm, Environments.MakeVector("CartPole-v1", 1)), resumed = AnyAgent.Make(algorithm, Environments.MakeVector("CartPole-v1", 1));
        var checkpoints = new CheckpointFolder(folder.File("checkpoints"));
        whole.Learn(700, new LearnOptions { Callbacks = [new StopAtStep(450)], Checkpoints = new CheckpointOptions { Folder = checkpoints, IncludeReplay = false } });
        string without = checkpoints.FindNewest()!;
        Checkpoint.Save(whole, folder.File("whole.ckpt"));
        Assert.That(Checkpoint.ReadHeader(without).HasReplay, Is.False);
        Assert.That(Checkpoint.ReadHeader(folder.File("whole.ckpt")).HasReplay, Is.True);
        Assert.That(new FileInfo(without).Length, Is.LessThan(new FileInfo(folder.File("whole.ckpt")).Length - 450 * 4 * sizeof(float)));

        // Into an agent that has transitions of its own, which are not to stay.
        resumed.Learn(300);
        Checkpoint.Load(resumed, without);
        Assert.That(resumed.Step, Is.EqualTo(450));
        Assert.That(Hashes(resumed), Is.EqualTo(Hashes(whole)), "all else");
        var updates = new List<long>();
        resumed.Learn(700, new LearnOptions { Callbacks = [new OnEachUpdate(context => updates.Add(context.Step))] });
        Assert.That(updates[0], Is.EqualTo(550), "learning starts after 100 transitions");
        Assert.That(updates, Has.Count.EqualTo(16), "and then goes on every 10 steps");

        // A checkpoint in the midst of the gathering is as good as any other.
        Checkpoint.Load(resumed, without);
        resumed.Learn(700, new LearnOptions { Callbacks = [new StopAtStep(480)] });
        Checkpoint.Save(resumed, folder.File("between.ckpt"));
        using Agent again = AnyAgent.Make(algorithm, Environments.MakeVector("CartPole-v1", 1));
        Checkpoint.Load(again, folder.File("between.ckpt"));
        again.Learn(700);
        resumed.Learn(700);
        Assert.That(Checkpoint.Hashes(again), Is.EqualTo(Checkpoint.Hashes(resumed)));

        static IEnumerable<(string, string)> Hashes(Agent agent) => Checkpoint.Hashes(agent).Where(hash => hash.Part != "replay");
    }

    [Test]
    public void WrappersAndContinuousActionsResumeToo()
    {
        using var folder = new TestFolder();
        Agent Make() => new Ppo(new VectorRandomAction(Environments.MakeVector("Pendulum-v1", 2), 0.3, 5), PpoOptions.Continuous with { NumSteps = 64, NumMinibatches = 4, UpdateEpochs = 2, Hidden = [16] });
        using Agent straight = Make();
        straight.Learn(1_000, new LearnOptions { Callbacks = [new StopAtStep(430)] });
        Checkpoint.Save(straight, folder.File("a.ckpt"));
        using Agent resumed = Make();
        Checkpoint.Load(resumed, folder.File("a.ckpt"));
        straight.Learn(1_000);
        resumed.Learn(1_000);
        Assert.That(Checkpoint.Hashes(resumed), Is.EqualTo(Checkpoint.Hashes(straight)));
        straight.Environment.Dispose();
        resumed.Environment.Dispose();
    }

    [Test]
    public void AnEnvironmentWithOtherWrappersIsRefusedAndTheAgentStaysAsItWas([Values] bool hadOne, [Values] bool started)
    {
        using var folder = new TestFolder();
        using Agent trained = Make(hadOne), other = Make(!hadOne), fresh = Make(!hadOne);
        trained.Learn(120);
        Checkpoint.Save(trained, folder.File("a.ckpt"));
        if (started)
        {
            other.Learn(30);
            fresh.Learn(30);
        }

        Assert.That(() => Checkpoint.Load(other, folder.File("a.ckpt")), Throws.TypeOf<InvalidDataException>().With.Message.Contains("a.ckpt").And.Message.Contains("wrappers"));
        Assert.That(other.Step, Is.EqualTo(fresh.Step));
        other.Learn(200);
        fresh.Learn(200);
        Assert.That(Checkpoint.Hashes(other), Is.EqualTo(Checkpoint.Hashes(fresh)));

        static Dqn Make(bool wrapped)
        {
            IVectorEnvironment environment = Environments.MakeVector("CartPole-v1", 1);
            return Small(wrapped ? new VectorRandomAction(environment, 0.3, 5) : environment);
        }
    }

    [Test]
    public void ANetworkOfOtherSizesIsRefusedAndTheAgentStaysAsItWas()
    {
        using var folder = new TestFolder();
        using Agent trained = Make(8), other = Make(6);
        trained.Learn(120);
        Checkpoint.Save(trained, folder.File("a.ckpt"));
        for (int i = 0; i < 2; i++)
        {
            IReadOnlyList<(string, string)> before = Checkpoint.Hashes(other);
            Assert.That(() => Checkpoint.Load(other, folder.File("a.ckpt")), Throws.TypeOf<InvalidDataException>().With.Message.Contains("a.ckpt").And.Message.Contains("'online'"));
            Assert.That(Checkpoint.Hashes(other), Is.EqualTo(before), i == 0 ? "before its first training" : "after it");
            other.Learn(60);
        }

        Agent Make(int units) => new Dqn(Environments.MakeVector("CartPole-v1", 1), SmallOptions, makeNetwork: () => new Sequential(new Linear(4, units, new Generator(1)), Activation.Relu, new Linear(units, 2, new Generator(2))));
    }

    [Test]
    public void ATrainingThatIsCancelledBeforeItsFirstStepLeavesNoTrace()
    {
        using var folder = new TestFolder();
        using var cancelled = new CancellationTokenSource();
        cancelled.Cancel();
        Agent Make() => new Ppo(Environments.MakeVector("Pendulum-v1", 2), PpoOptions.Continuous with { NumSteps = 64, NumMinibatches = 4, UpdateEpochs = 2, Hidden = [16] });
        using Agent straight = Make(), first = Make(), resumed = Make();
        straight.Learn(300);
        Assert.That(first.Learn(300, cancellation: cancelled.Token).Step, Is.Zero);
        Checkpoint.Save(first, folder.File("a.ckpt"));
        Checkpoint.Load(resumed, folder.File("a.ckpt"));
        resumed.Learn(300);
        Assert.That(Checkpoint.Hashes(resumed), Is.EqualTo(Checkpoint.Hashes(straight)));
    }

    [Test]
    public void DamageOfAnyByteIsRefusedAndTheAgentStaysAsItWas()
    {
        using var folder = new TestFolder();
        string path = folder.File("a.ckpt");
        using IVectorEnvironment environment = Environments.MakeVector("CartPole-v1", 1);
        using (Agent agent = Trained(environment)) Checkpoint.Save(agent, path);
        byte[] whole = File.ReadAllBytes(path);
        using Agent other = Small(environment);
        IReadOnlyList<(string, string)> before = Checkpoint.Hashes(other);

        // Every byte of the header, and of the rest one in so many.
        var random = new Pcg64(3);
        for (int i = 0; i < whole.Length; i += i < 600 ? 1 : 1 + random.Integers(60))
        {
            byte[] damaged = [.. whole];
            damaged[i] ^= (byte)(1 << random.Integers(8));
            File.WriteAllBytes(path, damaged);
            Assert.That(Checkpoint.IsWhole(path, out string? fault), Is.False, $"byte {i}");
            Assert.That(fault, Does.Contain("a.ckpt"));
            Assert.That(() => Checkpoint.Load(other, path), Throws.TypeOf<InvalidDataException>(), $"byte {i}");
        }

        Assert.That(Checkpoint.Hashes(other), Is.EqualTo(before));
        File.WriteAllBytes(path, whole);
        Checkpoint.Load(other, path);
        Assert.That(Checkpoint.Hashes(other), Is.Not.EqualTo(before));
    }

    [Test]
    public void ATornOrPaddedFileIsRefused()
    {
        using var folder = new TestFolder();
        string path = folder.File("a.ckpt");
        using IVectorEnvironment environment = Environments.MakeVector("CartPole-v1", 1);
        using (Agent agent = Trained(environment)) Checkpoint.Save(agent, path);
        byte[] whole = File.ReadAllBytes(path);
        for (int length = 0; length < whole.Length; length += length < 600 ? 1 : 37)
        {
            File.WriteAllBytes(path, whole[..length]);
            Assert.That(Checkpoint.IsWhole(path, out _), Is.False, $"{length} bytes");
        }

        File.WriteAllBytes(path, [.. whole, 0]);
        Assert.That(Checkpoint.IsWhole(path, out _), Is.False);
    }

    [Test]
    public void ANewerFormatIsRefusedByItsNumber()
    {
        using var folder = new TestFolder();
        string path = folder.File("a.ckpt");
        using IVectorEnvironment environment = Environments.MakeVector("CartPole-v1", 1);
        using Agent agent = Trained(environment);
        Checkpoint.Save(agent, path);
        byte[] bytes = File.ReadAllBytes(path);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(8), 7);
        File.WriteAllBytes(path, bytes);
        Assert.That(() => Checkpoint.Load(agent, path), Throws.TypeOf<InvalidDataException>().With.Message.Contains("format 7").And.Message.Contains("reads up to 1"));
    }

    [Test]
    public void WhatIsOfAnotherKindIsRefusedByItsDifference()
    {
        using var folder = new TestFolder();
        string path = folder.File("a.ckpt");
        using IVectorEnvironment cartPole = Environments.MakeVector("CartPole-v1", 1), two = Environments.MakeVector("CartPole-v1", 2), acrobot = Environments.MakeVector("Acrobot-v1", 1);
        using (Agent agent = Trained(cartPole)) Checkpoint.Save(agent, path);

        Refuse(AnyAgent.Make("c51", cartPole), "algorithm dqn, and this agent has c51");
        Refuse(Small(acrobot), "environment CartPole-v1, and this agent has Acrobot-v1");
        Refuse(Small(two), "number of environments 1, and this agent has 2");
        Refuse(Small(cartPole, seed: 2), "seed 1, and this agent has 2");
        Refuse(new Dqn(cartPole, SmallOptions with { Gamma = 0.5 }), "option gamma 0.99, and this agent has 0.5");
        Assert.That(Checkpoint.ReadHeader(path), Has.Property(nameof(CheckpointHeader.Step)).EqualTo(120).And.Property(nameof(CheckpointHeader.Algorithm)).EqualTo("dqn"));
        Assert.That(() => Checkpoint.ReadHeader(folder.File("none.ckpt")), Throws.TypeOf<FileNotFoundException>());

        void Refuse(Agent agent, string told)
        {
            using (agent)
            {
                IReadOnlyList<(string, string)> before = Checkpoint.Hashes(agent);
                Assert.That(() => Checkpoint.Load(agent, path), Throws.ArgumentException.With.Message.Contains(told));
                Assert.That(Checkpoint.Hashes(agent), Is.EqualTo(before));
            }
        }
    }

    [Test]
    public void AFolderKeepsTheLastAndGivesTheNewestWholeOne()
    {
        using var folder = new TestFolder();
        using IVectorEnvironment environment = Environments.MakeVector("CartPole-v1", 1);
        using Agent agent = Small(environment);
        var checkpoints = new CheckpointFolder(folder.File("deeper/still"), keepLast: 3);
        Assert.That(checkpoints.FindNewest(), Is.Null);
        Assert.That(checkpoints.LoadNewest(agent), Is.Null);
        agent.Learn(100, new LearnOptions { Checkpoints = new CheckpointOptions { Folder = checkpoints, Every = 20 } });
        Assert.That(checkpoints.Files.Select(path => Path.GetFileName(path)), Is.EqualTo(new[] { "step-000000000100.ckpt", "step-000000000080.ckpt", "step-000000000060.ckpt" }));

        // One that was being written when the process was killed.
        File.WriteAllBytes(Path.Combine(checkpoints.FolderPath, "step-000000000120.ckpt.partial"), [1, 2, 3]);
        File.WriteAllBytes(checkpoints.Files[0], File.ReadAllBytes(checkpoints.Files[0])[..^1]);
        Assert.That(checkpoints.FindNewest(out IReadOnlyList<string> faults), Does.EndWith("080.ckpt"));
        Assert.That(faults.Single(), Does.Contain("step-000000000100.ckpt").And.Contain("damaged"));
        using Agent resumed = Small(environment);
        checkpoints.LoadNewest(resumed);
        Assert.That(resumed.Step, Is.EqualTo(80));
        resumed.Learn(90, new LearnOptions { Checkpoints = new CheckpointOptions { Folder = checkpoints } });
        Assert.That(Directory.GetFiles(checkpoints.FolderPath, "*.partial"), Is.Empty);
        Assert.That(checkpoints.FindNewest(), Does.EndWith("090.ckpt"), "a damaged one of a later step pushes none out");
        Assert.That(checkpoints.Files, Has.Count.EqualTo(4));

        foreach (string file in checkpoints.Files) File.WriteAllBytes(file, [0]);
        Assert.That(() => checkpoints.LoadNewest(resumed), Throws.TypeOf<InvalidDataException>().With.Message.Contains("100.ckpt").And.Message.Contains("080.ckpt"));
        Assert.That(() => new CheckpointFolder("x", keepLast: 0), Throws.TypeOf<ArgumentOutOfRangeException>());
        Assert.That(() => new CheckpointOptions { Folder = checkpoints, Every = 0 }, Throws.TypeOf<ArgumentOutOfRangeException>());
    }

    [Test]
    public void AFolderOfAnotherTrainingIsNotTrainedInto()
    {
        using var folder = new TestFolder();
        using IVectorEnvironment environment = Environments.MakeVector("CartPole-v1", 1);
        using Agent first = Small(environment), second = Small(environment);
        var checkpoints = new CheckpointFolder(folder.Path, keepLast: 1);
        var options = new LearnOptions { Checkpoints = new CheckpointOptions { Folder = checkpoints } };
        first.Learn(100, options);
        Assert.That(
            () => second.Learn(50, options),
            Throws.InvalidOperationException.With.Message.Contains(folder.Path).And.Message.Contains("step 100").And.Message.Contains("at step 0").And.Message.Contains("LoadNewest"));
        Assert.That(second.Step, Is.Zero);

        // What is saved is kept, whatever else lies there.
        second.Learn(50);
        string saved = checkpoints.Save(second);
        File.WriteAllBytes(folder.File("step-last.ckpt"), [1]);
        Assert.That(checkpoints.Files, Is.EqualTo(new[] { folder.File("step-000000000100.ckpt"), saved }));
        Assert.That(Checkpoint.IsWhole(saved, out _), Is.True);
        checkpoints.LoadNewest(second);
        second.Learn(120, options);
        Assert.That(checkpoints.Files, Is.EqualTo(new[] { folder.File("step-000000000120.ckpt") }));
    }

    [Test]
    public void AnEnvironmentWithoutAStateIsNamed()
    {
        using var folder = new TestFolder();
        using var environment = new VectorAdaptor<float[], int>(() => new CoinLengths(), 1);
        using Agent agent = Small(environment);
        Assert.That(() => Checkpoint.Save(agent, folder.File("a.ckpt")), Throws.TypeOf<NotSupportedException>().With.Message.Contains("CoinLengths"));
        Assert.That(Directory.GetFiles(folder.Path), Is.Empty, "nor what was written of it");

        // A training that is to have checkpoints does not begin.
        var options = new LearnOptions { Checkpoints = new CheckpointOptions { Folder = new CheckpointFolder(folder.Path) } };
        Assert.That(() => agent.Learn(1_000, options), Throws.TypeOf<NotSupportedException>().With.Message.Contains("CoinLengths"));
        Assert.That(agent.Step, Is.Zero);
    }

    [Test]
    public void CallbacksGoOnWithTheirState()
    {
        using var folder = new TestFolder();
        using IVectorEnvironment environment = Environments.MakeVector("CartPole-v1", 1), copies = Environments.MakeVector("CartPole-v1", 2);
        using Agent agent = Small(environment);
        var evaluation = new PeriodicEvaluation(copies, 100, 2, folder.File("best.safetensors"));
        agent.Learn(250, new LearnOptions { Callbacks = [evaluation] });
        Assert.That(evaluation.BestStep, Is.AnyOf(100, 200));
        Checkpoint.Save(agent, folder.File("a.ckpt"));

        using Agent resumed = Small(environment);
        Checkpoint.Load(resumed, folder.File("a.ckpt"));
        Checkpoint.Save(resumed, folder.File("b.ckpt"));
        Assert.That(File.ReadAllBytes(folder.File("b.ckpt")), Is.EqualTo(File.ReadAllBytes(folder.File("a.ckpt"))), "states that no callback has asked for yet are kept");
        var again = new PeriodicEvaluation(copies, 100, 2, folder.File("best.safetensors"));
        resumed.Learn(250, new LearnOptions { Callbacks = [new StopAtStep(10_000), again] });
        Assert.That((again.BestMean, again.BestStep), Is.EqualTo((evaluation.BestMean, evaluation.BestStep)));
    }

    private static DqnOptions SmallOptions => new() { Hidden = [4], BufferSize = 40, LearningStarts = 20, BatchSize = 4 };

    private static Dqn Small(IVectorEnvironment environment, long seed = 1) => new(environment, SmallOptions, seed);

    private static Dqn Trained(IVectorEnvironment environment)
    {
        Dqn agent = Small(environment);
        agent.Learn(120);
        return agent;
    }

    private sealed class OnEachUpdate(Action<TrainingContext> action) : Callback
    {
        public override void OnUpdate(TrainingContext context) => action(context);
    }
}
