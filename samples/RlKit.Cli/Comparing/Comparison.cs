using System.Globalization;
using System.Text;
using System.Text.Json;

namespace RlKit.Cli.Comparing;

/// <summary>The runs of a comparison as a table: a row for each algorithm, over its seeds.</summary>
internal sealed class Comparison(EnvironmentSpec spec, IReadOnlyList<ComparedRun> runs)
{
    private static readonly string[] Headers = ["algorithm", "seeds", "return of the last 100", "return of the best policy", "steps", "seconds", "steps/s"];

    private IEnumerable<(string Algorithm, ComparedRun[] Runs)> Rows =>
        runs.GroupBy(run => run.Algorithm, StringComparer.Ordinal).Select(group => (group.Key, group.Where(run => run.Error is null).ToArray()));

    public void WriteTable()
    {
        var table = new TerminalTable();
        for (int i = 0; i < Headers.Length; i++) table.AddColumn(Headers[i], isNumber: i > 0);
        foreach (string[] cells in Rows.Select(Cells)) table.AddRow(cells);
        table.Write();
    }

    public string ToMarkdown()
    {
        var text = new StringBuilder();
        text.Append("| ").AppendJoin(" | ", Headers).Append(" |\n|---").Insert(text.Length, "|---:", Headers.Length - 1).Append("|\n");
        foreach (string[] cells in Rows.Select(Cells)) text.Append("| ").AppendJoin(" | ", cells).Append(" |\n");
        return text.ToString();
    }

    public void WriteJson(Stream output)
    {
        using (var json = new Utf8JsonWriter(output))
        {
            json.WriteStartObject();
            json.WriteString("env_id", spec.Id);
            json.WriteStartArray("algorithms");
            foreach ((string algorithm, ComparedRun[] done) in Rows)
            {
                json.WriteStartObject();
                json.WriteString("algo", algorithm);
                json.WriteNumber("seeds", done.Length);
                JsonNumber.Write(json, "train_return_mean", Mean(done, run => run.TrainReturn));
                JsonNumber.Write(json, "eval_return_mean", Mean(done, run => run.EvaluationReturn));
                JsonNumber.Write(json, "steps_mean", Mean(done, run => run.Steps));
                JsonNumber.Write(json, "wall_seconds_mean", Mean(done, run => run.Seconds));
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteStartArray("runs");
            foreach (ComparedRun run in runs)
            {
                json.WriteStartObject();
                json.WriteString("algo", run.Algorithm);
                json.WriteNumber("seed", run.Seed);
                JsonNumber.Write(json, "train_return_mean_100", run.TrainReturn);
                JsonNumber.Write(json, "eval_return_mean", run.EvaluationReturn);
                json.WriteNumber("global_step", run.Steps);
                json.WriteNumber("wall_seconds", Math.Round(run.Seconds, 3));
                json.WriteString("run_dir", run.RunPath);
                json.WriteString("error", run.Error);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        output.WriteByte((byte)'\n');
    }

    private static string[] Cells((string Algorithm, ComparedRun[] Runs) row)
    {
        CultureInfo culture = CultureInfo.InvariantCulture;
        double? steps = Mean(row.Runs, run => run.Steps), seconds = Mean(row.Runs, run => run.Seconds);
        bool trains = steps > 0;
        return
        [
            row.Algorithm,
            row.Runs.Length.ToString(culture),
            Spread(row.Runs, run => run.TrainReturn),
            Spread(row.Runs, run => run.EvaluationReturn),
            trains ? steps!.Value.ToString("N0", culture) : "-",
            trains ? seconds!.Value.ToString("0.0", culture) : "-",
            trains ? (steps!.Value / seconds!.Value).ToString("N0", culture) : "-",
        ];
    }

    private static double? Mean(ComparedRun[] done, Func<ComparedRun, double?> value) => done.Select(value).Average();

    // The mean over seeds, and the standard deviation between them.
    private static string Spread(ComparedRun[] done, Func<ComparedRun, double?> value)
    {
        double[] values = [.. done.Select(value).OfType<double>()];
        if (values.Length == 0) return "-";
        double mean = values.Average(), deviation = values.Length == 1 ? 0 : Math.Sqrt(values.Sum(item => (item - mean) * (item - mean)) / (values.Length - 1));
        return string.Create(CultureInfo.InvariantCulture, $"{mean:0.0} ± {deviation:0.0}");
    }
}
