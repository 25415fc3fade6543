using RlKit.Replay;

namespace RlKit.Tests.MinAtar;

public sealed class MinAtarReplayTests
{
    // Beside the observation: an action and a reward of four bytes each, a flag, and where the final observation lies.
    private const int BytesBesideAFrame = 16;
    private const int Slack = 16 << 20;

    /// <summary>The last million transitions of random play take a byte for each cell of each frame: one frame a transition, and one more where an episode ended.</summary>
    [Test]
    public void AMillionTransitionsTakeAByteACellAndEachFrameIsStoredOnce()
    {
        const int capacity = 1_000_000, copies = 50, cells = 10 * 10 * 4;
        using IVectorEnvironment environment = Environments.MakeVector("MinAtar/Breakout-v0", copies);
        environment.ActionSpace.Seed(1);
        int[] actions = new int[copies];
        environment.Reset(seed: 1);

        long before = GC.GetAllocatedBytesForCurrentThread(), ends = 0;
        var replay = new ReplayBuffer(ReplayOptions.For(environment, capacity));
        replay.Start(environment.ByteObservations);
        var random = new Pcg64(1);
        for (int step = 0; step < capacity / copies + 100; step++)
        {
            for (int i = 0; i < copies; i++) actions[i] = random.Integers(6);
            environment.Step(actions);
            replay.Add(actions, environment.Rewards, environment.Terminated, environment.Truncated, environment.ByteObservations, environment.FinalByteObservations);
            for (int i = 0; i < copies; i++) ends += environment.Terminated[i] ? 1 : 0;
        }

        long taken = GC.GetAllocatedBytesForCurrentThread() - before;
        TestContext.Out.WriteLine(FormattableString.Invariant($"{taken / 1e6:F1} MB, {(double)taken / capacity:F1} bytes a transition of {cells} cells; {ends} episodes ended"));
        Assert.That(replay.Count, Is.EqualTo(capacity));
        Assert.That(taken, Is.InRange((long)capacity * cells, (capacity + ends) * cells + (long)capacity * BytesBesideAFrame + Slack));
    }
}
