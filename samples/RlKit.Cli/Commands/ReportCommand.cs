using System.CommandLine;
using System.Globalization;
using RlKit.Tracking;

namespace RlKit.Cli.Commands;

/// <summary><c>rlkit report</c>: runs as one page of HTML.</summary>
internal static class ReportCommand
{
    private const long MebiByte = 1 << 20;

    public static Command Create()
    {
        var what = new Argument<string[]>("PROJECT|RUN") { Description = "Projects, and runs by their ids or folders. Default: all runs of the folder.", Arity = ArgumentArity.ZeroOrMore };
        var output = new Option<string>("--output", "-o") { Description = "The file. Default: report.html.", DefaultValueFactory = _ => "report.html", HelpName = "FILE" };
        var title = new Option<string?>("--title") { Description = "The heading. Default: the project.", HelpName = "TEXT" };
        var media = new Option<long>("--max-media-mb") { Description = "Megabytes of videos and pictures that the page holds at most.", DefaultValueFactory = _ => new HtmlReportOptions().MaxMediaBytes / MebiByte, HelpName = "N" };
        Option<string> runsFolder = RunsOption.Create();
        var command = new Command("report", "Write runs as one page of HTML that opens anywhere: table, learning curves, videos, settings.") { what, output, title, media, runsFolder };
        command.SetAction(parsed =>
        {
            long limit = parsed.GetValue(media);
            if (limit < 0 || limit > long.MaxValue / MebiByte) throw new UsageException(string.Create(CultureInfo.InvariantCulture, $"--max-media-mb is {limit}; give 0 or more."));
            IReadOnlyList<RunDirectory> runs = RunsOption.FindRuns(new RunsFolder(parsed.GetValue(runsFolder)!), parsed.GetValue(what)!);
            string path = parsed.GetValue(output)!;
            HtmlReport.Write(path, runs, new HtmlReportOptions { Title = parsed.GetValue(title), MaxMediaBytes = limit * MebiByte });
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{Path.GetFullPath(path)}: {runs.Count} run{(runs.Count == 1 ? "" : "s")}, {new FileInfo(path).Length / (double)MebiByte:0.0} MiB"));
            return CommandRunner.Success;
        });
        return command;
    }
}
