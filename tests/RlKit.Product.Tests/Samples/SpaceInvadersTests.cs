using System.Globalization;

namespace RlKit.Tests.Samples;

/// <summary>The experiment on Space Invaders, with a budget of seconds.</summary>
internal sealed class SpaceInvadersTests
{
    [Test]
    public void It_logs_every_episode_draws_its_charts_and_keeps_the_policy_at_the_peak()
    {
        string program = Repository.PathOf($"samples/SpaceInvaders/bin/{Repository.Configuration}/net10.0/SpaceInvaders.dll");
        string folder = Directory.CreateTempSubdirectory("rlkit-space-invaders-").FullName;
        try
        {
            Command command = Command.DotNetSucceeds(folder, program, "out", "3000");

            double[][] log = [.. File.ReadLines(Path.Combine(folder, "out", "log.csv")).Skip(1).Select(line => line.Split(',').Select(value => double.Parse(value, CultureInfo.InvariantCulture)).ToArray())];
            Assert.That(log, Has.Length.GreaterThan(20).And.All.Length.EqualTo(7));
            Assert.That(log.Select(line => line[0]), Is.Ordered.And.All.InRange(1, 3000), "steps");
            double[] last = [.. log.TakeLast(100).Select(line => line[1])];
            Assert.That(log[^1][2], Is.EqualTo(last.Average()).Within(1e-3), "running reward");
            Assert.That(log[^1][3], Is.EqualTo(last.Max()), "maximum");
            Assert.That(log[^1][4], Is.EqualTo(0.1).Within(1e-3), "epsilon");
            Assert.That(log[^1][5], Is.GreaterThan(0), "loss");
            double peak = log.Skip(19).Max(line => line[2]);
            Assert.That(command.Output, Does.Contain(string.Create(CultureInfo.InvariantCulture, $"at its peak {peak:F2}")));

            Assert.That(File.ReadAllBytes(Path.Combine(folder, "out", "curves.png"))[..4], Is.EqualTo(new byte[] { 0x89, (byte)'P', (byte)'N', (byte)'G' }));
            Policy policy = Policy.Load(Path.Combine(folder, "out", "best.safetensors"));
            using IVectorEnvironment environment = Environments.MakeVector("MinAtar/SpaceInvaders-v0", 5);
            Assert.That(Evaluator.Evaluate(policy, environment, episodes: 5).Mean, Is.GreaterThanOrEqualTo(0));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
