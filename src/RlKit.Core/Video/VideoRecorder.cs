using System.Globalization;

namespace RlKit.Video;

/// <summary>Decides which frames of an environment go into which video.</summary>
internal sealed class VideoRecorder : IDisposable
{
    private const int DefaultFramesPerSecond = 30;

    private readonly string _folder;
    private readonly RecordVideoOptions _options;
    private readonly int _framesPerSecond;
    private readonly List<string> _videos = [];
    private long _episode = -1, _step = -1;
    private VideoWriter? _writer;

    public VideoRecorder(string folder, RecordVideoOptions? options, EnvironmentSpec? spec)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        _options = options ?? new RecordVideoOptions();
        if (_options.VideoLength < 0)
            throw new ArgumentOutOfRangeException(nameof(options), _options.VideoLength, $"VideoLength is {_options.VideoLength}; give 1 or more frames, or 0 for whole episodes.");
        if (string.IsNullOrEmpty(_options.NamePrefix) || _options.NamePrefix.AsSpan().IndexOfAny(Path.GetInvalidFileNameChars()) >= 0)
            throw new ArgumentException($"NamePrefix is '{_options.NamePrefix}'; give text that can begin a file name.", nameof(options));
        _framesPerSecond = _options.FramesPerSecond ?? spec?.FramesPerSecond ?? DefaultFramesPerSecond;
        VideoWriter.RequireFrameRate(_framesPerSecond);
        _ = VideoWriter.Extension(_options.Format);
        if (_options.Format == VideoFormat.Mp4) _ = Mp4Writer.FindFfmpeg();
        _folder = Directory.CreateDirectory(folder).FullName;
    }

    /// <summary>The finished files.</summary>
    public IReadOnlyList<string> Videos => _videos;

    public void OnReset(Func<Frame> render)
    {
        _episode++;
        if (_options.VideoLength == 0) Finish();
        if (IsEpisodeWanted(_episode)) Start("episode", _episode);
        Capture(render);
    }

    public void OnStep(Func<Frame> render, bool isDone)
    {
        _step++;
        if (_options.StepTrigger is { } isWanted && isWanted(_step)) Start("step", _step);
        Capture(render);
        if (isDone && _options.VideoLength == 0) Finish();
    }

    /// <summary>A last step whose state cannot be drawn, as the environment has reset itself already.</summary>
    public void OnStepThatResets(Func<Frame> render)
    {
        _step++;
        _episode++;
        if (_options.VideoLength == 0) Finish();
        if (IsEpisodeWanted(_episode)) Start("episode", _episode);
        else if (_options.StepTrigger is { } isWanted && isWanted(_step)) Start("step", _step);
        Capture(render);
    }

    public void SaveState(BinaryWriter writer)
    {
        writer.Write(_episode);
        writer.Write(_step);
    }

    public void LoadState(BinaryReader reader)
    {
        Finish();
        _episode = reader.ReadInt64();
        _step = reader.ReadInt64();
    }

    /// <summary>Finishes the video that is being recorded.</summary>
    public void Dispose() => Finish();

    private bool IsEpisodeWanted(long episode)
    {
        if (_options.EpisodeTrigger is { } isWanted) return isWanted(episode);
        if (_options.StepTrigger is not null) return false;
        if (episode >= 1000) return episode % 1000 == 0;
        double root = Math.Round(Math.Cbrt(episode));
        return root * root * root == episode;
    }

    private void Start(string unit, long number)
    {
        Finish();
        string name = string.Create(CultureInfo.InvariantCulture, $"{_options.NamePrefix}-{unit}-{number}"), extension = VideoWriter.Extension(_options.Format);
        string path = Path.Combine(_folder, name + extension);
        // A video that is there, of an earlier run, stays.
        for (int copy = 1; File.Exists(path); copy++) path = Path.Combine(_folder, string.Create(CultureInfo.InvariantCulture, $"{name}-{copy}{extension}"));
        _writer = VideoWriter.Create(path, _framesPerSecond, _options.Format);
    }

    private void Capture(Func<Frame> render)
    {
        if (_writer is null) return;
        try
        {
            _writer.Add(render());
        }
        catch
        {
            _writer.Dispose();
            _writer = null;
            throw;
        }

        if (_writer.FrameCount == _options.VideoLength) Finish();
    }

    private void Finish()
    {
        if (_writer is null) return;
        using VideoWriter writer = _writer;
        _writer = null;
        writer.Finish();
        _videos.Add(writer.Path);
    }
}
