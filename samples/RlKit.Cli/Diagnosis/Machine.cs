using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using RlKit.Tensors;
using RlKit.Video;

namespace RlKit.Cli.Diagnosis;

/// <summary>What there is on this machine to train with.</summary>
internal static class Machine
{
    private static readonly TimeSpan ProgramLimit = TimeSpan.FromSeconds(10);

    /// <summary>The version of RlKit.</summary>
    public static string Version => typeof(Agent).Assembly.GetName().Version!.ToString(3);

    /// <summary>The memory that the process may use, in bytes.</summary>
    public static long Memory => GC.GetGCMemoryInfo().TotalAvailableMemoryBytes;

    /// <summary>RlKit's own engine, which is always there.</summary>
    public static EngineFinding ManagedEngine()
    {
        string instructions = VectorInstructions.Width == 1 ? "no vector instructions" : string.Create(CultureInfo.InvariantCulture, $"{VectorInstructions.Name}, {VectorInstructions.Width} floats at a time");
        return new EngineFinding("managed", instructions)
        {
            Devices = [Device.Cpu.Name],
            Remedy = VectorInstructions.Width == 1 ? "Look whether DOTNET_EnableHWIntrinsic is set to 0; without vector instructions training takes several times as long." : null,
        };
    }

    /// <summary>The program that videos in MP4 are made with.</summary>
    public static ProgramFinding Ffmpeg()
    {
        const string name = "ffmpeg", remedy = "Install ffmpeg (Debian and Ubuntu: apt install ffmpeg; macOS: brew install ffmpeg; Windows: winget install ffmpeg), or record animated PNG.";
        string path;
        try
        {
            path = Mp4Writer.FindFfmpeg();
        }
        catch (FileNotFoundException)
        {
            return new ProgramFinding(name, null, "not in the folders of PATH; without it there are no videos in MP4") { Remedy = remedy };
        }

        if (Ask(path, "-hide_banner", "-encoders") is not { } encoders) return new ProgramFinding(name, path, "does not run") { Remedy = remedy };
        string version = Ask(path, "-version")?.Split('\n')[0].Split(" Copyright")[0].Replace("ffmpeg version ", "", StringComparison.Ordinal).Trim() ?? "";
        return encoders.Contains("264", StringComparison.Ordinal)
            ? new ProgramFinding(name, path, version)
            : new ProgramFinding(name, path, $"{version}, without an encoder of H.264, which MP4 needs") { Remedy = remedy };
    }

    /// <summary>The program of NVIDIA's driver, which tells the CUDA devices.</summary>
    public static ProgramFinding NvidiaSmi()
    {
        const string name = "nvidia-smi", remedy = "For a CUDA device install NVIDIA's driver; the TorchSharp package brings the rest of CUDA.";
        string? path = FindProgram(OperatingSystem.IsWindows() ? name + ".exe" : name);
        if (path is null) return new ProgramFinding(name, null, "not in the folders of PATH; no NVIDIA driver, so no CUDA device") { Remedy = remedy };
        string? answer = Ask(path, "--query-gpu=name,memory.total,driver_version", "--format=csv,noheader")?.Trim();
        return string.IsNullOrEmpty(answer)
            ? new ProgramFinding(name, path, "does not tell of any device") { Remedy = remedy }
            : new ProgramFinding(name, path, string.Join("; ", answer.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)));
    }

    /// <summary>The runtime and the operating system, in words.</summary>
    public static string Describe() => string.Create(
        CultureInfo.InvariantCulture,
        $"RlKit {Version} on {RuntimeInformation.FrameworkDescription}, {RuntimeInformation.OSDescription} ({RuntimeInformation.ProcessArchitecture}), {System.Environment.ProcessorCount} processors, {Memory / (double)(1 << 30):0.0} GiB");

    private static string? FindProgram(string file) =>
        (System.Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries).Select(folder => Path.Combine(folder, file)).FirstOrDefault(File.Exists);

    // What a program writes, or null where it fails or does not end.
    private static string? Ask(string path, params string[] arguments)
    {
        var start = new ProcessStartInfo(path, arguments) { RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true, UseShellExecute = false, CreateNoWindow = true };
        try
        {
            using Process process = Process.Start(start)!;
            process.StandardInput.Close();
            process.ErrorDataReceived += (_, _) => { };
            process.BeginErrorReadLine();
            Task<string> output = process.StandardOutput.ReadToEndAsync();
            if (output.Wait(ProgramLimit) && process.WaitForExit(ProgramLimit)) return process.ExitCode == 0 ? output.Result : null;
            process.Kill(entireProcessTree: true);
            return null;
        }
        catch (Win32Exception)
        {
            return null;
        }
    }
}
