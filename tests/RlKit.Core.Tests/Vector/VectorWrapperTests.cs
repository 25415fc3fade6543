using RlKit.Tests.Environments;

namespace RlKit.Tests.Vector;

/// <summary>Vector wrappers against the same wrappers around each copy, and against numbers made by running Gymnasium 1.4.</summary>
public class VectorWrapperTests
{
    private static readonly AutoresetMode[] Modes = Enum.GetValues<AutoresetMode>();

    private static IEnumerable<TestCaseData> Walks()
    {
        yield return Case<float[], int>("RandomAction", e => e.WithRandomAction(0.4), v => v.WithRandomAction(0.4));
        yield return Case<float[], int>("RandomAction with a seed", e => e.WithRandomAction(0.4, 77), v => v.WithRandomAction(0.4, 77));
        yield return Case<float[], int>("StickyAction", e => e.WithStickyAction(0.4), v => v.WithStickyAction(0.4));
        yield return Case<float[], int>("RandomAction and StickyAction", e => e.WithRandomAction(0.3).WithStickyAction(0.3), v => v.WithRandomAction(0.3).WithStickyAction(0.3));
        yield return Case<float[], int>("RecordEpisodeStatistics", e => e.WithEpisodeStatistics(), v => v.WithEpisodeStatistics());
        yield return Case<float[], int>("ClipReward", e => e.WithClipReward(-2, 3), v => v.WithClipReward(-2, 3));
        yield return Case<float[], int>("SignReward", e => e.WithSignReward(), v => v.WithSignReward());
        yield return Case<float[], int>("RescaleObservation", e => e.WithRescaleObservation(-1, 1), v => v.WithRescaleObservation(-1, 1));
        yield return Case<float[], int>(
            "TransformObservation",
            e => e.WithTransformObservation(o => new[] { o[0] + o[1] }, new Box<float>(-10, 10, [1])),
            v => v.WithTransformObservation((o, destination) => destination[0] = o[0] + o[1], new Box<float>(-10, 10, [1])));
    }

    [TestCaseSource(nameof(Walks))]
    public void WrappedThenVectorised_EqualsVectorisedThenWrapped(
        Func<IEnvironment<float[], int>, IEnvironment<float[], int>> single, Func<IVectorEnvironment, IVectorEnvironment> vector)
    {
        foreach (AutoresetMode mode in Modes)
        {
            Compare(
                mode,
                new VectorAdaptor<float[], int>(() => single(new Walk().WithTimeLimit(9)), 4, mode),
                vector(new VectorAdaptor<float[], int>(() => new Walk().WithTimeLimit(9), 4, mode, threads: 2)));
        }
    }

    [Test]
    public void FrameStack_Alike([ValueSource(nameof(Modes))] AutoresetMode mode, [Values(1, 3)] int frames) => Compare(
        mode,
        new VectorAdaptor<StackedFrames<float>, int>(() => new Walk().WithTimeLimit(9).WithFrameStack(frames), 4, mode),
        new VectorAdaptor<float[], int>(() => new Walk().WithTimeLimit(9), 4, mode).WithFrameStack(frames));

    [Test]
    public void Pictures_Alike([ValueSource(nameof(Modes))] AutoresetMode mode) => Compare(
        mode,
        new VectorAdaptor<StackedFrames<byte>, int>(() => new Game().WithGrayscaleObservation().WithResizeObservation(2, 3).WithFrameStack(4), 3, mode),
        new VectorAdaptor<byte[], int>(() => new Game(), 3, mode).WithGrayscaleObservation().WithResizeObservation(2, 3).WithFrameStack(4));

