using System.Diagnostics;
using System.Text;

namespace RlKit.Tests;

/// <summary>A program that was run to its end.</summary>
/// <param name="ExitCode">0 when all went well.</param>
/// <param name="Output">What it wrote to its output and its error stream, with line feeds alone.</param>
/// <param name="Elapsed">Wall time from start to exit.</param>
internal sealed record Command(int ExitCode, string Output, TimeSpan Elapsed)
{
    /// <summary>The dotnet that runs these tests.</summary>
    public static string DotNet { get; } = System.Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet";

    /// <summary>Runs a program, and fails the test when it takes longer than it may.</summary>
    public static Command Run(string folder, TimeSpan limit, string program, params IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false };
        // Build nodes that stay alive would keep the streams open.
        start.Environment["MSBUILDDISABLENODEREUSE"] = "1";
        start.Environment["DOTNET_CLI_TELEMETRY_OPTOUT"] = "1";
        start.Environment["DOTNET_NOLOGO"] = "1";
        // What the test host was told about its own build is not for the builds of others.
        foreach (string name in start.Environment.Keys.Where(name => name.StartsWith("MSBuild", StringComparison.Ordinal)).ToArray()) start.Environment.Remove(name);

        var output = new StringBuilder();
        long begin = Stopwatch.GetTimestamp();
        using var process = new Process { StartInfo = start };
        process.OutputDataReceived += Append;
        process.ErrorDataReceived += Append;
        process.Start();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        if (!process.WaitForExit(limit))
        {
            process.Kill(entireProcessTree: true);
            Assert.Fail($"'{program} {string.Join(' ', arguments)}' took longer than {limit}:\n{output}");
        }

        process.WaitForExit();
        return new Command(process.ExitCode, output.ToString(), Stopwatch.GetElapsedTime(begin));

        void Append(object sender, DataReceivedEventArgs line)
        {
            if (line.Data is null) return;
            lock (output) output.Append(line.Data).Append('\n');
        }
    }

    /// <summary>Runs dotnet, which must succeed without a warning.</summary>
    public static Command DotNetSucceeds(string folder, params IEnumerable<string> arguments)
    {
        Command command = Run(folder, TimeSpan.FromMinutes(5), DotNet, arguments);
        Assert.That(command.ExitCode, Is.Zero, $"dotnet {string.Join(' ', arguments)}\n{command.Output}");
        Assert.That(command.Output, Does.Not.Contain("warning"), $"dotnet {string.Join(' ', arguments)}");
        return command;
    }
}
