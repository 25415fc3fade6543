using RlKit.Tracking;

namespace RlKit.Tests.Tracking;

internal sealed class RunsFolderTests
{
    private static readonly RunIdentity Identity = new("ppo", "CartPole-v1", "exp", 7, "project");
    private static readonly Dictionary<string, object?> NoConfiguration = [];

    [Test]
    public void ARunHasAFolderOfItsNamesAndIsFound()
    {
        using var folder = new TemporaryFolder();
        var runs = new RunsFolder(folder["runs"]);
        Assert.That(runs.Runs, Is.Empty);
        Assert.That(() => runs.Find("x"), Throws.ArgumentException.With.Message.Contains("has no runs at all"));
        using RunDirectory run = runs.Create(Identity, new Dictionary<string, object?> { ["a"] = 1L, ["b"] = long.MaxValue - 1, ["c"] = 1.0 });

        Assert.That(run.FolderPath, Does.StartWith(Path.Combine(runs.FolderPath, "project", "CartPole-v1__exp__7__")).And.EndsWith("-" + run.Info.Id));
        IReadOnlyDictionary<string, object?> configuration = run.ReadConfiguration();
        Assert.That(configuration["a"], Is.TypeOf<long>().And.EqualTo(1L));
        Assert.That(configuration["b"], Is.EqualTo(long.MaxValue - 1));
        Assert.That(configuration["c"], Is.TypeOf<double>().And.EqualTo(1.0));
        Assert.That(run.ReadSummary(), Is.Empty);
        foreach (string by in new[] { run.Info.Id, Path.GetFileName(run.FolderPath), run.FolderPath })
            Assert.That(runs.Find(by).FolderPath, Is.EqualTo(run.FolderPath), by);
        Assert.That(runs.FindAll(Identity).Single().Info.Id, Is.EqualTo(run.Info.Id));
        Assert.That(runs.FindAll(Identity with { Seed = 8 }), Is.Empty);
        Assert.That(runs.FindAll(Identity with { Project = "other" }), Is.Empty);
        Assert.That(runs.FindAll(Identity with { Project = null }).Single().Info.Id, Is.EqualTo(run.Info.Id), "those of all projects");
        Assert.That(() => runs.Find("x"), Throws.ArgumentException.With.Message.Contains(run.Info.Id));

        RunInfo read = RunDirectory.Open(run.FolderPath).Info;
        Assert.That(read.Identity, Is.EqualTo(Identity));
        RunSession session = read.Sessions.Single();
        Assert.That((session.ProcessId, session.Host, session.CommandLine), Is.EqualTo((System.Environment.ProcessId, System.Environment.MachineName, System.Environment.GetCommandLineArgs())));
        Assert.That(session.Started, Is.EqualTo(DateTimeOffset.UtcNow).Within(TimeSpan.FromMinutes(1)));
    }

    [Test]
    public void RunsAreNewestFirstAndWhatIsNoRunIsLeftOut()
    {
        using var folder = new TemporaryFolder();
        var runs = new RunsFolder(folder.Name);
        string[] ids = new string[3];
        for (int i = 0; i < 3; i++)
        {
            using RunDirectory run = runs.Create(Identity with { Project = i == 1 ? null : "p" }, NoConfiguration);
            ids[i] = run.Info.Id;
            Thread.Sleep(5);
        }

        Directory.CreateDirectory(folder["p/half-made"]);
        Directory.CreateDirectory(folder["p/damaged"]);
        File.WriteAllText(folder["p/damaged/run.json"], "{\"format\": 1, ");
        File.WriteAllText(folder["file"], "");
        Assert.That(runs.Runs.Select(run => run.Info.Id), Is.EqualTo(ids.Reverse()));
        Assert.That(() => RunDirectory.Open(folder["p/damaged"]), Throws.TypeOf<InvalidDataException>());
        Assert.That(() => RunDirectory.Open(folder["p/half-made"]), Throws.TypeOf<FileNotFoundException>());
        File.WriteAllText(folder["p/damaged/run.json"], "{\"format\": 9}");
        Assert.That(() => RunDirectory.Open(folder["p/damaged"]), Throws.TypeOf<InvalidDataException>().With.Message.Contains("format 9"));
    }

    [Test]
    public void ARunWhoseProcessIsGoneWasKilledAndCanBeResumed()
    {
        using var folder = new TemporaryFolder();
        var runs = new RunsFolder(folder.Name);
        RunDirectory run = runs.Create(Identity, NoConfiguration);
        Assert.That(run.State, Is.EqualTo(RunState.Running));
        Assert.That(runs.Find(run.Info.Id).State, Is.EqualTo(RunState.Running));

        // What the end of a process does to its files.
        run.Dispose();
        RunDirectory again = runs.Find(run.Info.Id);
        Assert.That(again.State, Is.EqualTo(RunState.Killed));
        again.Resume();
        Assert.That(again.State, Is.EqualTo(RunState.Running));
        Assert.That(again.Info.Sessions.Select(session => session.Outcome), Is.EqualTo(new[] { RunState.Killed, RunState.Running }));
        Assert.That(again.Info.Started, Is.EqualTo(run.Info.Started).Within(TimeSpan.FromMilliseconds(1)));
        Assert.That(() => runs.Find(run.Info.Id).Resume(), Throws.InvalidOperationException.With.Message.Contains("is being trained by process"));
        again.End(RunOutcome.Finished);
        Assert.That(runs.Find(run.Info.Id).State, Is.EqualTo(RunState.Finished));
        again.Dispose();
    }

