using System.Diagnostics;
using System.Text.Json;
using RlKit.Tests.Video;

namespace RlKit.Tests.Cli;

internal sealed class RandomCommandTests
{
    [Test]
    public void TheRandomPolicyOnCartPoleAverages22Point3InAMoment()
    {
        var watch = Stopwatch.StartNew();
        (int exitCode, string output, _) = Rlkit.Run("random", "--env-id", "CartPole-v1", "--episodes", "60000", "--seed", "7", "--json");
        double seconds = watch.Elapsed.TotalSeconds;

        Assert.That(exitCode, Is.Zero);
        using JsonDocument json = JsonDocument.Parse(output.TrimEnd().Split('\n')[^1]);
        JsonElement result = json.RootElement;
        Assert.That(result.EnumerateObject().Select(property => property.Name), Is.EqualTo(new[] { "env_id", "seed", "mean", "std", "min", "max", "episodes", "steps", "steps_per_second" }));
        Assert.That(result.GetProperty("mean").GetDouble(), Is.EqualTo(22.3).Within(0.3));
        Assert.That(result.GetProperty("std").GetDouble(), Is.EqualTo(11.85).Within(0.3));
        Assert.That(result.GetProperty("min").GetDouble(), Is.InRange(8, 9));
        Assert.That(result.GetProperty("max").GetDouble(), Is.InRange(80, 500));
        Assert.That(result.GetProperty("episodes").GetInt64(), Is.EqualTo(60000));
        Assert.That(result.GetProperty("steps").GetInt64(), Is.EqualTo(60000 * result.GetProperty("mean").GetDouble()).Within(0.5));
        Assert.That(result.GetProperty("seed").GetInt64(), Is.EqualTo(7));

        // Measured: 0.3 s on a quiet machine, and the goal is 1.5 s; the rest is for a machine that does other things too.
        TestContext.Out.WriteLine($"{seconds:F2} s");
        Assert.That(seconds, Is.LessThan(6));
    }

    [Test]
    public void ASeedGivesTheSameResultAgain()
    {
        string[] arguments = ["random", "--env-id", "MountainCarContinuous-v0", "--episodes", "5", "--seed", "3", "--ignore-action-rate", "0.35", "--json"];
        Assert.That(WithoutSpeed(Rlkit.Run(arguments).Output), Is.EqualTo(WithoutSpeed(Rlkit.Run(arguments).Output)));

        static string WithoutSpeed(string output) => output[..output.IndexOf("\"steps_per_second\"", StringComparison.Ordinal)];
    }

    [Test]
    public void TheResultIsPlainTextWhenNoJsonIsAskedFor()
    {
        (int exitCode, string output, string errors) = Rlkit.Run("random", "--env-id", "Taxi-v4", "--episodes", "3", "--seed", "1");

        Assert.That(exitCode, Is.Zero);
        Assert.That(output, Does.StartWith("Taxi-v4: 3 episodes of random actions, seed 1\n").And.Contain("mean -").And.Contain("per second").And.Not.Contain("\e"));
        Assert.That(errors, Is.Empty);
    }

    [Test]
    public void VideosOfTheUsualEpisodesAreWritten()
    {
        using var folder = new TemporaryFolder();
        (int exitCode, string output, string errors) = Rlkit.Run("random", "--env-id", "CartPole-v1", "--episodes", "3", "--seed", "5", "--capture-video", folder.Path);

        Assert.That(exitCode, Is.Zero, errors);
        Assert.That(folder.Names(), Is.EqualTo(new[] { "rl-video-episode-0.png", "rl-video-episode-1.png" }));
        Assert.That(output, Does.Contain(folder.File("rl-video-episode-1.png")));
        PngDecoder.Animation video = PngDecoder.Decode(File.ReadAllBytes(folder.File("rl-video-episode-0.png")));
        Assert.That((video.Width, video.Height), Is.EqualTo((600, 400)));
        Assert.That(video.Frames, Has.Count.GreaterThan(7));
        Assert.That(video.Seconds, Is.All.EqualTo(0.02).Within(1e-9));
    }

    [Test]
    public void AKilledProcessLeavesNoHalfVideoUnderTheFinalName()
    {
        using var folder = new TemporaryFolder();
        using Process process = Rlkit.Start("random", "--env-id", "MountainCar-v0", "--episodes", "1000000", "--seed", "5", "--capture-video", folder.Path);
        var watch = Stopwatch.StartNew();
        while (!File.Exists(folder.File("rl-video-episode-1.png.partial")) && !process.HasExited && watch.Elapsed < TimeSpan.FromSeconds(60)) Thread.Sleep(1);
        process.Kill(entireProcessTree: true);
        process.WaitForExit();

        string[] names = folder.Names(), whole = names.Where(name => name.EndsWith(".png", StringComparison.Ordinal)).ToArray();
        Assert.That(whole, Does.Contain("rl-video-episode-0.png"));
        Assert.That(names.Except(whole), Has.All.EndsWith(".png.partial"));
        foreach (string name in whole)
            Assert.That(PngDecoder.Decode(File.ReadAllBytes(folder.File(name))).Frames, Has.Count.EqualTo(200), "an episode of 200 steps, the last state of which a vector does not show");
    }

    [Test]
    [Platform(Exclude = "Win")]
    public void BeingAskedToEndFinishesTheVideo()
    {
        using var folder = new TemporaryFolder();
        using Process process = Rlkit.Start("random", "--env-id", "MountainCar-v0", "--episodes", "1000000", "--seed", "5", "--capture-video", folder.Path);
        var watch = Stopwatch.StartNew();
        while (!File.Exists(folder.File("rl-video-episode-1.png.partial")) && !process.HasExited && watch.Elapsed < TimeSpan.FromSeconds(60)) Thread.Sleep(1);
        using (Process interrupt = Process.Start("kill", ["-TERM", process.Id.ToString(System.Globalization.CultureInfo.InvariantCulture)])) interrupt.WaitForExit();
        string errors = process.StandardError.ReadToEnd();
        process.WaitForExit();

        Assert.That(process.ExitCode, Is.EqualTo(130));
        Assert.That(errors, Is.EqualTo("error: cancelled\n"));
        Assert.That(folder.Names(), Does.Contain("rl-video-episode-1.png").And.All.EndsWith(".png"));
        Assert.That(PngDecoder.Decode(File.ReadAllBytes(folder.File("rl-video-episode-1.png"))).Frames, Is.Not.Empty);
    }
}
