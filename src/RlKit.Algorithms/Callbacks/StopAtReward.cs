namespace RlKit;

/// <summary>Stops a training when the mean return of the last 100 episodes reaches a threshold.</summary>
/// <param name="threshold">The return to reach, for example the environment's <see cref="EnvironmentSpec.RewardThreshold"/>.</param>
public sealed class StopAtReward(double threshold) : Callback
{
    /// <inheritdoc/>
    public override void OnEpisode(TrainingContext context, in Episode episode)
    {
        ArgumentNullException.ThrowIfNull(context);
        if (context.Episodes.Count >= EpisodeWindow.Length && context.Episodes.MeanReturn >= threshold)
            context.Stop(FormattableString.Invariant($"mean return {context.Episodes.MeanReturn:0.##} reached {threshold:0.##}"));
    }
}