    [Test]
    public void RealActions_Alike([ValueSource(nameof(Modes))] AutoresetMode mode)
    {
        Compare(
            mode,
            new VectorAdaptor<float[], float[]>(() => new Drift().WithTimeLimit(9).WithRandomAction(0.3).WithStickyAction(0.3).WithRescaleAction(-2, 2).WithClipAction(), 3, mode),
            new VectorAdaptor<float[], float[]>(() => new Drift().WithTimeLimit(9), 3, mode).WithRandomAction(0.3).WithStickyAction(0.3).WithRescaleAction(-2, 2).WithClipAction());
        Compare(
            mode,
            new VectorAdaptor<float[], float[]>(() => new Drift().WithTimeLimit(9).WithClipAction().WithTransformAction((float[] a) => new[] { a[0], -a[0] }, new Box<float>(-9, 9, [1])), 3, mode),
            new VectorAdaptor<float[], float[]>(() => new Drift().WithTimeLimit(9), 3, mode).WithClipAction().WithTransformAction((a, destination) => (destination[0], destination[1]) = (a[0], -a[0]), new Box<float>(-9, 9, [1])));
    }

    [Test]
    public void NormalizeObservation_EqualsGymnasiums()
    {
        float[][] expected =
        [
            [-1.2247066f, -1.069061f, 2.0403339E-05f, -0.2672661f, 1.2247474f, 1.3363239f],
            [-0.878287f, -0.9143848f, 0.2927819f, 0.06824235f, 1.4638509f, 1.7059543f],
            [-0.5477061f, -0.6900798f, 0.54773045f, 0.3784393f, 1.643167f, 1.981218f],
            [-0.2526334f, -0.4460956f, 0.75794214f, 0.64639705f, 1.7685176f, 2.1758869f],
            [9.2707187E-06f, -0.2098827f, 0.92582387f, 0.8695412f, 1.8516384f, 2.308773f],
            [0.21161082f, 0.0062314686f, 1.058021f, 1.0522962f, 1.9044312f, 2.3972363f],
            [0.38730383f, 0.19848199f, 1.1618967f, 1.2013154f, 1.9364897f, 2.4548571f],
        ];
        using VectorNormalizeObservation vector = Scripts(AutoresetMode.NextStep).WithNormalizeObservation();
        vector.Reset(seed: 0);
        Assert.That(vector.Observations.ToArray(), Is.EqualTo(expected[0]).Within(2e-5f));
        for (int step = 1; step < expected.Length; step++)
        {
            vector.Step([0, 0, 0]);
            Assert.That(vector.Observations.ToArray(), Is.EqualTo(expected[step]).Within(2e-5f), $"step {step}");
        }

        Assert.That(vector.Statistics.Mean.ToArray(), Is.EqualTo(new[] { 1.9999905, 7.6666303 }).Within(1e-5));
        Assert.That(vector.Statistics.Variance.ToArray(), Is.EqualTo(new[] { 1.6666827, 63.63887 }).Within(1e-4));
    }

    [Test]
    public void NormalizeObservation_NormalisesFinalObservationsWithTheSameStatistics([ValueSource(nameof(Modes))] AutoresetMode mode)
    {
        using VectorAdaptor<float[], int> plain = Scripts(mode);
        using VectorNormalizeObservation vector = Scripts(mode).WithNormalizeObservation();
        plain.Reset(seed: 0);
        vector.Reset(seed: 0);
        for (int step = 0; step < 3; step++)
        {
            plain.Step([0, 0, 0]);
            vector.Step([0, 0, 0]);
        }

        for (int i = 0; i < 6; i++)
        {
            double expected = (plain.FinalObservations[i] - vector.Statistics.Mean[i % 2]) / Math.Sqrt(vector.Statistics.Variance[i % 2] + 1e-8);
            Assert.That(vector.FinalObservations[i], Is.EqualTo(expected).Within(1e-6));
        }

        vector.IsFrozen = true;
        double count = vector.Statistics.Count;
        vector.Reset();
        Assert.That(vector.Statistics.Count, Is.EqualTo(count));
        vector.IsFrozen = false;
        vector.ResetWhere([true, false, true]);
        Assert.That(vector.Statistics.Count, Is.EqualTo(count + 2));
    }

