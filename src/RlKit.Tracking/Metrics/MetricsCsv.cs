using System.Globalization;
using System.Text;
using RlKit.Tracking.Files;

namespace RlKit.Tracking;

/// <summary>The scalars of a run as comma-separated values: a row for each step that has some, a column for each name, as a <see cref="CsvTracker"/> writes them.</summary>
public static class MetricsCsv
{
    internal const string FirstColumns = "step,time";

    /// <summary>Writes the scalars of a file of metrics (<see cref="MetricsFile"/>).</summary>
    /// <param name="path">The file; one that does not exist has no rows.</param>
    /// <param name="output">Where the table goes; it stays the caller's.</param>
    /// <exception cref="InvalidDataException">The file is something else, or of a newer format.</exception>
    public static void Write(string path, TextWriter output)
    {
        ArgumentNullException.ThrowIfNull(output);
        var row = new ScalarRow();
        foreach (MetricRecord record in Scalars(path)) row.Add(record.Name);
        output.Write(Header(row.Names) + "\n");
        var line = new StringBuilder();
        foreach (MetricRecord record in Scalars(path))
        {
            if (row.Filled > 0 && record.Step != row.Step) WriteRow();
            row.Set(record.Name, record.Value, record.Step, record.Time);
        }

        if (row.Filled > 0) WriteRow();

        void WriteRow()
        {
            line.Clear().Append(CultureInfo.InvariantCulture, $"{row.Step},{row.Time:F3}");
            for (int i = 0; i < row.Names.Count; i++) line.Append(',').Append(row[i]?.ToString("R", CultureInfo.InvariantCulture));
            output.Write(line.Append('\n'));
            row.Clear();
        }
    }

    internal static string Header(IEnumerable<string> names) => string.Join(',', [FirstColumns, .. names.Select(CsvLine.Cell)]);

    private static IEnumerable<MetricRecord> Scalars(string path) => MetricsFile.Read(path).Where(record => record.Kind == MetricKind.Scalar);
}
