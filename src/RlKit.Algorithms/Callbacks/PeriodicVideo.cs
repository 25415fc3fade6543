using System.Globalization;
using RlKit.Video;

namespace RlKit;

/// <summary>Records a video of one greedy episode every so many steps, in an environment of its own. Files are named by the step, so that a resumed run writes the same ones again.</summary>
public sealed class PeriodicVideo : Callback
{
    private readonly IVectorEnvironment _environment;
    private readonly string _folder;
    private readonly long _every;
    private readonly VideoFormat _format;
    private readonly long _seed;

    /// <summary>Records videos.</summary>
    /// <param name="environment">The environment, of which copy 0 is recorded, another than that of the training; it belongs to the caller.</param>
    /// <param name="folder">Where the files go; it is made when it does not exist.</param>
    /// <param name="every">Environment steps between two videos, 1 or more.</param>
    /// <param name="format">The format of the files.</param>
    /// <param name="seed">Seeds every recorded episode; 0 or more.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of its range.</exception>
    public PeriodicVideo(IVectorEnvironment environment, string folder, long every, VideoFormat format = VideoFormat.AnimatedPng, long seed = 3_000_000)
    {
        ArgumentNullException.ThrowIfNull(environment);
        ArgumentException.ThrowIfNullOrEmpty(folder);
        ArgumentOutOfRangeException.ThrowIfLessThan(every, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(seed);
        _environment = environment;
        _folder = folder;
        _every = every;
        _format = format;
        _seed = seed;
    }

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">The environment is the training's own.</exception>
    /// <exception cref="NotSupportedException">The environment does not draw.</exception>
    public override void OnStart(TrainingContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        context.Agent.RequireNotOwn(_environment);

        // An environment that cannot draw says so before hours of training.
        _environment.Reset(_seed);
        _environment.Render(0);
    }

    /// <inheritdoc/>
    public override void OnStep(TrainingContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        if (context.Step / _every == (context.Step - context.Agent.Environment.Count) / _every) return;
        Phase before = context.Clock.Enter(Phase.Evaluation);
        string path = Path.Combine(_folder, "step-" + context.Step.ToString("D12", CultureInfo.InvariantCulture) + VideoWriter.Extension(_format));
        Record(context.Agent.Policy, _environment, path, _format, _seed);
        context.Tracker.Video(Metrics.EpisodeVideo, path, context.Step);
        context.Clock.Enter(before);
    }

    /// <summary>Records one greedy episode of copy 0.</summary>
    /// <param name="policy">What acts.</param>
    /// <param name="environment">The environment; it is reset first.</param>
    /// <param name="path">The file; an existing one is replaced.</param>
    /// <param name="format">Its format.</param>
    /// <param name="seed">Seeds the environment.</param>
    /// <exception cref="NotSupportedException">The environment does not draw.</exception>
    public static void Record(Policy policy, IVectorEnvironment environment, string path, VideoFormat format = VideoFormat.AnimatedPng, long seed = 0)
    {
        ArgumentNullException.ThrowIfNull(policy);
        ArgumentNullException.ThrowIfNull(environment);
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
        var player = new Player(policy, environment);
        using VideoWriter video = VideoWriter.Create(path, environment.Spec?.FramesPerSecond ?? new EnvironmentSpec("").FramesPerSecond, format);
        environment.Reset(seed);
        do
        {
            video.Add(environment.Render(0));
            player.Step(deterministic: true, random: null);
        }
        while (!environment.Terminated[0] && !environment.Truncated[0]);

        video.Finish();
    }
}
