using System.CommandLine;
using System.Text;
using RlKit.Tracking;

namespace RlKit.Cli.Commands;

/// <summary><c>rlkit export</c>: a run's measurements for other programs.</summary>
internal static class ExportCommand
{
    private const string MetricsName = "metrics.csv", EpisodesName = "episodes.csv";

    public static Command Create()
    {
        var what = new Argument<string>("RUN") { Description = "A run, by its id, the beginning of its id, or its folder." };
        var csv = new Option<bool>("--csv") { Description = "As comma-separated values, which is the only form: a row for each step, a column for each metric." };
        var episodes = new Option<bool>("--episodes") { Description = "The finished episodes instead of the metrics." };
        var output = new Option<string?>("--output", "-o") { Description = $"A file, or a folder, which gets both: {MetricsName} and {EpisodesName}. Default: the standard output.", HelpName = "FILE|DIR" };
        Option<string> runsFolder = RunsOption.Create();
        var command = new Command("export", "Write the metrics or the episodes of a run as CSV.") { what, csv, episodes, output, runsFolder };
        command.SetAction(parsed =>
        {
            RunDirectory run = RunsOption.FindRun(new RunsFolder(parsed.GetValue(runsFolder)!), parsed.GetValue(what)!);
            bool onlyEpisodes = parsed.GetValue(episodes);
            switch (parsed.GetValue(output))
            {
                case null:
                    using (Stream stream = Console.OpenStandardOutput()) Write(run, onlyEpisodes, stream);
                    break;
                case var path when Directory.Exists(path) || Path.EndsInDirectorySeparator(path):
                    Directory.CreateDirectory(path);
                    if (!onlyEpisodes) Write(run, episodes: false, Path.Combine(path, MetricsName));
                    Write(run, episodes: true, Path.Combine(path, EpisodesName));
                    break;
                case var path:
                    Write(run, onlyEpisodes, path);
                    break;
            }

            return CommandRunner.Success;
        });
        return command;
    }

    private static void Write(RunDirectory run, bool episodes, string path)
    {
        // Beside its place first: a file of this name is whole.
        string partial = path + ".partial";
        using (FileStream stream = File.Create(partial))
        {
            Write(run, episodes, stream);
            stream.Flush(flushToDisk: true);
        }

        File.Move(partial, path, overwrite: true);
        Console.Error.WriteLine(path);
    }

    private static void Write(RunDirectory run, bool episodes, Stream stream)
    {
        using var writer = new StreamWriter(stream, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false), leaveOpen: true) { NewLine = "\n" };
        if (episodes) EpisodesFile.Write(EpisodesFile.Read(run.EpisodesPath), writer);
        else MetricsCsv.Write(run.MetricsPath, writer);
    }
}