    [Test]
    public void NormalizeReward_EqualsGymnasiums()
    {
        double[][] nextStep =
        [
            [-0.306185096594384, 0.9185552897831519, 2.1432956761606876], [0.18224278710900507, 0.9112139355450254, 1.6401850839810457],
            [0.541700442614414, 1.2639676994336326, 1.9862349562528512], [0.0, 0.0, 0.0],
            [0.867737757359844, 1.363587904422612, 1.8594380514853799], [0.7689621883913116, 1.1107231610096724, 1.4524841336280332],
            [0.7672416863816987, 1.046238663247771, 1.3252356401138432], [0.0, 0.0, 0.0],
        ];
        double[][] sameStep =
        [
            [-0.306185096594384, 0.9185552897831519, 2.1432956761606876], [0.18224278710900507, 0.9112139355450254, 1.6401850839810457],
            [0.541700442614414, 1.2639676994336326, 1.9862349562528512], [1.2957348338715498, 2.036154738941007, 2.7765746440104637],
            [1.0933321489257941, 1.5792575484483693, 2.0651829479709445], [0.9645917067844062, 1.3153523274332812, 1.6661129480821562],
            [1.3907068571126482, 1.7615620190093544, 2.1324171809060606], [1.3138728185183755, 1.623019364052111, 1.9321659095858463],
        ];
        foreach ((AutoresetMode mode, double[][] expected, double variance) in new[] { (AutoresetMode.NextStep, nextStep, 51.387914922397464), (AutoresetMode.SameStep, sameStep, 41.85344348356759) })
        {
            using VectorNormalizeReward vector = Scripts(mode).WithNormalizeReward(gamma: 0.9);
            vector.Reset(seed: 0);
            for (int step = 0; step < expected.Length; step++)
            {
                vector.Step([0, 0, 0]);

                // Gymnasium sums in single precision here.
                Assert.That(vector.Rewards.ToArray(), Is.EqualTo(expected[step]).Within(1e-6), $"{mode}, step {step}");
            }

            Assert.That(vector.Statistics.Variance[0], Is.EqualTo(variance).Within(1e-4));
        }
    }

    [Test]
    public void RecordEpisodeStatistics_IsInTheFinalInfo([ValueSource(nameof(Modes))] AutoresetMode mode)
    {
        using VectorRecordEpisodeStatistics vector = Scripts(mode).WithEpisodeStatistics();
        vector.Reset(seed: 0);
        Assert.That(vector.LastEpisode(1).Length, Is.Zero);
        for (int step = 0; step < 3; step++) vector.Step([0, 0, 0]);
        for (int i = 0; i < 3; i++)
        {
            Info episode = vector.FinalInfo(i).Get<Info>("episode");
            Assert.That(episode.Get<int>("l"), Is.EqualTo(3));
            Assert.That(episode.Get<double>("r"), Is.EqualTo(1.5 + (6 * i)));
            Assert.That(vector.LastEpisode(i).Return, Is.EqualTo(1.5 + (6 * i)));
            Assert.That(vector.Info(i).Contains("episode"), Is.EqualTo(mode != AutoresetMode.SameStep));
        }

        Assert.That(vector.EpisodeCount, Is.EqualTo(3));
        if (mode == AutoresetMode.Disabled) vector.ResetWhere([true, true, true]);
        for (int step = 0; step < (mode == AutoresetMode.NextStep ? 4 : 3); step++) vector.Step([0, 0, 0]);
        Assert.That(vector.RecentEpisodes.Select(episode => episode.Length), Is.All.EqualTo(3));
        Assert.That(vector.RecentEpisodes.Select(episode => episode.Return), Is.EqualTo(new[] { 1.5, 7.5, 13.5, 13.5, 19.5, 25.5 }));
    }

