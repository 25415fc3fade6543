using System.Diagnostics;
using System.Globalization;

namespace RlKit.Tracking;

/// <summary>NVIDIA's GPUs, by the program that comes with their driver.</summary>
internal sealed class NvidiaSmi
{
    // The first call after the driver was idle takes seconds.
    private const int PatienceMilliseconds = 10_000;
    private const string Fields = "index,utilization.gpu,memory.used,memory.total,temperature.gpu,power.draw";

    private readonly string _program;

    private NvidiaSmi(string program) => _program = program;

    /// <summary>The program, where there is one.</summary>
    public static NvidiaSmi? Find(string program)
    {
        string file = OperatingSystem.IsWindows() ? Path.ChangeExtension(program, ".exe") : program;
        if (Path.IsPathRooted(file)) return File.Exists(file) ? new NvidiaSmi(file) : null;
        IEnumerable<string> folders = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries);
        return folders.Select(folder => Path.Combine(folder, file)).FirstOrDefault(File.Exists) is { } path ? new NvidiaSmi(path) : null;
    }

    public void Measure(Dictionary<string, double> values)
    {
        var start = new ProcessStartInfo(_program, [$"--query-gpu={Fields}", "--format=csv,noheader,nounits"]) { RedirectStandardOutput = true, RedirectStandardError = true };
        using Process process = Process.Start(start) ?? throw new IOException($"'{_program}' did not start.");
        Task<string> output = process.StandardOutput.ReadToEndAsync(), errors = process.StandardError.ReadToEndAsync();
        if (!process.WaitForExit(PatienceMilliseconds))
        {
            process.Kill(entireProcessTree: true);
            throw new IOException($"'{_program}' did not answer within {PatienceMilliseconds / 1000} seconds; GPUs are not measured.");
        }

        string text = output.GetAwaiter().GetResult();
        if (process.ExitCode != 0) throw new IOException($"'{_program}' ended with {process.ExitCode}; GPUs are not measured: {(errors.GetAwaiter().GetResult() + text).ReplaceLineEndings(" ").Trim()}");
        Read(text, values);
    }

    /// <summary>One line for each GPU; a field that a GPU does not have is a word in brackets.</summary>
    internal static void Read(string csv, Dictionary<string, double> values)
    {
        foreach (string line in csv.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            string[] cells = line.Split(',', StringSplitOptions.TrimEntries);
            if (cells.Length != 6 || !int.TryParse(cells[0], NumberStyles.None, CultureInfo.InvariantCulture, out int gpu))
                throw new InvalidDataException($"nvidia-smi wrote '{line}', and not the six fields {Fields}; GPUs are not measured.");
            double? busy = Number(cells[1]), used = Number(cells[2]), total = Number(cells[3]);
            Set(Metrics.SystemGpuPercent, busy);
            Set(Metrics.SystemGpuMemory, used);
            Set(Metrics.SystemGpuMemoryPercent, total > 0 ? 100 * used / total : null);
            Set(Metrics.SystemGpuTemperature, Number(cells[4]));
            Set(Metrics.SystemGpuPower, Number(cells[5]));

            void Set(string name, double? value)
            {
                if (value is { } number) values[name.Replace("gpu_0", string.Create(CultureInfo.InvariantCulture, $"gpu_{gpu}"), StringComparison.Ordinal)] = number;
            }
        }
    }

    private static double? Number(string cell) => double.TryParse(cell, NumberStyles.Float, CultureInfo.InvariantCulture, out double number) ? number : null;
}
