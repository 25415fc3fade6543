using RlKit.Tests.Environments;

namespace RlKit.Tests.Vector;

public class VectorAdaptorTests
{
    private static readonly AutoresetMode[] Modes = Enum.GetValues<AutoresetMode>();

    [Test]
    public void Rows_EqualSingleEnvironments([ValueSource(nameof(Modes))] AutoresetMode mode, [Values(1, 3)] int threads)
    {
        const int Count = 5;
        using var vector = new VectorAdaptor<float[], int>(() => new Walk().WithTimeLimit(12), Count, mode, threads);
        var singles = new IEnvironment<float[], int>[Count];
        var ended = new bool[Count];
        vector.Reset(seed: 40);
        for (int i = 0; i < Count; i++)
        {
            singles[i] = new Walk(reuse: false).WithTimeLimit(12);
            ResetResult<float[]> reset = singles[i].Reset(seed: 40 + i);
            Assert.That(Row(vector.Observations, vector, i), Is.EqualTo(reset.Observation));
            Assert.That(vector.Info(i).Get<int>("position"), Is.EqualTo(reset.Info.Get<int>("position")));
        }

        var actions = new Pcg64(1);
        int[] chosen = new int[Count];
        int ends = 0;
        for (int step = 0; step < 300; step++)
        {
            actions.Integers(chosen, 0, 3);
            vector.Step(chosen);
            for (int i = 0; i < Count; i++)
            {
                if (mode == AutoresetMode.NextStep && ended[i])
                {
                    ended[i] = false;
                    Assert.That(Row(vector.Observations, vector, i), Is.EqualTo(singles[i].Reset().Observation));
                    Assert.That((vector.Rewards[i], vector.Terminated[i], vector.Truncated[i]), Is.EqualTo((0.0, false, false)));
                    continue;
                }

                StepResult<float[]> result = singles[i].Step(chosen[i]);
                int position = result.Info.Get<int>("position");
                Assert.That((vector.Rewards[i], vector.Terminated[i], vector.Truncated[i]), Is.EqualTo((result.Reward, result.Terminated, result.Truncated)));
                float[] expected = result.Observation;
                if (result.Done)
                {
                    ends++;
                    Assert.That(Row(vector.FinalObservations, vector, i), Is.EqualTo(result.Observation), "The final observation is there in every mode.");
                    Assert.That(vector.FinalInfo(i).Get<int>("position"), Is.EqualTo(position));
                    if (mode == AutoresetMode.SameStep)
                    {
                        ResetResult<float[]> reset = singles[i].Reset();
                        expected = reset.Observation;
                        position = reset.Info.Get<int>("position");
                    }

                    ended[i] = mode != AutoresetMode.SameStep;
                }

                Assert.That(Row(vector.Observations, vector, i), Is.EqualTo(expected));
                Assert.That(vector.Info(i).Get<int>("position"), Is.EqualTo(position));
            }

            if (mode != AutoresetMode.Disabled || !ended.Contains(true)) continue;
            Assert.That(() => vector.Step(chosen), Throws.InvalidOperationException.With.Message.Contains("has ended and nothing resets it (AutoresetMode.Disabled); call ResetWhere for the ended copies."));
            vector.ResetWhere(ended);
            for (int i = 0; i < Count; i++)
            {
                if (!ended[i]) continue;
                Assert.That(Row(vector.Observations, vector, i), Is.EqualTo(singles[i].Reset().Observation));
                Assert.That((vector.Rewards[i], vector.Terminated[i], vector.Truncated[i]), Is.EqualTo((0.0, false, false)));
                ended[i] = false;
            }
        }

        Assert.That(ends, Is.GreaterThan(50));
    }

