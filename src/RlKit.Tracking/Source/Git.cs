using System.Diagnostics;

namespace RlKit.Tracking;

/// <summary>Asks git about a folder. Nothing is changed, nothing of the repository's own is run, and no question is waited for.</summary>
internal static class Git
{
    private const int PatienceMilliseconds = 20_000;

    /// <summary>What a command of git writes.</summary>
    /// <param name="folder">The folder that it works in.</param>
    /// <param name="mostBytes">What is read of it at most; the rest is cut off.</param>
    /// <param name="arguments">The command.</param>
    /// <returns>The bytes, and whether they were cut; null when there is no git, it refuses, or takes too long.</returns>
    public static (byte[] Output, bool IsCut)? Run(string folder, int mostBytes, params IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo("git", ["-c", "core.fsmonitor=false", "-c", "core.quotePath=false", .. arguments])
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
            Environment = { ["GIT_OPTIONAL_LOCKS"] = "0", ["GIT_TERMINAL_PROMPT"] = "0" },
        };
        try
        {
            using Process process = Process.Start(start)!;
            process.StandardInput.Close();
            process.ErrorDataReceived += (_, _) => { };
            process.BeginErrorReadLine();
            Task<(byte[] Bytes, bool IsCut)> output = Task.Run(() => ReadUpTo(process.StandardOutput.BaseStream, mostBytes));
            if (!output.Wait(PatienceMilliseconds))
            {
                process.Kill(entireProcessTree: true);
                return null;
            }

            // One that has more to say is not waited for.
            if (output.Result.IsCut) process.Kill(entireProcessTree: true);
            else if (!process.WaitForExit(PatienceMilliseconds) || process.ExitCode != 0) return null;
            return output.Result;
        }
        catch (Exception error) when (error is System.ComponentModel.Win32Exception or AggregateException or InvalidOperationException)
        {
            return null;
        }
    }

    private static (byte[] Bytes, bool IsCut) ReadUpTo(Stream stream, int most)
    {
        using var bytes = new MemoryStream();
        byte[] part = new byte[1 << 14];
        while (bytes.Length <= most && stream.Read(part) is > 0 and int length) bytes.Write(part, 0, length);
        bool isCut = bytes.Length > most;
        return (bytes.GetBuffer()[..(int)Math.Min(bytes.Length, most)], isCut);
    }
}
