using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using RlKit.Cli.Runs;
using RlKit.Tracking;

namespace RlKit.Cli.Commands;

/// <summary><c>rlkit compare-runs</c>: what differs between runs.</summary>
internal static class CompareRunsCommand
{
    public static Command Create()
    {
        var what = new Argument<string[]>("RUN") { Description = "Runs, each by its id, the beginning of its id, or its folder.", Arity = ArgumentArity.OneOrMore };
        Option<string> runsFolder = RunsOption.Create();
        var json = new Option<bool>("--json") { Description = "Write a JSON object." };
        var command = new Command("compare-runs", "Show in what runs differ: options, machine, versions, results. What they have in common is left out.") { what, runsFolder, json };
        command.SetAction(parsed =>
        {
            var folder = new RunsFolder(parsed.GetValue(runsFolder)!);
            if (parsed.GetValue(what)!.Length < 2) throw new UsageException("One run has nothing to differ from; give two or more ('rlkit runs' lists them).");
            RunOverview[] runs = [.. parsed.GetValue(what)!.Select(name => RunOverview.Of(RunsOption.FindRun(folder, name)))];
            RunDifferences differences = RunDifferences.Between(runs);
            if (parsed.GetValue(json)) WriteJson(runs, differences);
            else WriteTable(runs, differences);
            return CommandRunner.Success;
        });
        return command;
    }

    private static void WriteTable(RunOverview[] runs, RunDifferences differences)
    {
        TerminalTable table = new TerminalTable().AddColumn("");
        foreach (RunOverview run in runs) table.AddColumn(run.Info.Id, isNumber: true);
        bool isFirst = true;
        foreach ((string title, IReadOnlyList<RunDifference> rows) in differences.Sections)
        {
            if (rows.Count == 0) continue;
            if (!isFirst) table.AddRow([.. Enumerable.Repeat("", runs.Length + 1)]);
            isFirst = false;
            table.AddRow([title.ToUpperInvariant(), .. Enumerable.Repeat("", runs.Length)]);
            foreach (RunDifference row in rows) table.AddRow([row.Name, .. row.Values.Select(Shown)]);
        }

        table.Write();
        if (differences.Options.Count == 0) Console.WriteLine("The options are the same.");
    }

    private static string Shown(object? value) => value switch
    {
        null => TerminalTable.Nothing,
        bool flag => flag ? "true" : "false",
        double number => number.ToString("G6", CultureInfo.InvariantCulture),
        long number => number.ToString("N0", CultureInfo.InvariantCulture),
        _ => Convert.ToString(value, CultureInfo.InvariantCulture) ?? "",
    };

    private static void WriteJson(RunOverview[] runs, RunDifferences differences)
    {
        using Stream output = Console.OpenStandardOutput();
        using (var json = new Utf8JsonWriter(output, new JsonWriterOptions { Indented = true }))
        {
            json.WriteStartObject();
            json.WriteStartArray("runs");
            foreach (RunOverview run in runs) run.WriteJson(json);
            json.WriteEndArray();
            foreach ((string title, IReadOnlyList<RunDifference> rows) in differences.Sections)
            {
                json.WriteStartObject(title);
                foreach (RunDifference row in rows)
                {
                    json.WriteStartArray(row.Name);
                    foreach (object? value in row.Values) WriteValue(json, value);
                    json.WriteEndArray();
                }

                json.WriteEndObject();
            }

            json.WriteEndObject();
        }

        output.WriteByte((byte)'\n');
    }

    private static void WriteValue(Utf8JsonWriter json, object? value)
    {
        switch (value)
        {
            case null: json.WriteNullValue(); break;
            case bool flag: json.WriteBooleanValue(flag); break;
            case long number: json.WriteNumberValue(number); break;
            case double number when double.IsFinite(number): json.WriteNumberValue(number); break;
            default: json.WriteStringValue(Convert.ToString(value, CultureInfo.InvariantCulture)); break;
        }
    }
}