    [Test]
    public void Seeds_AreOneForEachCopy()
    {
        using var vector = new VectorAdaptor<float[], int>(() => new Walk(), 3);
        using var other = new VectorAdaptor<float[], int>(() => new Walk(), 3);
        vector.Reset(seed: 8);
        other.Reset([8, 9, 10]);
        Assert.That(other.Observations.ToArray(), Is.EqualTo(vector.Observations.ToArray()));
        Assert.That(() => vector.Reset(seed: -1), Throws.TypeOf<ArgumentOutOfRangeException>().With.Message.Contains("The seed is -1; give one of 0 or more, or none."));
        Assert.That(() => vector.Reset(long.MaxValue - 1), Throws.TypeOf<ArgumentOutOfRangeException>().With.Message.Contains($"give one of 0 to {long.MaxValue - 2}"));
        Assert.That(() => vector.Reset([1, 2]), Throws.ArgumentException.With.Message.Contains("There are 2 seeds for 3 copies; give one for each."));
        Assert.That(() => vector.Reset([1, -2, 3]), Throws.TypeOf<ArgumentOutOfRangeException>().With.Message.Contains("The seed of copy 1 is -2; give one of 0 or more."));
        Assert.That(() => vector.ResetWhere([true]), Throws.ArgumentException.With.Message.Contains("The mask has 1 flags for 3 copies; give one for each."));
    }

    [Test]
    public void Options_ReachEveryCopy_AndErrorsNameTheCopy()
    {
        using var vector = new VectorAdaptor<float[], int>(() => new Walk(), 2);
        vector.Reset(seed: 0, new EnvironmentOptions { ["start"] = 2 });
        Assert.That(vector.Observations.ToArray(), Is.EqualTo(new[] { 2f, 0, 2, 0 }));
        Assert.That(
            () => vector.Reset(seed: 0, new EnvironmentOptions { ["begin"] = 2 }),
            Throws.InvalidOperationException.With.Message.StartsWith("Copy 0 threw ArgumentException: Walk has no option 'begin'").And.InnerException.TypeOf<ArgumentException>());
    }

    [Test]
    public void Actions_AreCheckedBeforeAnyCopySteps()
    {
        using var vector = new VectorAdaptor<float[], int>(() => new Walk(), 3);
        Assert.That(() => vector.Step([0, 0, 0]), Throws.InvalidOperationException.With.Message.EqualTo("The vector environment was not reset; call Reset first."));
        vector.Reset(seed: 0);
        float[] before = vector.Observations.ToArray();
        Assert.That(() => vector.Step([0, 0, 3]), Throws.ArgumentException.With.Message.StartsWith("The action of copy 2, [3], is not legal: it has to be a whole number from 0 to 2. No copy was stepped."));
        Assert.That(() => vector.Step([0, 0]), Throws.ArgumentException.With.Message.StartsWith("There are 2 numbers in the actions; 3 copies with 1 each need 3."));
        Assert.That(() => vector.Step([0f, 0, 0]), Throws.InvalidOperationException.With.Message.EqualTo("The actions of Discrete(3) are whole numbers, but real numbers were given; call Step with a span of int."));
        Assert.That(vector.Observations.ToArray(), Is.EqualTo(before));
        vector.Step([0, 0, 2]);

        using var real = new VectorAdaptor<float[], float[]>(() => new Drift(), 2);
        real.Reset(seed: 0);
        Assert.That(() => real.Step([0, 1, 0, float.NaN]), Throws.ArgumentException.With.Message.StartsWith("The action of copy 1, [0, NaN], is not legal"));
        Assert.That(() => real.Step([0, 0]), Throws.ArgumentException);
        real.Step([0f, 1, 2, 3]);
        Assert.That(((Drift)real.Environments[1]).LastAction, Is.EqualTo(new[] { 2f, 3 }));
    }

    [TestCase(1)]
    [TestCase(2)]
    [TestCase(4)]
    public void Exceptions_OfACopy_SurfaceWithItsIndex(int threads)
    {
        var environments = Enumerable.Range(0, 8).Select(i => new Bomb(explodes: i >= 5)).ToArray();
        using var vector = new VectorAdaptor<int, int>(environments, threads: threads);
        vector.Reset(seed: 0);
        vector.Step(new int[8]);
        Assert.That(
            () => vector.Step(new int[8]),
            Throws.InvalidOperationException.With.Message.EqualTo("Copy 5 threw DivideByZeroException: Boom. Reset all copies before the next step.").And.InnerException.TypeOf<DivideByZeroException>());
        Assert.That(environments.Take(5).Select(environment => environment.Steps), Is.All.EqualTo(2), "The other copies were stepped.");
        Assert.That(() => vector.Step(new int[8]), Throws.InvalidOperationException.With.Message.EqualTo("The vector environment was not reset; call Reset first."));
        vector.Reset();
        vector.Step(new int[8]);
    }

