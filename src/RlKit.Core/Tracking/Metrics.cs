namespace RlKit;

/// <summary>The names of all metrics that the agents report. They are Stable-Baselines3's where it has one.</summary>
public static class Metrics
{
    /// <summary>Mean return of the last 100 finished episodes.</summary>
    public const string EpisodeReturnMean = "rollout/ep_rew_mean";

    /// <summary>Mean length of the last 100 finished episodes, in steps.</summary>
    public const string EpisodeLengthMean = "rollout/ep_len_mean";

    /// <summary>Share of random actions, of an agent that explores by epsilon.</summary>
    public const string ExplorationRate = "rollout/exploration_rate";

    /// <summary>Return of one finished episode.</summary>
    public const string EpisodeReturn = "rollout/episode_return";

    /// <summary>Highest return of one episode so far.</summary>
    public const string EpisodeReturnMax = "rollout/ep_rew_max";

    /// <summary>The loss of the last update.</summary>
    public const string Loss = "train/loss";

    /// <summary>Learning rate of the last update.</summary>
    public const string LearningRate = "train/learning_rate";

    /// <summary>Updates so far.</summary>
    public const string Updates = "train/n_updates";

    /// <summary>Mean value of the chosen actions in the last batch.</summary>
    public const string QValues = "train/q_values";

    /// <summary>PPO's clipped surrogate loss.</summary>
    public const string PolicyGradientLoss = "train/policy_gradient_loss";

    /// <summary>PPO's value loss.</summary>
    public const string ValueLoss = "train/value_loss";

    /// <summary>Minus the mean entropy of the policy.</summary>
    public const string EntropyLoss = "train/entropy_loss";

    /// <summary>Estimated KL divergence between the old and the new policy: mean of (ratio - 1) - log ratio.</summary>
    public const string ApproximateKl = "train/approx_kl";

    /// <summary>Share of samples whose ratio was clipped.</summary>
    public const string ClipFraction = "train/clip_fraction";

    /// <summary>1 - Var(return - value) / Var(return).</summary>
    public const string ExplainedVariance = "train/explained_variance";

    /// <summary>Mean standard deviation of a Gaussian policy.</summary>
    public const string StandardDeviation = "train/std";

    /// <summary>Norm of the gradient before clipping.</summary>
    public const string GradientNorm = "train/grad_norm";

    /// <summary>Environment steps per second since the start or the resume.</summary>
    public const string StepsPerSecond = "time/fps";

    /// <summary>Seconds since the start or the resume.</summary>
    public const string TimeElapsed = "time/time_elapsed";

    /// <summary>Mean return of an evaluation.</summary>
    public const string EvaluationReturnMean = "eval/mean_reward";

    /// <summary>Standard deviation of the returns of an evaluation.</summary>
    public const string EvaluationReturnStd = "eval/std_reward";

    /// <summary>A video of one episode of the policy.</summary>
    public const string EpisodeVideo = "eval/video";

    /// <summary>Mean length of the episodes of an evaluation, in steps.</summary>
    public const string EvaluationLengthMean = "eval/mean_ep_length";
}
