using System.Globalization;
using RlKit.Tracking;
using RlKit.Tracking.WeightsAndBiases;

namespace RlKit.Tests.Tracking;

internal sealed class ConsoleTeeTests
{
    [Test]
    public void EverythingIsShownAndKeptAtOnce()
    {
        using var folder = new TemporaryFolder();
        using RunDirectory run = NewRun(folder);
        using var tracker = new RunTracker(run);
        using var shown = new StringWriter(CultureInfo.InvariantCulture) { NewLine = "\n" };
        using var output = new ConsoleTee(shown, tracker, isError: false) { NewLine = "\n" };
        var log = new List<string>();
        Action[] writes =
        [
            () => output.WriteLine("größe 報酬 🚀"), () => output.Write("a part"), () => output.Write(' '), () => output.Write(1.5), () => output.WriteLine(), () => output.WriteLine("{0} of {1}", 2, 3),
            () => output.WriteLine("chars".ToCharArray(), 1, 3), () => output.WriteLine("span".AsSpan()), () => output.Write((string?)null), () => output.WriteLine(true), () => output.WriteLine((string?)null),
        ];
        foreach (Action write in writes)
        {
            write();
            log.Add(File.Exists(run.ConsolePath) ? ReadShared(run.ConsolePath) : "");
            Assert.That(log[^1], Is.EqualTo(shown.ToString()));
        }

        Assert.That(log[^1], Is.EqualTo("größe 報酬 🚀\na part 1.5\n2 of 3\nhar\nspan\nTrue\n\n"));
    }

    [Test]
    public void ARunThatGoesOnAppendsAndAnErrorIsTheLastLine()
    {
        using var folder = new TemporaryFolder();
        using RunDirectory run = NewRun(folder);
        for (int session = 1; session <= 2; session++)
        {
            using var tracker = new RunTracker(run);
            tracker.ConsoleText($"session {session}\n", isError: false);
            tracker.Begin(0);
            var error = new InvalidOperationException("the motor\nis on fire");
            tracker.Finish(RunOutcome.Failed, error);
            tracker.Finish(RunOutcome.Failed, error);
        }

        Assert.That(File.ReadAllText(run.ConsolePath), Is.EqualTo("session 1\nerror: the motor is on fire\nsession 2\nerror: the motor is on fire\n"));
    }

    [Test]
    public void WeightsAndBiasesGetsItTooAlsoWhatCameBeforeTheRun()
    {
        using var folder = new TemporaryFolder();
        string path;
        using (var tracker = new WandbTracker(folder.Name))
        {
            using ConsoleTee output = new(TextWriter.Null, tracker, isError: false) { NewLine = "\n" }, error = new(TextWriter.Null, tracker, isError: true) { NewLine = "\n" };
            output.WriteLine("before");
            tracker.Begin(0);
            error.WriteLine("a warning");
            tracker.Finish(RunOutcome.Finished);
            path = tracker.FilePath!;
            output.WriteLine("after");
        }

        using var reader = new WandbFileReader(path);
        var texts = new List<(object?, object?)>();
        while (reader.Read() is { } record)
            if (record.Kind == "output_raw") texts.Add((record.Content["line"], record.Content.GetValueOrDefault("output_type")));
        Assert.That(texts.Select(text => text.Item1), Is.EqualTo(new[] { "before\n", "a warning\n" }));
        Assert.That(texts[0].Item2, Is.Not.EqualTo(texts[1].Item2));
    }

    [Test]
    public void AListenerOfErrorsMayWriteToTheConsole()
    {
        using var folder = new TemporaryFolder();
        TextWriter? console = null;
        using var tracker = new WandbTracker(folder.Name, new WandbTrackerOptions { OnError = error => console!.WriteLine(error.Message) });
        console = TextWriter.Synchronized(new ConsoleTee(TextWriter.Null, tracker, isError: true));
        tracker.Begin(0);
        var writer = Task.Run(() =>
        {
            for (int i = 0; i < 2_000; i++) console.WriteLine("a line");
        });
        for (int i = 0; i < 2_000; i++) tracker.Artifact("missing", folder["missing"]);
        Assert.That(writer.Wait(TimeSpan.FromSeconds(30)), "neither waits for the other");
    }

    private static string ReadShared(string path)
    {
        using var reader = new StreamReader(new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite));
        return reader.ReadToEnd();
    }

    private static RunDirectory NewRun(TemporaryFolder folder) => new RunsFolder(folder.Name).Create(new RunIdentity("dqn", "CartPole-v1", "test", 1), new Dictionary<string, object?>());
}
