using System.Diagnostics;
using System.Globalization;
using System.Text.Json;

namespace RlKit.Tests.Cli;

/// <summary>Runs the program rlkit as a user does: as a process of its own.</summary>
internal static class Rlkit
{
    /// <summary>Where the runtime is that runs this.</summary>
    public static string DotnetRoot => Path.GetFullPath(Path.Combine(System.Runtime.InteropServices.RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", ".."));

    public static (int ExitCode, string Output, string Errors) Run(params string[] arguments) => RunWith([], arguments);

    /// <summary>Runs it with environment variables beside those there are.</summary>
    public static (int ExitCode, string Output, string Errors) RunWith(KeyValuePair<string, string>[] environment, params string[] arguments)
    {
        using Process process = StartWith(environment, arguments);
        Task<string> errors = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output, errors.Result);
    }

    /// <summary>Trains on CartPole-v1 and gives the line of JSON.</summary>
    public static JsonElement Train(string runsFolder, string algorithm, params string[] arguments) =>
        Json(["train", algorithm, "--env-id", "CartPole-v1", "--runs-dir", runsFolder, "--json", .. arguments]);

    /// <summary>Runs what writes JSON and nothing else, and gives it.</summary>
    public static JsonElement Json(params string[] arguments)
    {
        (int exitCode, string output, string errors) = Run(arguments);
        Assert.That(exitCode, Is.Zero, errors);
        using JsonDocument json = JsonDocument.Parse(output);
        return json.RootElement.Clone();
    }

    public static Process Start(params string[] arguments) => StartWith([], arguments);

    public static Process StartWith(KeyValuePair<string, string>[] environment, params string[] arguments)
    {
        string program = Path.Combine(AppContext.BaseDirectory, OperatingSystem.IsWindows() ? "rlkit.exe" : "rlkit");
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["DOTNET_ROOT"] = DotnetRoot;
        foreach ((string name, string value) in environment) start.Environment[name] = value;
        return Process.Start(start) ?? throw new InvalidOperationException(string.Create(CultureInfo.InvariantCulture, $"{program} did not start."));
    }
}
