namespace RlKit.Tests.Checking;

/// <summary>The built-in environments under the checker, and under wrappers as single environments and as vectors.</summary>
public class BuiltInTests
{
    private static IEnumerable<string> Ids() => RlKit.Environments.Registry.Specs.Select(spec => spec.Id);

    [TestCaseSource(nameof(Ids))]
    public void EveryBuiltIn_IsClean(string id)
    {
        using IEnvironment environment = RlKit.Environments.Make(id);
        EnvironmentReport report = EnvironmentChecker.Check(environment);
        Assert.That(report.Findings, Is.Empty, report.ToString());
        Assert.That(report.Name, Is.EqualTo(id));
    }

    [Test]
    public void WrappedThenVectorised_EqualsVectorisedThenWrapped([Values] AutoresetMode mode)
    {
        using var first = new VectorAdaptor<StackedFrames<float>, int>(
            () => RlKit.Environments.Make<float[], int>("CartPole-v1").WithRandomAction(0.3).WithStickyAction(0.2).WithClipReward(0, 0.5).WithFrameStack(3), 5, mode);
        using VectorFrameStack second = RlKit.Environments.MakeVector("CartPole-v1", 5, new VectorOptions { AutoresetMode = mode, Threads = 2 })
            .WithRandomAction(0.3).WithStickyAction(0.2).WithClipReward(0, 0.5).WithFrameStack(3);
        first.Reset(seed: 7);
        second.Reset(seed: 7);
        var random = new Pcg64(1);
        int[] actions = new int[5];
        bool[] ended = new bool[5];
        for (int step = 0; step < 400; step++)
        {
            Assert.That(second.Observations.ToArray(), Is.EqualTo(first.Observations.ToArray()), $"step {step}");
            Assert.That(second.FinalObservations.ToArray(), Is.EqualTo(first.FinalObservations.ToArray()), $"step {step}");
            Assert.That(second.Rewards.ToArray(), Is.EqualTo(first.Rewards.ToArray()));
            Assert.That(second.Terminated.ToArray(), Is.EqualTo(first.Terminated.ToArray()));
            for (int i = 0; i < 5; i++) ended[i] = first.Terminated[i] || first.Truncated[i];
            if (mode == AutoresetMode.Disabled && ended.Contains(true))
            {
                first.ResetWhere(ended);
                second.ResetWhere(ended);
            }

            random.Integers(actions, 0, 2);
            first.Step(actions);
            second.Step(actions);
        }
    }

    [TestCase("CartPole-v1")]
    [TestCase("FrozenLake-v1")]
    public void Stacks_OnNativeVectors_AllocateNothing(string id)
    {
        using IVectorEnvironment vector = RlKit.Environments.MakeVector(id, 16).WithRandomAction(0.2).WithEpisodeStatistics().WithNormalizeReward().WithNormalizeObservation().WithFrameStack(4);
        vector.Reset(seed: 0);
        int[] actions = new int[16];
        Allocation.AssertNone(() => vector.Step(actions));
    }
}
