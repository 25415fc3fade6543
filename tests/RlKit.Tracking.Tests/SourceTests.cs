using System.Diagnostics;
using RlKit.Tracking;

namespace RlKit.Tests.Tracking;

internal sealed class SourceTests
{
    [Test]
    public void WithoutGitTheSourcesAreCopiedAndNothingElse()
    {
        using var folder = new TemporaryFolder();
        string project = Project(folder);
        string[] others =
        [
            ".env", "appsettings.json", "nuget.config", "key.pem", "data.csv", "bin/Debug/Generated.cs", "obj/x.cs", ".git-like/hook.sh", ".hidden.cs", "MySecrets.cs", "runs/a/source/x.cs", "id_rsa", "node_modules/a.py", "secrets/Keys.cs",
            "Deep/credentials/aws.py",
        ];
        foreach (string name in others) Write(project, name, "private");
        File.CreateSymbolicLink(Path.Combine(project, "link.cs"), folder["outside.cs"]);
        File.WriteAllText(folder["outside.cs"], "private");
        using RunDirectory run = NewRun(folder);
        run.CaptureSource(project);

        string copy = Path.Combine(run.SourcePath, "1", "files");
        Assert.That(Directory.EnumerateFiles(copy, "*", SearchOption.AllDirectories).Select(path => Path.GetRelativePath(copy, path).Replace('\\', '/')), Is.EquivalentTo(new[] { "Project.csproj", "Program.cs", "Deep/größe.cs" }));
        Assert.That(File.ReadAllText(Path.Combine(copy, "Program.cs")), Is.EqualTo("first"));
        Assert.That((run.Info.Sessions[^1].Commit, run.Info.Sessions[^1].IsDirty), Is.EqualTo(((string?)null, (bool?)null)));
        Assert.That(Directory.GetFileSystemEntries(Path.Combine(run.SourcePath, "1")), Has.Length.EqualTo(1));
    }

    [Test]
    public void ACommitIsNamedAndWhatDiffersFromItIsKept()
    {
        using var folder = new TemporaryFolder();
        string root = folder["repository"], project = Path.Combine(root, "app");
        Write(root, "app/Project.csproj", "<Project/>");
        Write(root, "app/Program.cs", "first\n");
        Write(root, "library/Shared.cs", "shared\n");
        Write(root, "app/config.json", "{}\n");
        Write(root, "app/Secrets.cs", "none\n");
        Write(root, "app/.private/env.sh", "none\n");
        Write(root, ".gitignore", "bin/\n");
        GitDo(root, "init", "-q");
        GitDo(root, "add", "-A");
        GitDo(root, "-c", "user.name=a", "-c", "user.email=a@b", "-c", "commit.gpgsign=false", "commit", "-q", "-m", "first");
        using RunDirectory run = NewRun(folder);
        run.CaptureSource(project);
        RunSession clean = run.Info.Sessions[^1];
        Assert.That(clean.Commit, Has.Length.EqualTo(40));
        Assert.That(clean.IsDirty, Is.False);
        Assert.That(Directory.Exists(run.SourcePath), Is.False, "the commit says it all");

        Write(root, "app/Program.cs", "second\n");
        Write(root, "library/Shared.cs", "changed elsewhere\n");
        Write(root, "app/config.json", "{\"password\": \"hunter2\"}\n");
        foreach (string name in new[] { "Secrets.cs", ".private/env.sh", ".private/new.sh", "secrets/Keys.cs", "Deep/credentials/aws.py" }) Write(root, "app/" + name, "hunter2\n");
        Write(root, "app/New file é.cs", "new\n");
        Write(root, "app/.env", "hunter2\n");
        Write(root, "app/bin/Built.cs", "built\n");
        run.CaptureSource(project);
        RunSession dirty = RunDirectory.Open(run.FolderPath).Info.Sessions[^1];
        Assert.That((dirty.Commit, dirty.IsDirty), Is.EqualTo((clean.Commit, (bool?)true)));
        string changes = File.ReadAllText(Path.Combine(run.SourcePath, "1", "changes.diff"));
        Assert.That(changes, Does.Contain("-first\n+second").And.Contain("+changed elsewhere").And.Not.Contain("hunter2"));
        string[] copied = Directory.GetFiles(Path.Combine(run.SourcePath, "1", "files"), "*", SearchOption.AllDirectories);
        Assert.That(copied.Select(Path.GetFileName), Is.EqualTo(new[] { "New file é.cs" }));
    }

    [Test]
    public void AProjectThatItsRepositoryIgnoresIsCopied()
    {
        using var folder = new TemporaryFolder();
        string project = Project(folder);
        Write(folder.Name, "note.txt", "a home under control");
        Write(folder.Name, ".gitignore", "*\n!note.txt\n");
        GitDo(folder.Name, "init", "-q");
        GitDo(folder.Name, "add", "note.txt");
        GitDo(folder.Name, "-c", "user.name=a", "-c", "user.email=a@b", "-c", "commit.gpgsign=false", "commit", "-q", "-m", "home");
        using RunDirectory run = NewRun(folder);
        run.CaptureSource(project);
        Assert.That(run.Info.Sessions[^1].Commit, Is.Null);
        Assert.That(File.Exists(Path.Combine(run.SourcePath, "1", "files", "Program.cs")));
    }

