using RlKit.Tests.Environments;

namespace RlKit.Tests.Checking;

/// <summary>One environment for every finding, each sound but for that.</summary>
public class EnvironmentCheckerTests
{
    private static IEnumerable<TestCaseData> Errors()
    {
        yield return Case("space-missing", () => new Pliable { ActionSpace = null! }, "ObservationSpace or ActionSpace is null.");
        yield return Case("reset-throws", () => new Pliable { OnReset = (_, _) => throw new FormatException("Bad map.") }, "Reset(seed: 123) threw FormatException: Bad map.");
        yield return Case("step-throws", () => new Pliable { OnStep = (self, result) => self.Steps == 4 ? throw new FormatException("Past the end.") : result }, "threw FormatException: Past the end.");
        yield return Case("observation-null", () => new Pliable { Observe = self => self.Steps == 3 ? null! : [0, self.Position] }, "The observation of Step is null.");
        yield return Case("observation-shape", () => new Pliable { Observe = self => [self.Position] }, "The observation of Reset(seed: 123) has 1 elements; Box(-10.0, 10.0, (2,), float32) has 2.");
        yield return Case("observation-nan", () => new Pliable { Observe = self => [self.Position, self.Steps == 2 ? float.NaN : 0] }, "Element 1 of the observation of step is NaN.");
        yield return Case("observation-bounds", () => new Pliable { ObservationSpace = new Box<float>(-10, 0.25f, [2]) }, "element 1 is 0.5, not within -10 and 0.25");
        yield return Case("observation-bounds", () => new Liar(), "The observation of Step, 4, is not in Discrete(4).");
        yield return Case("observation-parts", () => new Parts(new() { ["room"] = 0, ["extra"] = 1 }), "The observation of Reset(seed: 123) has the parts extra, room; the space has room, position.");
        yield return Case("observation-type", () => new Parts(new() { ["room"] = 0, ["position"] = new double[2] }), "part 'position', is a Double[]; a value of Box(-1.0, 1.0, (2,), float32) is a Single[].");
        yield return Case("observation-type", () => new Parts(new() { ["room"] = 0L, ["position"] = new float[2] }), "part 'room', is a Int64; a value of Discrete(3) is a Int32.");
        yield return Case("info-null", () => new Pliable { OnStep = (_, result) => result with { Info = null! } }, "The info that came with the observation of Step is null.");
        yield return Case("reward-not-finite", () => new Pliable { OnStep = (self, result) => result with { Reward = self.Steps == 2 ? double.PositiveInfinity : 0 } }, "The reward of step 1 is Infinity.");
        yield return Case("not-deterministic", () => new Pliable { OnReset = (self, _) => self.Position = self.Generator.Integers(-3, 4) }, "Two runs with seed 123 and the same actions differ: at ");
        yield return Case("not-deterministic", () => Forgetful(), "the rewards are");
        yield return Case("seed-repeats", () => new Pliable { OnReset = (self, seed) => Restart(self, seed ?? 123) }, "8 resets without a seed gave the same first observation as the one with a seed");
        yield return Case("buffer-reused", () => Reusing(), "An observation that was returned has changed with the next call.");
        yield return Case("flags-both", () => new Pliable { OnStep = (_, result) => result with { Truncated = result.Terminated } }, "episodes ended with terminated and truncated both true.");
        yield return Case("limit-ignored", () => new Pliable { MaxEpisodeSteps = 4 }, "Step 4 of an episode did not end it, but MaxEpisodeSteps is 4.");
        yield return Case("state-not-restored", () => new Pliable { OnLoad = (self, reader) => self.Position = reader.ReadInt32() }, "After LoadState the environment does not go on as it did after SaveState");
        yield return Case("state-not-restored", () => new Pliable { OnLoad = (_, reader) => reader.BaseStream.Position = reader.ReadByte() - 1000 }, "Saving, loading and going on threw");
        yield return Case("render-throws", () => new Pliable { OnRender = _ => throw new FormatException("No canvas.") }, "Render threw FormatException: No canvas.");
        yield return Case("frame-reused", () => Framed(), "Render returned null, or the same frame twice.");
        yield return Case("render-changes-state", () => new Pliable { OnRender = self => new Frame(1 + self.Generator.Integers(2), 1) }, "A run that is drawn differs from one that is not");
    }

