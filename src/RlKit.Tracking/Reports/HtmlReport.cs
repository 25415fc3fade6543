using System.Buffers.Text;
using System.Net;
using System.Security.Cryptography;
using System.Text;

namespace RlKit.Tracking;

using RlKit.Tracking.Reports;

/// <summary>Writes runs as one page of HTML that opens without a network: a table, learning curves over seeds, and each run's settings, videos and records.</summary>
/// <remarks>
/// <para>Curves are means over the runs of one group, with the 95 % confidence interval of the mean by Student's t distribution (Colas, Sigaud and Oudeyer 2018, "How Many Random
/// Seeds?"). A curve of more than 1,000 values keeps mean, lowest and highest of every few consecutive ones.</para>
/// <para>The page asks for nothing from elsewhere, and its content security policy lets no script run but its own, whatever the names and texts of the runs are.</para>
/// </remarks>
public static class HtmlReport
{
    /// <summary>Writes the page.</summary>
    /// <param name="path">The file; an existing one is replaced when the new one is whole.</param>
    /// <param name="runs">The runs, in any state: those that go on or were killed too.</param>
    /// <param name="options">What it holds beside the runs.</param>
    /// <exception cref="ArgumentException">There is no run.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><see cref="HtmlReportOptions.MaxMediaBytes"/> is negative.</exception>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public static void Write(string path, IReadOnlyList<RunDirectory> runs, HtmlReportOptions? options = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentNullException.ThrowIfNull(runs);
        options ??= new HtmlReportOptions();
        if (runs.Count == 0) throw new ArgumentException("There is no run to report on; give one at least.", nameof(runs));
        ArgumentOutOfRangeException.ThrowIfNegative(options.MaxMediaBytes);

        ReportRun[] read = [.. runs.Select(ReportRun.Read)];
        var media = new ReportMedia(read, options.MaxMediaBytes);
        string title = options.Title ?? Title(runs);
        AtomicFile.Write(path, output =>
        {
            string library = Resource("uPlot.iife.min.js"), program = Resource("report.js");
            Text(output, $"""
                <!doctype html>
                <html lang="en">
                <head>
                <meta charset="utf-8">
                <meta name="viewport" content="width=device-width, initial-scale=1">
                <meta http-equiv="Content-Security-Policy" content="default-src 'none'; script-src {Hash(library)} {Hash(program)}; style-src 'unsafe-inline'; img-src data: blob:; media-src data: blob:">
                <meta name="color-scheme" content="light dark">
                <title>{WebUtility.HtmlEncode(title)}</title>
                <!-- The charts are drawn by uPlot:

                {Resource("uPlot.LICENSE.txt")}-->
                <style>{Resource("uPlot.min.css")}{Resource("report.css")}</style>
                </head>
                <body>
                <noscript>This report is drawn by a script within it; allow it to run.</noscript>
                <script type="application/json" id="data">
                """);
            ReportData.Write(output, title, read, media, options.MaxMediaBytes);
            Text(output, "</script>\n");
            for (int i = 0; i < media.Contents.Count; i++) WriteMedia(output, i, media.Contents[i]);
            Text(output, $"<script>{library}</script>\n<script>{program}</script>\n</body>\n</html>\n");
        });
    }

    // In elements of their own, which the browser passes over until one is looked at.
    private static void WriteMedia(Stream output, int number, byte[] content)
    {
        Text(output, FormattableString.Invariant($"<script type=\"text/plain\" id=\"media-{number}\">"));
        byte[] text = new byte[Base64.GetMaxEncodedToUtf8Length(content.Length)];
        Base64.EncodeToUtf8(content, text, out _, out int written);
        output.Write(text.AsSpan(0, written));
        Text(output, "</script>\n");
    }

    private static string Title(IReadOnlyList<RunDirectory> runs)
    {
        RunIdentity first = runs[0].Info.Identity;
        if (runs.Count == 1) return $"{first.Algorithm} on {first.EnvironmentId}, seed {first.Seed}";
        if (first.Project is { } project && runs.All(run => run.Info.Identity.Project == project)) return project;
        return runs.All(run => run.Info.Identity.EnvironmentId == first.EnvironmentId) ? $"{runs.Count} runs on {first.EnvironmentId}" : $"{runs.Count} runs";
    }

    // As a browser does before it takes the hash: a checkout may have changed the ends of lines.
    private static string Resource(string name)
    {
        using Stream stream = typeof(HtmlReport).Assembly.GetManifestResourceStream(name) ?? throw new InvalidOperationException($"The resource {name} is missing.");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd().ReplaceLineEndings("\n");
    }

    private static string Hash(string script) => $"'sha256-{Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(script)))}'";

    private static void Text(Stream output, string text) => output.Write(Encoding.UTF8.GetBytes(text));
}