    [Test]
    public void WhatIsTooLargeOrCannotBeReadIsListed()
    {
        using var folder = new TemporaryFolder();
        string project = Project(folder);
        Write(project, "Large.cs", new string('x', SourceState.MostBytesInFile + 1));
        for (int i = 0; i < 20; i++) Write(project, $"Half{i:00}.cs", new string('x', SourceState.MostBytesInFile));
        using RunDirectory run = NewRun(folder);
        run.CaptureSource(project);
        string leftOut = File.ReadAllText(Path.Combine(run.SourcePath, "1", "left-out.txt"));
        Assert.That(leftOut, Does.Contain("Large.cs: more than 256 KiB").And.Contain("Half19.cs: beyond 4,096 KiB in all"));
        Assert.That(new DirectoryInfo(run.SourcePath).EnumerateFiles("*.cs", SearchOption.AllDirectories).Sum(file => file.Length), Is.InRange(3 << 20, SourceState.MostBytes));
    }

    [Test]
    public void FilesThatGrowAndVanishMeanwhileHarmNothing()
    {
        using var folder = new TemporaryFolder();
        string project = Project(folder);
        using var end = new CancellationTokenSource();
        var growing = Task.Run(() =>
        {
            using var file = new FileStream(Path.Combine(project, "Growing.cs"), FileMode.Create, FileAccess.Write, FileShare.ReadWrite);
            byte[] line = "// one more line\n"u8.ToArray();
            while (!end.IsCancellationRequested) file.Write(line);
        });
        var vanishing = Task.Run(() =>
        {
            while (!end.IsCancellationRequested)
            {
                for (int i = 0; i < 50; i++) Write(project, $"Vanishing{i}.cs", "x");
                for (int i = 0; i < 50; i++) File.Delete(Path.Combine(project, $"Vanishing{i}.cs"));
            }
        });
        using RunDirectory run = NewRun(folder);
        for (int i = 0; i < 10; i++) run.CaptureSource(project);
        end.Cancel();
        Task.WaitAll(growing, vanishing);

        string copy = Path.Combine(run.SourcePath, "1", "files");
        Assert.That(File.ReadAllText(Path.Combine(copy, "Program.cs")), Is.EqualTo("first"));
        Assert.That(new DirectoryInfo(copy).EnumerateFiles("*", SearchOption.AllDirectories).Select(file => file.Length), Has.All.LessThanOrEqualTo(SourceState.MostBytesInFile));
        Assert.That(Directory.EnumerateFiles(copy, "*.partial", SearchOption.AllDirectories), Is.Empty);
    }

    [Test]
    public void TheProgramsOwnProjectIsFound()
    {
        Assert.That(Path.GetFileName(SourceState.FindProject(AppContext.BaseDirectory)), Is.EqualTo("RlKit.Tracking.Tests"));
        using var folder = new TemporaryFolder();
        Assert.That(SourceState.FindProject(folder.Name), Is.Null);
    }

    [Test]
    public void RunJsonTellsOfItsSurroundingsAndNoSecrets()
    {
        using var folder = new TemporaryFolder();
        const string name = "RLKIT_TEST_API_KEY";
        System.Environment.SetEnvironmentVariable(name, "hunter2");
        string? before = System.Environment.GetEnvironmentVariable("OMP_NUM_THREADS");
        System.Environment.SetEnvironmentVariable("OMP_NUM_THREADS", "3");
        try
        {
            using RunDirectory run = NewRun(folder);
            run.End(RunOutcome.Finished);
            RunInfo info = RunDirectory.Open(run.FolderPath).Info;
            RunSession session = info.Sessions[^1];
            Assert.That((session.WorkingDirectory, session.Processors), Is.EqualTo((System.Environment.CurrentDirectory, System.Environment.ProcessorCount)));
            Assert.That(session.EnvironmentVariables["OMP_NUM_THREADS"], Is.EqualTo("3"));
            Assert.That(info.Duration, Is.EqualTo(info.Ended - info.Started));
            Assert.That(File.ReadAllText(Path.Combine(run.FolderPath, "run.json")), Does.Not.Contain("hunter2").And.Contain("\"duration_seconds\": 0"));
        }
        finally
        {
            System.Environment.SetEnvironmentVariable(name, null);
            System.Environment.SetEnvironmentVariable("OMP_NUM_THREADS", before);
        }
    }

    [Test]
    public void ACommandLineKeepsNoPasswords() =>
        Assert.That(
            RunEnvironment.CommandLine(["rlkit", "--seed", "1", "--api-key", "a", "--mlflow", "https://me:b@host:5000/x", "--smtp-password=c", "--slack-webhook", "https://hooks/d", "--alert-webhook:https://hooks/e", "--token", "--json", "--monkey", "5"]),
            Is.EqualTo(new[] { "rlkit", "--seed", "1", "--api-key", "***", "--mlflow", "https://***@host:5000/x", "--smtp-password=***", "--slack-webhook", "***", "--alert-webhook:***", "--token", "--json", "--monkey", "5" }));

    private static string Project(TemporaryFolder folder)
    {
        string project = folder["project"];
        Write(project, "Project.csproj", "<Project/>");
        Write(project, "Program.cs", "first");
        Write(project, "Deep/größe.cs", "");
        return project;
    }

    private static void Write(string folder, string name, string text)
    {
        string path = Path.Combine(folder, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
    }

    private static void GitDo(string folder, params string[] arguments)
    {
        Process process;
        try
        {
            process = Process.Start(new ProcessStartInfo("git", arguments) { WorkingDirectory = folder })!;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            Assert.Ignore("There is no git here.");
            return;
        }

        using (process)
        {
            process.WaitForExit();
            Assert.That(process.ExitCode, Is.Zero);
        }
    }

    private static RunDirectory NewRun(TemporaryFolder folder) => new RunsFolder(folder["runs"]).Create(new RunIdentity("dqn", "CartPole-v1", "test", 1), new Dictionary<string, object?>());
}