    private static IEnumerable<TestCaseData> Warnings()
    {
        yield return Case("action-bounds", () => new Drift().WithClipAction(), "has an element without bounds.");
        yield return Case("action-scale", () => new Drift(), "is not symmetric about 0.");
        yield return Case("space-degenerate", () => new Pliable { ObservationSpace = new Box<float>([-10, 0.5f], [10, 0.5f]) }, "Element 1 of the observation space can only be 0.5.");
        yield return Case("picture-type", () => new Pliable { ObservationSpace = new Box<float>(0, 255, [1, 2, 1]), Observe = self => [Math.Abs(self.Position), 1] }, "look like pictures in float32.");
        yield return Case("picture-scale", () => new Dim(), "No byte of the observations was above 1, though the space goes to 255.");
        yield return Case("observation-constant", () => new Pliable { Observe = _ => [1, 2] }, "The observation was the same over");
        yield return Case("limit-as-termination", () => new Pliable { OnStep = (self, result) => result with { Terminated = self.Steps == 7 } }, "episodes terminated at step 7, whatever the actions were.");
        yield return Case("termination-as-truncation", () => new Pliable { OnStep = (_, result) => result with { Terminated = false, Truncated = result.Terminated } }, "episodes were truncated, at different steps and before any limit.");
        yield return Case("step-before-reset", () => new Pliable { ChecksOrder = false }, "Step before the first Reset was accepted.");
        yield return Case("step-after-end", () => new Pliable { ChecksOrder = false }, "Step after the end of an episode was accepted.");
        yield return Case("illegal-action", () => new Pliable { ChecksActions = false }, "The action 3, which is not in Discrete(3), was accepted.");
        yield return Case("info-not-deterministic", () => Counting(), "The infos of two runs with seed 123 differ");
    }

    [TestCaseSource(nameof(Errors))]
    public void EveryError_IsFound(string code, Func<IEnvironment> make, string? problem)
    {
        EnvironmentReport report = EnvironmentChecker.Check(make());
        EnvironmentFinding? finding = report.Errors.FirstOrDefault(found => found.Code == code);
        Assert.That(finding, Is.Not.Null, report.ToString());
        Assert.That(finding!.Problem, Does.Contain(problem));
        Assert.That(finding.Remedy, Is.Not.Empty);
        Assert.That(report.IsValid, Is.False);
        Assert.That(report.Errors.Select(found => found.Code).Distinct().Count(), Is.EqualTo(report.Errors.Count()));
        Assert.That(report.ThrowIfInvalid, Throws.InvalidOperationException.With.Message.EqualTo(report.ToString()).And.Message.Contains($"error {code}: "));
    }

    [TestCaseSource(nameof(Warnings))]
    public void EveryWarning_IsFound_AndCanBeSilenced(string code, Func<IEnvironment> make, string? problem)
    {
        EnvironmentReport report = EnvironmentChecker.Check(make());
        EnvironmentFinding? finding = report.Warnings.FirstOrDefault(found => found.Code == code);
        Assert.That(finding, Is.Not.Null, report.ToString());
        if (problem is not null) Assert.That(finding!.Problem, Does.Contain(problem));
        Assert.That(finding!.Remedy, Is.Not.Empty);
        Assert.That(report.IsValid, report.ToString());
        Assert.That(report.ThrowIfInvalid, Throws.Nothing);

        EnvironmentReport silenced = EnvironmentChecker.Check(make(), new EnvironmentCheckOptions { Silenced = [code] });
        Assert.That(silenced.Warnings.Select(found => found.Code), Does.Not.Contain(code));
    }

    [Test]
    public void EveryCode_HasATest()
    {
        string[] codes = [.. Errors().Concat(Warnings()).Select(test => (string)test.Arguments[0]!).Distinct()];
        string documentation = File.ReadAllText(Path.Combine(Root(), "src", "RlKit.Core", "Checking", "EnvironmentChecker.cs"));
        string[] documented = [.. System.Text.RegularExpressions.Regex.Matches(documentation[..documentation.IndexOf("public static class", StringComparison.Ordinal)], "<c>([a-z-]+)</c>").Select(match => match.Groups[1].Value)];
        Assert.That(codes, Is.EquivalentTo(documented));
    }

