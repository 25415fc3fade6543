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
        AssertNone(environment, 1);
    }

    [Test]
    public void Stack_OfPictures()
    {
        using var environment = new Game().WithNoopReset(3).WithMaxAndSkip(3).WithEpisodicLife().WithFireReset().WithGrayscaleObservation().WithResizeObservation(3, 2).WithFrameStack(4);
        AssertNone(environment, 1);
    }

    [Test]
    public void Stack_OfRealActions()
    {
        using var environment = new Drift().WithRandomAction(0.3).WithStickyAction(0.3).WithRescaleAction().WithClipAction().WithTimeLimit(50);
        AssertNone(environment, [0.5f, -0.5f]);
    }

    [Test]
    public void Stack_ThatChecks()
    {
        using var environment = new PassiveEnvChecker<float[], int>(new OrderEnforcing<float[], int>(new Walk())).WithTransformReward(reward => 2 * reward).WithAutoreset();
        AssertNone(environment, 1);
    }

    private static void AssertNone<TObservation, TAction>(IEnvironment<TObservation, TAction> environment, TAction action)
        where TObservation : notnull
        where TAction : notnull
    {
        environment.Reset(seed: 1);
        Allocation.AssertNone(() =>
        {
            for (int step = 0; step < 20; step++)
                if (environment.Step(action).Done) environment.Reset();
        }, repetitions: 200);
    }
}
