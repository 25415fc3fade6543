using RlKit.Tests.Environments;

namespace RlKit.Tests.Wrappers;

public class WrapperErrorTests
{
    private static IEnumerable<TestCaseData> OutOfRange()
    {
        yield return Case("FrameStack 0", () => new Walk().WithFrameStack(0), "A stack of 0 frames was asked for; give 1 or more.");
        yield return Case("FrameStack -1", () => new Walk().WithFrameStack(-1), "A stack of -1 frames was asked for; give 1 or more.");
        yield return Case("VectorFrameStack 0", () => Vector().WithFrameStack(0), "A stack of 0 frames was asked for; give 1 or more.");
        yield return Case("MaxAndSkip 0", () => new Walk().WithMaxAndSkip(0), "Each action would be taken 0 times; give 2 or more.");
        yield return Case("MaxAndSkip 1", () => new Walk().WithMaxAndSkip(1), "Each action would be taken 1 times; give 2 or more.");
        yield return Case("TimeLimit 0", () => new Walk().WithTimeLimit(0), "The limit is 0 steps; give 1 or more");
        yield return Case("TimeLimit -5", () => new Walk().WithTimeLimit(-5), "The limit is -5 steps; give 1 or more");
        foreach (double probability in new[] { -0.1, 1.1, double.NaN, double.PositiveInfinity })
        {
            string text = string.Create(System.Globalization.CultureInfo.InvariantCulture, $"The probability is {probability}; give one from 0 to 1.");
            yield return Case($"RandomAction {probability}", () => new Walk().WithRandomAction(probability), text);
            yield return Case($"StickyAction {probability}", () => new Walk().WithStickyAction(probability), text);
            yield return Case($"VectorRandomAction {probability}", () => Vector().WithRandomAction(probability), text);
            yield return Case($"VectorStickyAction {probability}", () => Vector().WithStickyAction(probability), text);
        }

        yield return Case("RandomAction seed", () => new Walk().WithRandomAction(0.5, -1), "The seed is -1; give one of 0 or more, or none.");
        yield return Case("NoopReset 0", () => new Game().WithNoopReset(0), "0 idle steps at most; give 1 or more.");
        yield return Case("Statistics 0", () => new Walk().WithEpisodeStatistics(0), "The last 0 episodes were asked for; give 1 or more.");
        yield return Case("NormalizeObservation epsilon", () => new Walk().WithNormalizeObservation(0), "Epsilon is 0; give a number above 0, such as 1e-8.");
        yield return Case("NormalizeReward epsilon", () => new Walk().WithNormalizeReward(0.9, double.NaN), "Epsilon is NaN; give a number above 0, such as 1e-8.");
        yield return Case("NormalizeReward gamma", () => new Walk().WithNormalizeReward(1.01), "Gamma is 1.01; give a discount from 0 to 1.");
        yield return Case("VectorNormalizeReward gamma", () => Vector().WithNormalizeReward(double.NaN), "Gamma is NaN; give a discount from 0 to 1.");
        yield return Case("RunningMeanStd 0", () => new RunningMeanStd(0), "The size is 0; give 1 or more.");
    }

    private static IEnumerable<TestCaseData> Unfit()
    {
        yield return Case("ClipReward", () => new Walk().WithClipReward(1, -1), "Rewards cannot be clipped to 1 .. -1; give numbers with low at most high.");
        yield return Case("ClipReward NaN", () => Vector().WithClipReward(double.NaN), "Rewards cannot be clipped to NaN .. 1; give numbers with low at most high.");
        yield return Case("NoopReset meanings", () => new Walk().WithNoopReset(), "The environment does not say what its actions mean; make it implement IHasActionMeanings.");
        yield return Case("FireReset meanings", () => new Buttons("NOOP", "LEFT", "FIRE").WithFireReset(), "Action 1 has to be FIRE, but the actions are NOOP, LEFT, FIRE.");
        yield return Case("FireReset few", () => new Buttons("NOOP", "FIRE").WithFireReset(), "The environment has 2 actions; FireReset takes the third one after FIRE.");
        yield return Case("NoopReset first", () => new Buttons("FIRE").WithNoopReset(), "Action 0 has to be NOOP, but the actions are FIRE.");
        yield return Case("EpisodicLife", () => new Walk().WithEpisodicLife(), "The environment does not tell its lives; make it implement IHasLives.");
        yield return Case("VectorGrayscale", () => Vector().WithGrayscaleObservation(), "VectorGrayscaleObservation needs a Box<Byte>, but the space is Box(-5.0, 5.0, (2,), float32).");
        yield return Case("VectorClipAction", () => Vector().WithClipAction(), "VectorClipAction needs a Box<Single>, but the space is Discrete(3).");
        yield return Case("RescaleObservation shape", () => new RescaleObservation<int>(new Walk(), new Box<float>(0, 1, [3])), "The new space is Box(0.0, 1.0, (3,), float32), but the observations are Box(-5.0, 5.0, (2,), float32); give one of the same shape.");
    }

    [TestCaseSource(nameof(OutOfRange))]
    public void Numbers_OutOfRange_AreRefused(Action make, string message) =>
        Assert.That(make, Throws.TypeOf<ArgumentOutOfRangeException>().With.Message.Contains(message));

    [TestCaseSource(nameof(Unfit))]
    public void Environments_ThatDoNotFit_AreRefused(Action make, string message) =>
        Assert.That(make, Throws.TypeOf<ArgumentException>().With.Message.Contains(message));

    [Test]
    public void SavingAnEnvironmentThatCannot_SaysSo() =>
        Assert.That(() => new Scripted().WithTimeLimit(3).WithTransformAction((int action) => action, new Discrete(2)).SaveState(new BinaryWriter(new MemoryStream())), Throws.Nothing);

    [Test]
    public void SavingAroundOneThatCannot_NamesIt() =>
        Assert.That(
            () => new Counter().WithRandomAction(0.5).SaveState(new BinaryWriter(new MemoryStream())),
            Throws.TypeOf<NotSupportedException>().With.Message.EqualTo("Counter cannot save its state; make it implement IStateful."));

    private static TestCaseData Case(string name, Func<object> make, string message) => new TestCaseData((Action)(() => make()), message).SetArgDisplayNames(name);

    private static VectorAdaptor<float[], int> Vector() => new(() => new Walk(), 2);

    private sealed class Buttons(params string[] names) : Environment<int, int>(new Discrete(1), new Discrete(names.Length)), IHasActionMeanings
    {
        public IReadOnlyList<string> ActionMeanings => names;

        protected override int OnReset(EnvironmentOptions? options) => 0;

        protected override StepResult<int> OnStep(int action) => Result(0, 0);
    }
}
