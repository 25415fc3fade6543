using RlKit.Replay;

namespace RlKit.Tests;

public class FrameStackReplayTests
{
    private sealed class Pictures() : Environment<byte[], int>(new Box<byte>(0, 255, [12, 12]), new Discrete(2))
    {
        private byte _shade;

        protected override byte[] OnReset(EnvironmentOptions? options) => Draw();

        protected override StepResult<byte[]> OnStep(int action) => Result(Draw(), reward: action, terminated: _shade % 7 == 0);

        private byte[] Draw()
        {
            byte[] picture = new byte[144];
            Array.Fill(picture, ++_shade);
            return picture;
        }
    }

    [Test]
    public void An_agent_on_stacked_frames_stores_each_frame_once_and_trains()
    {
        using var environment = new VectorAdaptor<StackedFrames<byte>, int>(() => new Pictures().WithFrameStack(4), 2);
        var memory = new ReplayMemory(environment, ReplayOptions.For(environment, 100), batchSize: 8, clipRewards: false, priorityAlpha: null, new Pcg64(1));
        Assert.That(memory.Buffer.Options.FrameStack, Is.EqualTo(4));

        using var agent = new Dqn(environment, new DqnOptions { LearningStarts = 20, BatchSize = 8, BufferSize = 100 });
        agent.Learn(100);
        Assert.That(agent.Step, Is.EqualTo(100));
    }
}
