using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using RlKit.Tests.Video;
using RlKit.Tracking;

namespace RlKit.Tests.Cli;

[Parallelizable(ParallelScope.All)]
internal sealed partial class TerminalTests
{
    [Test]
    public async Task TheRemainingTimeHasAllItsHours()
    {
        using var terminal = new Terminal(columns: 100);
        Assert.That(await terminal.ReadUntilAsync(" left"), Does.Contain("256204778:48:05 left"), "the longest that a TimeSpan holds");
        Assert.That(terminal.CancelTraining(), Is.EqualTo(RunState.Cancelled));
    }

    [TestCase(1)]
    [TestCase(5)]
    [TestCase(80)]
    public async Task ANarrowTerminalAndOneThatIsGoneDoNotEndTheTraining(int columns)
    {
        using var terminal = new Terminal(columns);
        Assert.That(await terminal.ReadUntilAsync("%"), Does.Contain("%"), "the table is drawn");
        terminal.Close();
        // Longer than between two frames.
        Thread.Sleep(600);
        Assert.That(terminal.Run.State, Is.EqualTo(RunState.Running));
        Assert.That(terminal.CancelTraining(), Is.EqualTo(RunState.Cancelled));
        Assert.That(terminal.Log, Does.Contain("cancelled at step ").And.Not.Contain("not shown any more"));
    }

    // A terminal of the program script, and a training on it that does not end and does not hear of the terminal's end, as under nohup.
    private sealed partial class Terminal : IDisposable
    {
        private const string Script = "/usr/bin/script";

        private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

        private readonly TemporaryFolder _folder = new();
        private readonly Process _script;

        public Terminal(int columns)
        {
            if (!File.Exists(Script)) Assert.Ignore("There is no program script.");
            string program = Path.Combine(AppContext.BaseDirectory, "rlkit");
            string command = string.Create(
                CultureInfo.InvariantCulture,
                $"trap '' HUP; stty cols {columns} rows 24; exec '{program}' train ppo --env-id CartPole-v1 --runs-dir '{_folder.Path}' --total-timesteps 9000000000000000000 --eval-frequency 0 --checkpoint-frequency 0");
            var start = new ProcessStartInfo(Script, ["-qefc", command, "/dev/null"]) { RedirectStandardInput = true, RedirectStandardOutput = true };
            start.Environment["DOTNET_ROOT"] = Rlkit.DotnetRoot;
            start.Environment["TERM"] = "xterm";
            _script = Process.Start(start)!;
        }

        public RunDirectory Run => new RunsFolder(_folder.Path).Runs.Single();

        public string Log => File.ReadAllText(Run.ConsolePath);

        public async Task<string> ReadUntilAsync(string text)
        {
            using var timeout = new CancellationTokenSource(Patience);
            string shown = "";
            try
            {
                while (!shown.Contains(text, StringComparison.Ordinal) && await _script.StandardOutput.ReadLineAsync(timeout.Token) is { } line)
                    if (!line.Contains("- left", StringComparison.Ordinal)) shown += line;
            }
            catch (OperationCanceledException)
            {
                // What came must do.
            }

            return shown;
        }

        public void Close()
        {
            _script.Kill();
            _script.WaitForExit();
        }

        public RunState CancelTraining()
        {
            Signal(15);
            var watch = Stopwatch.StartNew();
            // Its last line.
            while (!Log.Contains("go on with", StringComparison.Ordinal) && watch.Elapsed < Patience) Thread.Sleep(20);
            return Run.State;
        }

        public void Dispose()
        {
            if (new RunsFolder(_folder.Path).Runs is [{ State: RunState.Running }]) Signal(9);
            Close();
            _script.Dispose();
            _folder.Dispose();
        }

        private void Signal(int signal) => _ = Kill(Run.Info.Sessions[^1].ProcessId, signal);

        [LibraryImport("libc", EntryPoint = "kill")]
        private static partial int Kill(int process, int signal);
    }
}
