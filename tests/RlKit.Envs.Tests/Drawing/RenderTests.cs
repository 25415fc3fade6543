using System.Diagnostics;
using RlKit.ClassicControl;

namespace RlKit.Tests.Drawing;

internal sealed class RenderTests
{
    private static readonly (byte, byte, byte) White = (255, 255, 255), Black = (0, 0, 0), Pole = (0xCA, 0x98, 0x65);

    private static IEnumerable<TestCaseData> Sizes =>
    [
        new("CartPole-v0", 600, 400),
        new("CartPole-v1", 600, 400),
        new("MountainCar-v0", 600, 400),
        new("MountainCarContinuous-v0", 600, 400),
        new("Acrobot-v1", 500, 500),
        new("Pendulum-v1", 500, 500),
        new("FrozenLake-v1", 256, 256),
        new("FrozenLake8x8-v1", 512, 512),
        new("CliffWalking-v1", 720, 240),
        new("CliffWalkingSlippery-v1", 720, 240),
        new("Taxi-v4", 400, 400),
        new("Blackjack-v1", 600, 400),
        new("MinAtar/Asterix-v0", 400, 400),
        new("MinAtar/Breakout-v0", 400, 400),
        new("MinAtar/Freeway-v0", 400, 400),
        new("MinAtar/Seaquest-v0", 400, 400),
        new("MinAtar/SpaceInvaders-v0", 400, 400),
    ];

    [TestCaseSource(nameof(Sizes))]
    public void EveryStateIsDrawnAndAnotherStateLooksDifferent(string id, int width, int height)
    {
        using IVectorEnvironment environment = Environments.MakeVector(id, 1);
        environment.ActionSpace.Seed(5);
        environment.Reset(seed: 3);
        var pictures = new HashSet<string>();
        for (int step = 0; step < 40; step++)
        {
            Frame frame = environment.Render(0);
            Assert.That((frame.Width, frame.Height), Is.EqualTo((width, height)));
            Assert.That(frame.Pixels.AsSpan().ContainsAnyExcept(frame.Pixels[0]), Is.True, "more than an empty frame");
            Assert.That(environment.Render(0).Pixels.AsSpan().SequenceEqual(frame.Pixels), Is.True, "the same state");
            pictures.Add(Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(frame.Pixels)));
            Step(environment);
        }

        Assert.That(pictures, Has.Count.GreaterThan(8));
    }

    [TestCaseSource(nameof(Sizes))]
    public void ASingleEnvironmentDrawsAsAVectorOfItAndOnlyAfterAReset(string id, int width, int height)
    {
        using AnyEnvironment any = AnyEnvironment.Make(id);
        IEnvironment environment = any.Environment;
        Assert.That(environment.Render, Throws.InvalidOperationException.With.Message.Contains("reset"));
        using IVectorEnvironment vector = Environments.MakeVector(id, 3);
        vector.Reset(seed: 10);
        any.Reset(seed: 12);

        Assert.That(environment.Render().Pixels.AsSpan().SequenceEqual(vector.Render(2).Pixels), Is.True);
        Assert.That(environment.Render(), Is.Not.SameAs(environment.Render()), "a frame is the caller's to keep");
        Assert.That((environment.Render().Width, environment.Render().Height), Is.EqualTo((width, height)));
    }

    [Test]
    public void TheCartIsWhereItIsAndThePoleLeansAsItLeans()
    {
        var environment = new CartPole();
        for (int episode = 0; episode < 20; episode++)
        {
            float[] observation = environment.Reset(seed: episode).Observation;
            while (true)
            {
                Frame frame = environment.Render();
                double x = 300 + 125 * observation[0], angle = observation[2];
                Assert.That(frame[(int)x, 312], Is.EqualTo(Black), "cart");
                Assert.That(frame[(int)(x - 28), 310], Is.EqualTo(White), "left of the cart");
                Assert.That(frame[(int)(x + 28), 310], Is.EqualTo(White), "right of the cart");
                Assert.That(frame[(int)(x + 100 * Math.Sin(angle)), (int)(292.5 - 100 * Math.Cos(angle))], Is.EqualTo(Pole), "pole");
                Assert.That(frame[(int)(x + 130 * Math.Sin(angle)), (int)(292.5 - 130 * Math.Cos(angle))], Is.EqualTo(White), "above the pole");
                Assert.That(frame[20, 300], Is.EqualTo(Black), "track");
                StepResult<float[]> step = environment.Step(episode % 2);
                observation = step.Observation;
                if (step.Done) break;
            }
        }
    }

    [Test]
    public void APositiveTorqueTurnsThePendulumAndItsArrowTheSameWay()
    {
        var environment = new Pendulum();
        environment.Reset(seed: 1);
        Frame before = environment.Render();
        environment.Step([2]);
        Frame left = environment.Render();
        environment.Step([-2]);
        Frame right = environment.Render();

        // The head of the arrow: below the axle, on the left for a torque against the clock.
        Assert.That(Dark(before, 200, 250), Is.Zero);
        Assert.That(Dark(left, 200, 250), Is.GreaterThan(Dark(left, 250, 300)));
        Assert.That(Dark(right, 250, 300), Is.GreaterThan(Dark(right, 200, 250)));

        static int Dark(Frame frame, int fromX, int toX)
        {
            int count = 0;
            for (int y = 275; y < 310; y++)
                for (int x = fromX; x < toX; x++)
                    if (frame[x, y] == Black) count++;
            return count;
        }
    }

    [Test]
    public void AFrameOfCartPoleIsDrawnInLessThanAMillisecond()
    {
        var environment = new CartPole();
        environment.Reset(seed: 1);
        double best = double.PositiveInfinity;
        for (int attempt = 0; attempt < 20; attempt++)
        {
            var watch = Stopwatch.StartNew();
            for (int i = 0; i < 20; i++) environment.Render();
            best = Math.Min(best, watch.Elapsed.TotalMilliseconds / 20);
        }

        TestContext.Out.WriteLine($"{best:F3} ms a frame");
        Assert.That(best, Is.LessThan(1));
    }

    private static void Step(IVectorEnvironment environment)
    {
        object action = environment.ActionSpace.Sample();
        if (action is float[] numbers) environment.Step(numbers);
        else environment.Step([(int)action]);
    }
}
