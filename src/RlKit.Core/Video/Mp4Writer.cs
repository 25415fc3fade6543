using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace RlKit.Video;

/// <summary>
/// Writes MP4 with H.264 in yuv420p, which every player knows, through the program <c>ffmpeg</c>. A side of odd length gets one more row or column, white.
/// </summary>
public sealed class Mp4Writer : VideoWriter
{
    private const int ErrorCharacters = 2000;

    private readonly string _program;
    private readonly StringBuilder _errors = new();
    private Process? _ffmpeg;

    /// <summary>A writer of one MP4 file.</summary>
    /// <inheritdoc/>
    /// <exception cref="FileNotFoundException">There is no <c>ffmpeg</c> in the folders of PATH.</exception>
    public Mp4Writer(string path, int framesPerSecond)
        : base(path, framesPerSecond) => _program = FindFfmpeg();

    /// <summary>Where <c>ffmpeg</c> is.</summary>
    /// <exception cref="FileNotFoundException">It is in none of the folders of PATH.</exception>
    public static string FindFfmpeg()
    {
        string name = OperatingSystem.IsWindows() ? "ffmpeg.exe" : "ffmpeg";
        foreach (string folder in (Environment.GetEnvironmentVariable("PATH") ?? "").Split(System.IO.Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries))
        {
            string candidate = System.IO.Path.Combine(folder, name);
            if (File.Exists(candidate)) return candidate;
        }

        throw new FileNotFoundException($"An MP4 video needs the program 'ffmpeg', and there is none in the folders of PATH: install ffmpeg, or record {nameof(VideoFormat)}.{nameof(VideoFormat.AnimatedPng)}, which needs nothing.", name);
    }

    /// <inheritdoc/>
    protected override void Begin(int width, int height)
    {
        var start = new ProcessStartInfo(_program)
        {
            RedirectStandardInput = true,
            RedirectStandardError = true,
            RedirectStandardOutput = true,
            UseShellExecute = false,
            CreateNoWindow = true,
        };
        string[] arguments =
        [
            "-hide_banner", "-loglevel", "error", "-y",
            "-f", "rawvideo", "-pixel_format", "rgb24", "-video_size", string.Create(CultureInfo.InvariantCulture, $"{width}x{height}"),
            "-framerate", FramesPerSecond.ToString(CultureInfo.InvariantCulture), "-i", "pipe:0",
            "-vf", "pad=ceil(iw/2)*2:ceil(ih/2)*2:color=white", "-an", "-c:v", "h264", "-pix_fmt", "yuv420p", "-movflags", "+faststart", "-f", "mp4", PartialPath,
        ];
        foreach (string argument in arguments) start.ArgumentList.Add(argument);

        _ffmpeg = new Process { StartInfo = start };
        _ffmpeg.ErrorDataReceived += (_, line) =>
        {
            lock (_errors)
                if (_errors.Length < ErrorCharacters) _errors.AppendLine(line.Data);
        };
        try
        {
            _ffmpeg.Start();
        }
        catch (Win32Exception error)
        {
            throw new IOException($"'{_program}' does not start: {error.Message}", error);
        }

        _ffmpeg.BeginErrorReadLine();
    }

    /// <inheritdoc/>
    protected override void Append(Frame frame)
    {
        try
        {
            _ffmpeg!.StandardInput.BaseStream.Write(frame.Pixels);
        }
        catch (IOException error)
        {
            _ffmpeg!.WaitForExit();
            throw Failed(error);
        }
    }

    /// <inheritdoc/>
    protected override void Complete()
    {
        try
        {
            _ffmpeg!.StandardInput.Close();
        }
        catch (IOException error)
        {
            _ffmpeg!.WaitForExit();
            throw Failed(error);
        }

        _ffmpeg.WaitForExit();
        if (_ffmpeg.ExitCode != 0) throw Failed(null);
        using var file = new FileStream(PartialPath, FileMode.Open, FileAccess.Write);
        file.Flush(flushToDisk: true);
    }

    /// <inheritdoc/>
    protected override void Abandon()
    {
        if (_ffmpeg is null) return;
        if (!_ffmpeg.HasExited)
        {
            _ffmpeg.Kill();
            _ffmpeg.WaitForExit();
        }
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        base.Dispose(disposing);
        if (disposing) _ffmpeg?.Dispose();
        _ffmpeg = null;
    }

    private IOException Failed(Exception? inner)
    {
        string message;
        lock (_errors) message = _errors.ToString().Trim();
        return new IOException($"ffmpeg could not write '{Path}' (exit code {_ffmpeg!.ExitCode}): {(message.Length > 0 ? message : "it gave no reason")}", inner);
    }
}
