using System.Globalization;

namespace RlKit.Video;

/// <summary>
/// Writes a video frame by frame. The file has its name only when <see cref="Finish"/> has returned: until then it is written beside, under
/// the name with <see cref="PartialSuffix"/>, so that a process that is killed leaves no half video.
/// </summary>
/// <example><code>
/// using VideoWriter video = VideoWriter.Create("episode.png", framesPerSecond: 50, VideoFormat.AnimatedPng);
/// video.Add(environment.Render());
/// video.Finish();
/// </code></example>
public abstract class VideoWriter : IDisposable
{
    /// <summary>What the name of an unfinished file ends with.</summary>
    public const string PartialSuffix = AtomicFile.PartialSuffix;

    private bool _isOver;
    private int _width, _height;

    /// <summary>A writer of one video.</summary>
    /// <param name="path">The file, in a folder that exists.</param>
    /// <param name="framesPerSecond">1 to 1000.</param>
    /// <exception cref="ArgumentException">The path is empty.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The frame rate is outside 1 to 1000.</exception>
    protected VideoWriter(string path, int framesPerSecond)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        RequireFrameRate(framesPerSecond);
        Path = System.IO.Path.GetFullPath(path);
        FramesPerSecond = framesPerSecond;
    }

    /// <summary>The file, once it is finished.</summary>
    public string Path { get; }

    /// <summary>How many frames are shown in a second.</summary>
    public int FramesPerSecond { get; }

    /// <summary>How many frames were added.</summary>
    public int FrameCount { get; private set; }

    /// <summary>The unfinished file.</summary>
    protected string PartialPath => Path + PartialSuffix;

    /// <summary>The ending of the file names of a format, with its dot.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such format.</exception>
    public static string Extension(VideoFormat format) => format switch
    {
        VideoFormat.AnimatedPng => ".png",
        VideoFormat.Mp4 => ".mp4",
        _ => throw UnknownFormat(format),
    };

    /// <summary>A writer of a format.</summary>
    /// <param name="path">The file, in a folder that exists.</param>
    /// <param name="framesPerSecond">1 to 1000.</param>
    /// <param name="format">The format; the name of the file plays no part.</param>
    /// <exception cref="ArgumentException">The path is empty.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The frame rate is outside 1 to 1000, or there is no such format.</exception>
    /// <exception cref="FileNotFoundException">MP4 was asked for and there is no <c>ffmpeg</c> in the folders of PATH.</exception>
    public static VideoWriter Create(string path, int framesPerSecond, VideoFormat format) => format switch
    {
        VideoFormat.AnimatedPng => new AnimatedPngWriter(path, framesPerSecond),
        VideoFormat.Mp4 => new Mp4Writer(path, framesPerSecond),
        _ => throw UnknownFormat(format),
    };

    /// <summary>Adds a frame. It is written at once and not kept.</summary>
    /// <exception cref="ArgumentNullException">The frame is null.</exception>
    /// <exception cref="ArgumentException">The frame is not of the size of the first one.</exception>
    /// <exception cref="InvalidOperationException">The video is finished or disposed.</exception>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public void Add(Frame frame)
    {
        ArgumentNullException.ThrowIfNull(frame);
        if (_isOver) throw new InvalidOperationException($"The video '{Path}' is finished or disposed; make another writer.");
        if (FrameCount == 0)
        {
            (_width, _height) = (frame.Width, frame.Height);
            Begin(frame.Width, frame.Height);
        }
        else if (frame.Width != _width || frame.Height != _height)
        {
            throw new ArgumentException($"The frame is {frame.Width} x {frame.Height}, the video {_width} x {_height}; all frames have to be of the size of the first.", nameof(frame));
        }

        Append(frame);
        FrameCount++;
    }

    /// <summary>Completes the file and gives it its name; a file of the same name is replaced.</summary>
    /// <exception cref="InvalidOperationException">No frame was added, or the video is finished or disposed already.</exception>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public void Finish()
    {
        if (_isOver) throw new InvalidOperationException($"The video '{Path}' is finished or disposed already.");
        if (FrameCount == 0) throw new InvalidOperationException($"The video '{Path}' has no frame; add one, or dispose the writer to have no video.");
        Complete();
        File.Move(PartialPath, Path, overwrite: true);
        _isOver = true;
        Dispose();
    }

    /// <summary>Frees the writer. A video that was not finished is discarded.</summary>
    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    internal static void RequireFrameRate(int framesPerSecond)
    {
        if (framesPerSecond is < 1 or > 1000)
            throw new ArgumentOutOfRangeException(nameof(framesPerSecond), framesPerSecond, string.Create(CultureInfo.InvariantCulture, $"The frame rate is {framesPerSecond}; give 1 to 1000 frames per second."));
    }

    /// <summary>Opens the unfinished file.</summary>
    /// <param name="width">Pixels in a row of every frame.</param>
    /// <param name="height">Rows of every frame.</param>
    protected abstract void Begin(int width, int height);

    /// <summary>Writes one frame.</summary>
    protected abstract void Append(Frame frame);

    /// <summary>Completes the unfinished file, flushes it to the disk and closes it.</summary>
    protected abstract void Complete();

    /// <summary>Closes the unfinished file as it is.</summary>
    protected abstract void Abandon();

    /// <summary>Discards a video that was not finished.</summary>
    protected virtual void Dispose(bool disposing)
    {
        if (!disposing || _isOver) return;
        _isOver = true;
        Abandon();
        if (File.Exists(PartialPath)) File.Delete(PartialPath);
    }

    private static ArgumentOutOfRangeException UnknownFormat(VideoFormat format) =>
        new(nameof(format), format, $"There is no video format {(int)format}; give {nameof(VideoFormat.AnimatedPng)} or {nameof(VideoFormat.Mp4)}.");
}