    [Test]
    public void SoundEnvironments_HaveNoFindings()
    {
        IEnvironment[] sound =
        [
            new Pliable(), new Walk(), new Walk(reuse: false), new Walk().WithTimeLimit(7), new Game(), new Game(reuse: false).WithFrameStack(3), new Counter(), new Rooms(), new Drift().WithRescaleAction(),
            new Walk().WithRandomAction(0.3).WithStickyAction(0.2).WithEpisodeStatistics().WithTimeLimit(20).WithTimeAwareObservation(), new Game().WithNoopReset().WithEpisodicLife(), new Walk().WithAutoreset(),
        ];
        foreach (IEnvironment environment in sound)
        {
            EnvironmentReport report = EnvironmentChecker.Check(environment);
            Assert.That(report.Findings, Is.Empty, report.ToString());
            Assert.That(report.ToString(), Does.EndWith(": nothing found."));
        }
    }

    [Test]
    public void Nondeterministic_EnvironmentsMayBe()
    {
        var environment = new Pliable { OnReset = (self, _) => self.Position = self.Generator.Integers(-3, 4), Spec = new EnvironmentSpec("Dice-v0") { Nondeterministic = true } };
        EnvironmentReport report = EnvironmentChecker.Check(environment);
        Assert.That(report.Findings, Is.Empty, report.ToString());
        Assert.That(report.Name, Is.EqualTo("Dice-v0"));
    }

    [Test]
    public void Options_AreChecked()
    {
        Assert.That(
            () => EnvironmentChecker.Check(new Walk(), new EnvironmentCheckOptions { Silenced = ["buffer-reused"] }),
            Throws.ArgumentException.With.Message.StartsWith("'buffer-reused' is the code of no warning, and errors cannot be silenced; the warnings are action-bounds,"));
        Assert.That(() => EnvironmentChecker.Check(new Walk(), new EnvironmentCheckOptions { Steps = 0 }), Throws.TypeOf<ArgumentOutOfRangeException>().With.Message.Contains("Runs of 0 steps were asked for; give 1 or more."));
        Assert.That(() => EnvironmentChecker.Check(new Walk(), new EnvironmentCheckOptions { Seed = -2 }), Throws.TypeOf<ArgumentOutOfRangeException>().With.Message.Contains("The seed is -2; give one of 0 or more."));
    }

    private static TestCaseData Case(string code, Func<IEnvironment> make, string? problem) => new TestCaseData(code, make, problem).SetArgDisplayNames(code, problem ?? "");

    private static void Restart(Pliable self, long seed)
    {
        self.Generator.Reseed(seed);
        self.Position = self.Generator.Integers(-3, 4);
    }

    private static Pliable Forgetful()
    {
        int total = 0;
        return new Pliable { OnStep = (_, result) => result with { Reward = total++ } };
    }

    private static Pliable Counting()
    {
        int total = 0;
        return new Pliable
        {
            OnStep = (_, result) =>
            {
                var info = new Info();
                info.Set("total", total++);
                return result with { Info = info };
            },
        };
    }

    private static Pliable Reusing()
    {
        float[] buffer = new float[2];
        return new Pliable
        {
            Observe = self =>
            {
                buffer[0] = self.Position;
                return buffer;
            },
        };
    }

    private static Pliable Framed()
    {
        var frame = new Frame(2, 2);
        return new Pliable { OnRender = _ => frame };
    }

    private static string Root()
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
            if (File.Exists(Path.Combine(folder.FullName, "RlKit.sln"))) return folder.FullName;
        throw new DirectoryNotFoundException("The solution is not above the tests.");
    }

    private sealed class Liar() : Environment<int, int>(new Discrete(4), new Discrete(2))
    {
        private int _count;

        protected override int OnReset(EnvironmentOptions? options) => _count = 0;

        protected override StepResult<int> OnStep(int action) => Result(++_count, 0, terminated: _count == 6);
    }

    private sealed class Parts(Dictionary<string, object> observation) : Environment<Dictionary<string, object>, int>(
        new DictSpace(("room", new Discrete(3)), ("position", new Box<float>(-1, 1, [2]))), new Discrete(3))
    {
        protected override Dictionary<string, object> OnReset(EnvironmentOptions? options) => observation;

        protected override StepResult<Dictionary<string, object>> OnStep(int action) => Result(observation, 0);
    }

    private sealed class Dim() : Environment<byte[], int>(new Box<byte>(0, 255, [2, 2]), new Discrete(2))
    {
        protected override byte[] OnReset(EnvironmentOptions? options) => [0, 1, 0, 1];

        protected override StepResult<byte[]> OnStep(int action) => Result([(byte)action, 0, 1, 1], 0, terminated: Random.Integers(9) == 0);
    }
}