    [Test]
    public void RandomAction_ReplacesThatPartOfTheActions()
    {
        using VectorRandomAction vector = new VectorAdaptor<int, int>(() => new Counter(), 100).WithRandomAction(0.35);
        vector.Reset(seed: 0);
        int[] actions = new int[100];
        int replaced = 0;
        for (int step = 0; step < 2000; step++)
        {
            vector.Step(actions);
            for (int i = 0; i < 100; i++)
                if (vector.Info(i).Get<bool>("action_replaced")) replaced++;
        }

        Assert.That(replaced / 2e5, Is.EqualTo(0.35).Within(0.005));
    }

    [Test]
    public void RandomAction_SaysWhichActionsItDoesNotReplace()
    {
        using var vector = new VectorAdaptor<float[], byte[]>(() => new Painter(), 2);
        Assert.That(() => vector.WithRandomAction(0.5), Throws.ArgumentException.With.Message.StartsWith("VectorRandomAction replaces actions of").And.Message.Contains("uint8"));
        Assert.That(() => vector.WithStickyAction(0.5), Throws.ArgumentException.With.Message.StartsWith("VectorStickyAction replaces actions of"));
    }

    [Test]
    public void FrameStack_OfStacksOfBytes_StaysOneOfBytes()
    {
        using IVectorEnvironment vector = new VectorAdaptor<byte[], int>(() => new Game(), 2).WithFrameStack(2).WithFrameStack(3);
        vector.Reset(seed: 1);
        Assert.That(vector.ObservationType, Is.EqualTo(ObservationType.UInt8));
        Assert.That(vector.ObservationSpace, Is.InstanceOf<StackedBox<byte>>());
        Assert.That(vector.ByteObservations.Length, Is.EqualTo(2 * vector.ObservationSpace.FlatSize));
    }

    [Test]
    public void Steps_AllocateNothing()
    {
        using var walks = new VectorAdaptor<float[], int>(() => new Walk().WithTimeLimit(9), 8)
            .WithRandomAction(0.3).WithStickyAction(0.3).WithEpisodeStatistics().WithClipReward().WithSignReward().WithNormalizeReward().WithRescaleObservation(-1, 1).WithNormalizeObservation().WithFrameStack(4);
        using var games = new VectorAdaptor<byte[], int>(() => new Game(), 4).WithGrayscaleObservation().WithResizeObservation(2, 2).WithFrameStack(4);
        using var drifts = new VectorAdaptor<float[], float[]>(() => new Drift(), 4).WithRandomAction(0.3).WithStickyAction(0.3).WithRescaleAction().WithClipAction();
        walks.Reset(seed: 0);
        games.Reset(seed: 0);
        drifts.Reset(seed: 0);
        int[] whole = new int[8];
        float[] real = new float[8];
        Allocation.AssertNone(() =>
        {
            walks.Step(whole);
            games.Step(whole.AsSpan(0, 4));
            drifts.Step(real);
        });
    }

    [Test]
    public void Find_GivesAPartOfTheStack()
    {
        using VectorFrameStack vector = Scripts(AutoresetMode.SameStep).WithNormalizeObservation().WithFrameStack(2);
        Assert.That(vector.Find<VectorNormalizeObservation>(), Is.SameAs(vector.Inner));
        Assert.That(vector.Find<VectorAdaptor<float[], int>>(), Is.Not.Null);
        Assert.That(vector.Find<VectorClipReward>(), Is.Null);
    }

    private static VectorAdaptor<float[], int> Scripts(AutoresetMode mode) => new([new Scripted(0), new Scripted(1), new Scripted(2)], mode);

    private static TestCaseData Case<TObservation, TAction>(
        string name, Func<IEnvironment<TObservation, TAction>, IEnvironment<TObservation, TAction>> single, Func<IVectorEnvironment, IVectorEnvironment> vector)
        where TObservation : notnull
        where TAction : notnull => new TestCaseData(single, vector).SetArgDisplayNames(name);

