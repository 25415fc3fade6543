using RlKit.Tests.Environments;

namespace RlKit.Tests.Wrappers;

/// <summary>Around an environment that allocates nothing, a stack of wrappers allocates nothing either.</summary>
public class WrapperAllocationTests
{
    [Test]
    public void Stack_OfFloats()
    {
        using var environment = new Walk()
            .WithTimeLimit(30).WithRandomAction(0.3).WithStickyAction(0.3).WithClipReward(-2, 2).WithSignReward().WithNormalizeReward().WithEpisodeStatistics()
            .WithRescaleObservation(-1, 1).WithTimeAwareObservation().WithNormalizeObservation().WithFlattenObservation().WithFrameStack(4);
        Assert.That(Allocated(environment, 1), Is.Zero);
    }

    [Test]
    public void Stack_OfPictures()
    {
        using var environment = new Game().WithNoopReset(3).WithMaxAndSkip(3).WithEpisodicLife().WithFireReset().WithGrayscaleObservation().WithResizeObservation(3, 2).WithFrameStack(4);
        Assert.That(Allocated(environment, 1), Is.Zero);
    }

    [Test]
    public void Stack_OfRealActions()
    {
        using var environment = new Drift().WithRandomAction(0.3).WithStickyAction(0.3).WithRescaleAction().WithClipAction().WithTimeLimit(50);
        Assert.That(Allocated(environment, [0.5f, -0.5f]), Is.Zero);
    }

    [Test]
    public void Stack_ThatChecks()
    {
        using var environment = new PassiveEnvChecker<float[], int>(new OrderEnforcing<float[], int>(new Walk())).WithTransformReward(reward => 2 * reward).WithAutoreset();
        Assert.That(Allocated(environment, 1), Is.Zero);
    }

    private static long Allocated<TObservation, TAction>(IEnvironment<TObservation, TAction> environment, TAction action)
        where TObservation : notnull
        where TAction : notnull
    {
        environment.Reset(seed: 1);
        long before = 0;
        for (int step = 0; step < 6000; step++)
        {
            if (step == 2000) before = GC.GetAllocatedBytesForCurrentThread();
            if (environment.Step(action).Done) environment.Reset();
        }

        return GC.GetAllocatedBytesForCurrentThread() - before;
    }
}
