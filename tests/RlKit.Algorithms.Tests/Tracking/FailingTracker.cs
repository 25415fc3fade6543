namespace RlKit.Tests.Tracking;

/// <summary>A tracker that throws in one of its methods, or in all, and counts the calls of each.</summary>
internal sealed class FailingTracker(string method) : ITracker
{
    public const string All = "all";

    public static readonly string[] Methods =
    [
        All, nameof(Begin), nameof(Configure), nameof(Scalar), nameof(Histogram), nameof(Text), nameof(Image), nameof(Video), nameof(Artifact), nameof(Summary), nameof(Episode), nameof(Flush), nameof(Finish),
        nameof(Dispose),
    ];

    /// <summary>Whether it throws; it can be mended.</summary>
    public bool IsBroken { get; set; } = true;

    public Dictionary<string, int> Calls { get; } = [];

    public void Begin(long step) => Call(nameof(Begin));

    public void Configure(IReadOnlyDictionary<string, object?> configuration) => Call(nameof(Configure));

    public void Scalar(string name, double value, long step) => Call(nameof(Scalar));

    public void Histogram(string name, ReadOnlySpan<float> values, long step) => Call(nameof(Histogram));

    public void Text(string name, string text, long step) => Call(nameof(Text));

    public void Image(string name, Frame frame, long step) => Call(nameof(Image));

    public void Video(string name, string path, long step) => Call(nameof(Video));

    public void Artifact(string name, string path) => Call(nameof(Artifact));

    public void Summary(string name, object? value) => Call(nameof(Summary));

    public void Episode(long step, int environment, double episodeReturn, int length) => Call(nameof(Episode));

    public void Flush() => Call(nameof(Flush));

    public void Finish(RunOutcome outcome, Exception? error = null) => Call(nameof(Finish));

    public void Dispose() => Call(nameof(Dispose));

    private void Call(string called)
    {
        Calls[called] = Calls.GetValueOrDefault(called) + 1;
        if (IsBroken && (method == All || method == called)) throw new InvalidOperationException($"{called} does not work");
    }
}
