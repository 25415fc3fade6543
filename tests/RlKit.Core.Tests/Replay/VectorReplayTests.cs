using RlKit.Replay;

namespace RlKit.Tests.Replay;

/// <summary>Buffers that are filled from a vector environment.</summary>
[TestFixture]
internal sealed class VectorReplayTests
{
    [Test]
    public void Stacks_of_a_vector_environment_are_given_back_as_they_were_seen()
    {
        using var environments = new VectorAdaptor<StackedFrames<byte>, int>([new FrameStack<byte, int>(new Clock(5), 4), new FrameStack<byte, int>(new Clock(7), 4)]);
        ReplayOptions options = ReplayOptions.For(environments, 40);
        Assert.That(options, Is.EqualTo(new ReplayOptions { Capacity = 40, ObservationSize = 12, ObservationType = ObservationType.UInt8, Copies = 2, FrameStack = 4 }));
        var buffer = new ReplayBuffer(options);
        environments.Reset(1);
        buffer.Start(environments);
        List<(byte[] Before, byte[] After, float Discount)> seen = [];
        for (int step = 0; step < 33; step++)
        {
            byte[][] before = [environments.ByteObservations[..12].ToArray(), environments.ByteObservations[12..].ToArray()];
            environments.Step([step, step]);
            buffer.Add(environments, [step, step]);
            for (int copy = 0; copy < 2; copy++)
            {
                bool ended = environments.Terminated[copy] || environments.Truncated[copy];
                ReadOnlySpan<byte> after = (ended ? environments.FinalByteObservations : environments.ByteObservations).Slice(12 * copy, 12);
                seen.Add((before[copy], after.ToArray(), environments.Terminated[copy] ? 0 : 0.99f));
            }
        }

        var batch = new ReplayBatch(buffer, 40);
        buffer.Gather([.. Enumerable.Range(0, 40)], batch);
        for (int i = 0; i < 40; i++)
        {
            (byte[] expectedBefore, byte[] expectedAfter, float discount) = seen[i < 26 ? i + 40 : i];
            Assert.That(batch.ByteObservations[(12 * i)..(12 * i + 12)], Is.EqualTo(expectedBefore));
            Assert.That(batch.NextByteObservations[(12 * i)..(12 * i + 12)], Is.EqualTo(expectedAfter));
            Assert.That(batch.Discounts[i], Is.EqualTo(discount));
            Assert.That(batch.Actions[i], Is.EqualTo(batch.ByteObservations[12 * i + 9]));
        }

        Assert.That(RolloutOptions.For(environments, 8), Is.EqualTo(new RolloutOptions { Steps = 8, ObservationSize = 12, ObservationType = ObservationType.UInt8, Copies = 2 }));
    }

    [Test]
    public void A_vector_environment_of_another_mode_is_refused()
    {
        using var environments = new VectorAdaptor<byte[], int>([new Clock(5)], AutoresetMode.NextStep);
        var buffer = new ReplayBuffer(ReplayOptions.For(environments, 10));
        environments.Reset(1);
        Assert.That(() => buffer.Start(environments), Throws.ArgumentException.With.Message.Contains("NextStep").And.Message.Contains("SameStep"));
    }

    /// <summary>Shows the steps since it was made, those of the episode, and its length; even episodes terminate and odd ones are truncated.</summary>
    private sealed class Clock(int length) : Environment<byte[], int>(new Box<byte>(0, 255, [3]), new Discrete(1000))
    {
        private byte _steps;
        private byte _ofEpisode;
        private int _episode;

        protected override byte[] OnReset(EnvironmentOptions? options)
        {
            _ofEpisode = 0;
            _episode++;
            return [_steps, _ofEpisode, (byte)length];
        }

        protected override StepResult<byte[]> OnStep(int action)
        {
            _steps++;
            _ofEpisode++;
            bool ends = _ofEpisode == length;
            return Result([_steps, _ofEpisode, (byte)length], 1, terminated: ends && _episode % 2 == 0, truncated: ends && _episode % 2 == 1);
        }
    }
}