    private static void Compare(AutoresetMode mode, IVectorEnvironment first, IVectorEnvironment second)
    {
        using (first)
        using (second)
        {
            Assert.That(second.ObservationSize, Is.EqualTo(first.ObservationSize));
            Assert.That(second.ObservationType, Is.EqualTo(first.ObservationType));
            Assert.That(second.ActionSize, Is.EqualTo(first.ActionSize));
            Assert.That(second.ObservationSpace.Shape.ToArray(), Is.EqualTo(first.ObservationSpace.Shape.ToArray()));
            first.Reset(seed: 31);
            second.Reset(seed: 31);
            Same(first, second, "after the reset");
            var random = new Pcg64(2);
            int[] whole = new int[first.Count * first.ActionSize];
            float[] real = new float[whole.Length];
            var ended = new bool[first.Count];
            int ends = 0;
            for (int step = 0; step < 150; step++)
            {
                if (first.ActionSpace is Box<float>)
                {
                    foreach (ref float value in real.AsSpan()) value = (float)random.Uniform(-5, 5);
                    first.Step(real);
                    second.Step(real);
                }
                else
                {
                    random.Integers(whole, 0, ((Discrete)first.ActionSpace).N);
                    first.Step(whole);
                    second.Step(whole);
                }

                Same(first, second, $"{mode}, step {step}");
                for (int i = 0; i < ended.Length; i++)
                {
                    ended[i] = first.Terminated[i] || first.Truncated[i];
                    if (ended[i]) ends++;
                }

                if (mode != AutoresetMode.Disabled || !ended.Contains(true)) continue;
                first.ResetWhere(ended);
                second.ResetWhere(ended);
                Same(first, second, $"{mode}, reset after step {step}");
            }

            Assert.That(ends, Is.GreaterThan(20));
        }
    }

    private static void Same(IVectorEnvironment first, IVectorEnvironment second, string when)
    {
        if (first.ObservationType == ObservationType.UInt8)
        {
            Assert.That(second.ByteObservations.ToArray(), Is.EqualTo(first.ByteObservations.ToArray()), when);
            Assert.That(second.FinalByteObservations.ToArray(), Is.EqualTo(first.FinalByteObservations.ToArray()), when);
        }
        else
        {
            Assert.That(second.Observations.ToArray(), Is.EqualTo(first.Observations.ToArray()), when);
            Assert.That(second.FinalObservations.ToArray(), Is.EqualTo(first.FinalObservations.ToArray()), when);
        }

        Assert.That(second.Rewards.ToArray(), Is.EqualTo(first.Rewards.ToArray()), when);
        Assert.That(second.Terminated.ToArray(), Is.EqualTo(first.Terminated.ToArray()), when);
        Assert.That(second.Truncated.ToArray(), Is.EqualTo(first.Truncated.ToArray()), when);
        for (int i = 0; i < first.Count; i++)
        {
            Assert.That(VectorAdaptorTests.Text(second.Info(i)), Is.EqualTo(VectorAdaptorTests.Text(first.Info(i))), when);
            Assert.That(VectorAdaptorTests.Text(second.FinalInfo(i)), Is.EqualTo(VectorAdaptorTests.Text(first.FinalInfo(i))), when);
            Assert.That(Episode(second.FinalInfo(i)), Is.EqualTo(Episode(first.FinalInfo(i))), when);
        }
    }

    private static (double Return, int Length) Episode(Info info) => info.TryGet("episode", out Info? episode) ? (episode!.Get<double>("r"), episode.Get<int>("l")) : (0, 0);

    private sealed class Painter() : Environment<float[], byte[]>(new Box<float>(0, 1, [1]), new Box<byte>(0, 255, [2]))
    {
        protected override float[] OnReset(EnvironmentOptions? options) => [0];

        protected override StepResult<float[]> OnStep(byte[] action) => Result([0], 0);
    }
}