    [Test]
    public void ARunThatIsLockedIsAsItWasUntilItIsResumed()
    {
        using var folder = new TemporaryFolder();
        var runs = new RunsFolder(folder.Name);
        using (RunDirectory made = runs.Create(Identity, NoConfiguration)) made.End(RunOutcome.Finished);
        RunDirectory run = runs.Runs.Single();
        byte[] before = File.ReadAllBytes(Path.Combine(run.FolderPath, "run.json"));
        run.Lock();
        Assert.That(run.IsOwned);
        Assert.That(() => runs.Find(run.Info.Id).Resume(), Throws.InvalidOperationException.With.Message.Contains("is being trained by process"));
        Assert.That(() => run.End(RunOutcome.Failed), Throws.InvalidOperationException, "there is no session to end");
        Assert.That(() => run.CaptureSource(), Throws.InvalidOperationException);
        run.Dispose();
        Assert.That(File.ReadAllBytes(Path.Combine(run.FolderPath, "run.json")), Is.EqualTo(before));

        run.Lock();
        run.Resume();
        Assert.That(run.Info.Sessions.Select(session => session.Outcome), Is.EqualTo(new[] { RunState.Finished, RunState.Running }));
        run.Dispose();
    }

    [TestCase("..")]
    [TestCase(".")]
    [TestCase("...")]
    [TestCase("../elsewhere")]
    [TestCase("a/b")]
    [TestCase("a\\b")]
    [TestCase("/etc")]
    [TestCase("C:\\x")]
    [TestCase("a\0b")]
    [TestCase("")]
    [TestCase("  ")]
    [TestCase("NUL")]
    [TestCase("com1.txt")]
    public void ANameThatLeadsElsewhereIsRefused(string name)
    {
        using var folder = new TemporaryFolder();
        var runs = new RunsFolder(folder["runs"]);
        Assert.That(() => runs.Create(Identity with { Project = name }, NoConfiguration), Throws.ArgumentException.With.Message.Contains("project"));
        Assert.That(() => runs.Create(Identity with { Experiment = name }, NoConfiguration), Throws.ArgumentException.With.Message.Contains("experiment"));
        Assert.That(Directory.EnumerateFileSystemEntries(folder.Name), Is.Empty);
    }

    [Test]
    public void AnyOtherNameStaysInTheFolderAndIsKeptWhole(
        [Values("проект 1", "研究", "été", "a:b*c?\"<>|", ".hidden.", "x  y", "🚀", "__", "e\u0301")] string name)
    {
        using var folder = new TemporaryFolder();
        var runs = new RunsFolder(folder.Name);
        using RunDirectory run = runs.Create(new RunIdentity("dqn", "my/Env-v0", name, 1, name), NoConfiguration);
        Assert.That(Path.GetDirectoryName(Path.GetDirectoryName(run.FolderPath)), Is.EqualTo(folder.Name));
        Assert.That(Path.GetFileName(run.FolderPath), Does.StartWith("my-Env-v0__"));
        Assert.That(Path.GetFileName(run.FolderPath).Intersect("<>:\"/\\|?*"), Is.Empty);
        Assert.That(runs.Runs.Single().Info.Identity, Is.EqualTo(run.Info.Identity));
        Assert.That(run.Info.Identity.Experiment, Is.EqualTo(name));
    }

    [Test]
    public void LongNamesAreShortenedAndStayApart([Values("x", "ж", "🚀")] string letter)
    {
        using var folder = new TemporaryFolder();
        var runs = new RunsFolder(folder.Name);
        string name = string.Concat(Enumerable.Repeat(letter, 255 / letter.Length));
        using RunDirectory one = runs.Create(new RunIdentity("dqn", name, name, 1, name), NoConfiguration), two = runs.Create(new RunIdentity("dqn", name, name + "2", 1, name + "2"), NoConfiguration);
        Assert.That(System.Text.Encoding.UTF8.GetByteCount(Path.GetFileName(one.FolderPath)), Is.LessThan(256));
        Assert.That(Path.GetDirectoryName(one.FolderPath), Is.Not.EqualTo(Path.GetDirectoryName(two.FolderPath)));
        Assert.That(runs.Runs.Select(run => run.Info.Identity.Experiment), Is.EquivalentTo(new[] { name, name + "2" }));
    }
}