    [Test]
    public void Spaces_OfEveryKind_AreFlattened()
    {
        using var counters = new VectorAdaptor<int, int>(() => new Counter(), 2);
        counters.Reset(seed: 0);
        counters.Step([0, 0]);
        Assert.That(counters.Observations.ToArray(), Is.EqualTo(new[] { 0f, 1, 0, 0, 0, 1, 0, 0 }));

        using var rooms = new VectorAdaptor<Dictionary<string, object>, int>(() => new Rooms(), 2);
        rooms.Reset(seed: 0);
        rooms.Step([2, 1]);
        Assert.That(rooms.ObservationSize, Is.EqualTo(5));
        Dictionary<string, object> second = ((DictSpace)rooms.ObservationSpace).Unflatten(Row(rooms.Observations, rooms, 1));
        Assert.That(second["room"], Is.EqualTo(1));

        using var games = new VectorAdaptor<byte[], int>(() => new Game(), 2);
        games.Reset(seed: 0);
        Assert.That(games.ObservationType, Is.EqualTo(ObservationType.UInt8));
        Assert.That(games.ByteObservations.Length, Is.EqualTo(2 * 72));
        Assert.That(() => games.Observations.Length, Throws.InvalidOperationException.With.Message.EqualTo("The observations are bytes; read ByteObservations."));
        Assert.That(() => counters.FinalByteObservations.Length, Throws.InvalidOperationException.With.Message.EqualTo("The observations are float32; read FinalObservations."));

        using var switches = new VectorAdaptor<byte[], byte[]>(() => new Switches(), 2);
        switches.Reset(seed: 0);
        switches.Step([1, 0, 1, 0, 0, 1]);
        Assert.That(switches.Observations.ToArray(), Is.EqualTo(new[] { 1f, 0, 1, 0, 0, 1 }), "A MultiBinary is no picture: it is flattened to float32.");
        Assert.That(() => switches.Step([1, 0, 2, 0, 0, 1]), Throws.ArgumentException.With.Message.StartsWith("The action of copy 0, [1, 0, 2], is not legal"));

        Assert.That(() => new VectorAdaptor<int, string>(() => new Speaker(), 2), Throws.TypeOf<NotSupportedException>().With.Message.Contains("wrap the environment in a TransformAction"));
    }

    [Test]
    public void Copies_HaveToBeAlikeAndApart()
    {
        Assert.That(
            () => new VectorAdaptor<float[], float[]>([new Echo(new Box<float>(0, 1, [1])), new Echo(new Box<float>(0, 2, [1]))]),
            Throws.ArgumentException.With.Message.Contains("The observation space of copy 1 is Box(0.0, 2.0, (1,), float32), that of copy 0 is Box(0.0, 1.0, (1,), float32); they have to be the same."));
        var walk = new Walk();
        Assert.That(() => new VectorAdaptor<float[], int>([walk, walk]), Throws.ArgumentException.With.Message.Contains("Copy 1 is the same object as copy 0; make a new environment for each."));
        Assert.That(() => new VectorAdaptor<float[], int>(() => new Walk(), 0), Throws.TypeOf<ArgumentOutOfRangeException>().With.Message.Contains("0 copies were asked for; give 1 or more."));
        Assert.That(() => new VectorAdaptor<float[], int>(() => new Walk(), 1, threads: 0), Throws.TypeOf<ArgumentOutOfRangeException>().With.Message.Contains("0 threads were asked for"));
    }

    [Test]
    public void Dispose_DisposesTheCopies_AndEndsTheThreads()
    {
        var environments = Enumerable.Range(0, 4).Select(_ => new Bomb(explodes: false)).ToArray();
        var vector = new VectorAdaptor<int, int>(environments, threads: 4);
        vector.Reset(seed: 0);
        vector.Dispose();
        vector.Dispose();
        Assert.That(environments.Select(environment => environment.IsDisposed), Is.All.True);
        Assert.That(() => vector.Step(new int[4]), Throws.TypeOf<ObjectDisposedException>());
        Assert.That(() => vector.Reset(), Throws.TypeOf<ObjectDisposedException>());
    }

    [TestCase(1)]
    [TestCase(3)]
    public void Steps_AllocateNothing(int threads)
    {
        using var vector = new VectorAdaptor<float[], int>(() => new Walk().WithTimeLimit(20).WithEpisodeStatistics(), 6, threads: threads);
        vector.Reset(seed: 0);
        int[] actions = [0, 1, 2, 2, 1, 0];
        Allocation.AssertNone(() => vector.Step(actions));
        Allocation.AssertNoneOnAnyThread(() => vector.Step(actions));
    }

