using RlKit.Tests.Video;
using RlKit.Tracking;

namespace RlKit.Tests.Cli;

[Parallelizable(ParallelScope.All)]
internal sealed class ReportCommandTests
{
    [Test]
    public void ProjectsRunsAndFoldersAreReported()
    {
        using var folder = new TemporaryFolder();
        string runs = Path.Combine(folder.Path, "runs"), page = Path.Combine(folder.Path, "report.html");
        string first = Make(runs, "a"), second = Make(runs, "a"), third = Make(runs, null), fourth = Make(Path.Combine(folder.Path, "elsewhere"), null);

        Assert.That(Report("a"), Is.EquivalentTo(new[] { first, second }));
        Assert.That(Report(third), Is.EquivalentTo(new[] { third }));
        Assert.That(Report("a", second, third), Is.EquivalentTo(new[] { first, second, third }));
        Assert.That(Report(Path.Combine(folder.Path, "elsewhere")), Is.EquivalentTo(new[] { fourth }));
        Assert.That(Report(), Is.EquivalentTo(new[] { first, second, third }));

        IEnumerable<string> Report(params string[] names)
        {
            (int exitCode, string output, string errors) = Rlkit.Run(["report", .. names, "-o", page, "--runs-dir", runs, "--title", "Poles & <carts>"]);
            Assert.That(exitCode, Is.Zero, errors);
            Assert.That(output, Does.StartWith(page + ": "));
            string html = File.ReadAllText(page);
            Assert.That(html, Does.Contain("<title>Poles &amp; &lt;carts&gt;</title>"));
            return new[] { first, second, third, fourth }.Where(id => html.Contains($"\"id\":\"{id}\"", StringComparison.Ordinal));
        }
    }

    [TestCase("There is no run 'nosuch'", "nosuch")]
    [TestCase("has no runs")]
    [TestCase("--max-media-mb is -1", "--max-media-mb", "-1")]
    public void AWrongArgumentIsRefused(string told, params string[] arguments)
    {
        using var folder = new TemporaryFolder();
        string page = Path.Combine(folder.Path, "report.html");
        (int exitCode, _, string errors) = Rlkit.Run(["report", .. arguments, "-o", page, "--runs-dir", folder.Path]);
        Assert.That(exitCode, Is.EqualTo(2));
        Assert.That(errors, Does.Contain(told));
        Assert.That(File.Exists(page), Is.False);
    }

    private static string Make(string runs, string? project)
    {
        using RunDirectory run = new RunsFolder(runs).Create(new RunIdentity("ppo", "CartPole-v1", "test", 1, project), new Dictionary<string, object?>());
        return run.Info.Id;
    }
}
