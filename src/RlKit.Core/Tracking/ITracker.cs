namespace RlKit;

/// <summary>
/// Where a run's measurements go. Agents report to one tracker and know nothing of files, charts or networks.
/// </summary>
/// <remarks>
/// Steps are environment steps over all copies; they never go back. Calls come from one thread, and those of <see cref="SystemMetrics"/> and <see cref="ConsoleText"/>
/// from any thread at any time before <see cref="IDisposable.Dispose"/>. <see cref="Scalar"/> is on the hot path: it returns at once and allocates nothing in the steady state. A tracker that fails does not throw out of these methods: it never stops a training run.
/// </remarks>
public interface ITracker : IDisposable
{
    /// <summary>
    /// The run begins at this step, or goes on from it: records of later steps, which a process that was killed left behind, are dropped.
    /// </summary>
    /// <param name="step">Environment steps done so far; 0 for a new run.</param>
    void Begin(long step);

    /// <summary>The run's configuration: options, spaces, spec. Called once before training, and again with the same content after a resume.</summary>
    /// <param name="configuration">Names with slashes for nesting (<c>algorithm/learning_rate</c>); values are null, bool, long, double or string.</param>
    void Configure(IReadOnlyDictionary<string, object?> configuration);

    /// <summary>One number at a step.</summary>
    /// <param name="name">For example <c>rollout/ep_rew_mean</c>; see <see cref="Metrics"/>.</param>
    /// <param name="value">Any number, NaN too.</param>
    /// <param name="step">Environment steps, 0 or more.</param>
    void Scalar(string name, double value, long step);

    /// <summary>A distribution of numbers at a step.</summary>
    void Histogram(string name, ReadOnlySpan<float> values, long step);

    /// <summary>Text at a step.</summary>
    void Text(string name, string text, long step);

    /// <summary>A picture at a step.</summary>
    void Image(string name, Frame frame, long step);

    /// <summary>A video file at a step; the file is complete and stays where it is.</summary>
    void Video(string name, string path, long step);

    /// <summary>A file that belongs to the run's results, for example a policy.</summary>
    void Artifact(string name, string path);

    /// <summary>A final value of the run; a later one of the same name replaces it. Values are null, bool, long, double or string.</summary>
    void Summary(string name, object? value);

    /// <summary>One finished episode.</summary>
    /// <param name="step">Environment steps at its end, over all copies.</param>
    /// <param name="environment">The copy that it happened in.</param>
    /// <param name="episodeReturn">The sum of its rewards, unscaled.</param>
    /// <param name="length">Its steps.</param>
    void Episode(long step, int environment, double episodeReturn, int length);

    /// <summary>Measurements of the process and its machine at this moment. A tracker that has no use for them does nothing.</summary>
    /// <param name="values">By name, for example <see cref="Metrics.SystemProcessor"/>; it stays the caller's, who may change it afterwards.</param>
    void SystemMetrics(IReadOnlyDictionary<string, double> values)
    {
    }

    /// <summary>Text that the run wrote to its console. A tracker that has no use for it does nothing.</summary>
    /// <param name="text">As it was written: one line, several, or a part of one.</param>
    /// <param name="isError">Whether it went to the standard error.</param>
    void ConsoleText(string text, bool isError)
    {
    }

    /// <summary>Hands on everything reported so far, so that a process that is killed loses none of it; the record of a run brings it to the disk.</summary>
    void Flush();

    /// <summary>The run has ended; nothing is reported after this.</summary>
    /// <param name="outcome">How it ended.</param>
    /// <param name="error">What ended a failed run; else null.</param>
    void Finish(RunOutcome outcome, Exception? error = null);
}