    [Test]
    public void State_IsSavedWithObservationsAndInfos([Values(AutoresetMode.NextStep, AutoresetMode.SameStep)] AutoresetMode mode)
    {
        using var one = Make(mode);
        using var other = Make(mode);
        var actions = new Pcg64(3);
        int[] chosen = new int[4];
        one.Reset(seed: 5);
        for (int step = 0; step < 57; step++) Next(one);

        var stream = new MemoryStream();
        one.SaveState(new BinaryWriter(stream));
        stream.Position = 0;
        other.LoadState(new BinaryReader(stream));
        Assert.That(stream.Position, Is.EqualTo(stream.Length));
        Compare();
        for (int step = 0; step < 100; step++)
        {
            Next(one);
            other.Step(chosen);
            Compare();
        }

        stream.Position = 0;
        using var three = new VectorAdaptor<float[], int>(() => new Walk(), 3);
        Assert.That(() => three.LoadState(new BinaryReader(stream)), Throws.TypeOf<InvalidDataException>().With.Message.EqualTo("The state is of 4 copies, but there are 3; make as many as were saved."));

        stream.SetLength(0);
        three.Reset(seed: 1);
        three.SaveState(new BinaryWriter(stream));
        stream.SetLength(stream.Length - 1);
        stream.Position = 0;
        Assert.That(() => three.LoadState(new BinaryReader(stream)), Throws.TypeOf<InvalidDataException>().With.Message.Contains("ends early"));
        Assert.That(() => three.Step([0, 0, 0]), Throws.InvalidOperationException, "what was read in part is not gone on with");

        VectorFrameStack Make(AutoresetMode mode) => new VectorAdaptor<float[], int>(() => new Walk().WithTimeLimit(9), 4, mode)
            .WithRandomAction(0.2).WithStickyAction(0.2).WithEpisodeStatistics().WithNormalizeReward().WithClipReward().WithNormalizeObservation().WithFrameStack(2);

        void Next(IVectorEnvironment vector)
        {
            actions.Integers(chosen, 0, 3);
            vector.Step(chosen);
        }

        void Compare()
        {
            Assert.That(other.Observations.ToArray(), Is.EqualTo(one.Observations.ToArray()));
            Assert.That(other.FinalObservations.ToArray(), Is.EqualTo(one.FinalObservations.ToArray()));
            Assert.That(other.Rewards.ToArray(), Is.EqualTo(one.Rewards.ToArray()));
            Assert.That(other.Terminated.ToArray(), Is.EqualTo(one.Terminated.ToArray()));
            Assert.That(other.Truncated.ToArray(), Is.EqualTo(one.Truncated.ToArray()));
            for (int i = 0; i < 4; i++)
            {
                Assert.That(Text(other.Info(i)), Is.EqualTo(Text(one.Info(i))));
                Assert.That(Text(other.FinalInfo(i)), Is.EqualTo(Text(one.FinalInfo(i))));
            }
        }
    }

    [Test]
    public void FinalInfos_AreCopies_OfEveryKindOfValue_AndAreSaved()
    {
        using var vector = new VectorAdaptor<int, int>(() => new Teller(), 2);
        vector.Reset(seed: 0);
        for (int step = 0; step < 4; step++) vector.Step([0, 1]);
        Check(vector);

        var stream = new MemoryStream();
        vector.SaveState(new BinaryWriter(stream));
        stream.Position = 0;
        using var other = new VectorAdaptor<int, int>(() => new Teller(), 2);
        other.LoadState(new BinaryReader(stream));
        Check(other);

        ((Teller)vector.Environments[0]).Odd = new Version(1, 2);
        vector.Step([0, 0]);
        Assert.That(
            () => vector.SaveState(new BinaryWriter(new MemoryStream())),
            Throws.TypeOf<NotSupportedException>().With.Message.EqualTo("info['odd'] is a Version, which cannot be saved; use a number, a flag, a text or an array of numbers or flags."));

        static void Check(IVectorEnvironment vector)
        {
            Info final = vector.FinalInfo(1), present = vector.Info(1);
            Assert.That((final.Get<int>("whole"), present.Get<int>("whole")), Is.EqualTo((3, 1)));
            Assert.That(final.Get<double>("number"), Is.EqualTo(1.5));
            Assert.That(final.Get<bool>("flag"));
            Assert.That(final.Get<string>("text"), Is.EqualTo("step 3"));
            Assert.That((final.Get<int[]>("array")[0], present.Get<int[]>("array")[0]), Is.EqualTo((3, 1)), "The environment overwrites its array.");
            Assert.That(final.Get<float[]>("floats"), Is.EqualTo(new[] { 3f }));
            Assert.That(final.Get<double[]>("doubles"), Is.EqualTo(new[] { 3.0 }));
            Assert.That(final.Get<long[]>("longs"), Is.EqualTo(new[] { 3L }));
            Assert.That(final.Get<bool[]>("mask"), Is.EqualTo(new[] { true, false }));
            Assert.That(final.Get<byte[]>("bytes"), Is.EqualTo(new byte[] { 3 }));
            Assert.That(final.Get<sbyte[]>("signed"), Is.EqualTo(new sbyte[] { -3 }));
            Assert.That((final.Get<Info>("inner").Get<int>("deep"), present.Get<Info>("inner").Get<int>("deep")), Is.EqualTo((3, 1)));
        }
    }

