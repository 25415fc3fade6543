using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using RlKit.Cli.Runs;
using RlKit.Tracking;

namespace RlKit.Cli.Commands;

/// <summary><c>rlkit runs</c>: what was trained, and how it went.</summary>
internal static class RunsCommand
{
    private const int CurveWidth = 12;

    public static Command Create()
    {
        var project = new Argument<string?>("PROJECT") { Description = "List the runs of one project.", Arity = ArgumentArity.ZeroOrOne };
        Option<string> runsFolder = RunsOption.Create();
        var json = new Option<bool>("--json") { Description = "Write a JSON array." };
        var command = new Command("runs", "List the runs, newest first: where they stand, and how they went.") { project, runsFolder, json };
        command.SetAction(parsed =>
        {
            var folder = new RunsFolder(parsed.GetValue(runsFolder)!);
            IReadOnlyList<RunDirectory> runs = folder.Runs;
            if (parsed.GetValue(project) is { } name)
            {
                string[] projects = [.. runs.Select(run => run.Info.Identity.Project).OfType<string>().Distinct().Order(StringComparer.Ordinal)];
                if (!projects.Contains(name))
                {
                    throw new UsageException(projects.Length == 0
                        ? $"There is no project '{name}': no run in '{folder.FolderPath}' belongs to one. 'rlkit train ... --project {name}' begins it."
                        : $"There is no project '{name}' in '{folder.FolderPath}'; there are {string.Join(", ", projects)}.");
                }

                runs = [.. runs.Where(run => run.Info.Identity.Project == name)];
            }

            RunOverview[] overviews = [.. runs.Select(RunOverview.Of)];
            if (parsed.GetValue(json)) WriteJson(overviews);
            else if (overviews.Length == 0) Console.Error.WriteLine($"There are no runs in '{folder.FolderPath}'. 'rlkit train ppo --env-id CartPole-v1' makes one, and --runs-dir says where others are.");
            else WriteTable(overviews);
            return CommandRunner.Success;
        });
        return command;
    }

    private static void WriteTable(RunOverview[] runs)
    {
        CultureInfo culture = CultureInfo.InvariantCulture;
        TerminalTable table = new TerminalTable()
            .AddColumn("id").AddColumn("state").AddColumn("project", rank: 5).AddColumn("env", rank: 1).AddColumn("algo", rank: 1).AddColumn("name", rank: 7).AddColumn("seed", isNumber: true, rank: 4)
            .AddColumn("steps", isNumber: true, rank: 3).AddColumn("return", isNumber: true).AddColumn("best", isNumber: true, rank: 6).AddColumn("time", isNumber: true, rank: 6).AddColumn("curve", rank: 2)
            .AddColumn("started", rank: 8);
        foreach (RunOverview run in runs)
        {
            RunIdentity identity = run.Info.Identity;
            table.AddRow(
                run.Info.Id, run.State.ToString().ToLowerInvariant(), identity.Project ?? TerminalTable.Nothing, identity.EnvironmentId, identity.Algorithm, identity.Experiment == identity.Algorithm ? TerminalTable.Nothing : identity.Experiment,
                identity.Seed.ToString(culture), run.Step.ToString("N0", culture), Shown(run.Return), Shown(run.EvaluationReturn), Shown(run.Duration), Sparkline.Of(run.Curve, CurveWidth, TerminalTable.IsUnicode),
                run.Info.Started.LocalDateTime.ToString("yyyy-MM-dd HH:mm", culture));
        }

        table.Write();
        foreach (RunOverview run in runs)
            if (run.Info.Sessions[^1].Error is { } error && run.State == RunState.Failed) Console.WriteLine($"{run.Info.Id} failed: {error}");
    }

    private static string Shown(double? value) => value is { } number && double.IsFinite(number) ? number.ToString("0.0", CultureInfo.InvariantCulture) : TerminalTable.Nothing;

    private static string Shown(TimeSpan time) => time.TotalHours >= 1
        ? string.Create(CultureInfo.InvariantCulture, $"{(int)time.TotalHours}:{time:mm\\:ss}")
        : time.ToString("m\\:ss", CultureInfo.InvariantCulture);

    private static void WriteJson(RunOverview[] runs)
    {
        using Stream output = Console.OpenStandardOutput();
        using (var json = new Utf8JsonWriter(output, new JsonWriterOptions { Indented = true }))
        {
            json.WriteStartArray();
            foreach (RunOverview run in runs) run.WriteJson(json);
            json.WriteEndArray();
        }

        output.WriteByte((byte)'\n');
    }
}