    internal static string Text(Info info) => string.Join(';', info.Where(pair => pair.Key != "episode").OrderBy(pair => pair.Key, StringComparer.Ordinal)
        .Select(pair => $"{pair.Key}={(pair.Value is Array array ? string.Join(',', array.Cast<object>()) : pair.Value)}"));

    internal static float[] Row(ReadOnlySpan<float> rows, IVectorEnvironment vector, int i) => rows.Slice(i * vector.ObservationSize, vector.ObservationSize).ToArray();

    private sealed class Bomb(bool explodes) : Environment<int, int>(new Discrete(2), new Discrete(2))
    {
        public int Steps { get; private set; }

        public bool IsDisposed { get; private set; }

        protected override int OnReset(EnvironmentOptions? options) => Steps = 0;

        protected override StepResult<int> OnStep(int action) => ++Steps == 2 && explodes ? throw new DivideByZeroException("Boom.") : Result(1, 0);

        protected override void Dispose(bool disposing)
        {
            IsDisposed = true;
            base.Dispose(disposing);
        }
    }

    /// <summary>Tells values of every kind, in arrays and an info that it overwrites; episodes have three steps.</summary>
    private sealed class Teller() : Environment<int, int>(new Discrete(2), new Discrete(2)), IStateful
    {
        private readonly int[] _array = new int[1];
        private readonly Info _inner = new();
        private int _step;

        public object? Odd { get; set; }

        public void SaveState(BinaryWriter writer)
        {
            SaveBaseState(writer);
            writer.Write(_step);
        }

        public void LoadState(BinaryReader reader)
        {
            LoadBaseState(reader);
            _step = reader.ReadInt32();
        }

        protected override int OnReset(EnvironmentOptions? options)
        {
            _step = 0;
            return 0;
        }

        protected override StepResult<int> OnStep(int action)
        {
            _step++;
            _array[0] = _step;
            _inner.Set("deep", _step);
            Info.Set("whole", _step);
            Info.Set("number", _step / 2.0);
            Info.Set("flag", true);
            Info.Set("text", $"step {_step}");
            Info.Set("array", _array);
            Info.Set("floats", new float[] { _step });
            Info.Set("doubles", new double[] { _step });
            Info.Set("longs", new long[] { _step });
            Info.Set("mask", new[] { true, false });
            Info.Set("bytes", new[] { (byte)_step });
            Info.Set("signed", new[] { (sbyte)-_step });
            Info.Set("inner", _inner);
            if (Odd is not null) Info.Set("odd", Odd);
            return Result(0, 0, terminated: _step == 3);
        }
    }

    private sealed class Switches() : Environment<byte[], byte[]>(new MultiBinary(3), new MultiBinary(3))
    {
        protected override byte[] OnReset(EnvironmentOptions? options) => new byte[3];

        protected override StepResult<byte[]> OnStep(byte[] action) => Result((byte[])action.Clone(), 0);
    }

    private sealed class Speaker() : Environment<int, string>(new Discrete(2), new TextSpace(3))
    {
        protected override int OnReset(EnvironmentOptions? options) => 0;

        protected override StepResult<int> OnStep(string action) => Result(0, 0);
    }
}
