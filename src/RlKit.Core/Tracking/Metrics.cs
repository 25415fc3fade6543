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

    /// <summary>Processor time of the whole machine, in percent of all its processors.</summary>
    public const string SystemProcessor = "system/cpu";

    /// <summary>Processor time of this process, in percent of all processors of the machine.</summary>
    public const string SystemProcessProcessor = "system/process_cpu";

    /// <summary>Memory of the machine that is in use, in percent.</summary>
    public const string SystemMemoryPercent = "system/memory_percent";

    /// <summary>Memory of the machine that programs can still get, in MiB.</summary>
    public const string SystemMemoryAvailable = "system/memory_available_mb";

    /// <summary>Memory of this process that is in the machine's memory, in MiB.</summary>
    public const string SystemProcessMemory = "system/process_memory_mb";

    /// <summary>Threads of this process.</summary>
    public const string SystemProcessThreads = "system/process_threads";

    /// <summary>Garbage collections of generation 0 and higher since the process began.</summary>
    public const string SystemCollections0 = "system/gc_gen0";

    /// <summary>Garbage collections of generation 1 and higher since the process began.</summary>
    public const string SystemCollections1 = "system/gc_gen1";

    /// <summary>Garbage collections of generation 2 since the process began.</summary>
    public const string SystemCollections2 = "system/gc_gen2";

    /// <summary>Seconds for which garbage collections have stopped the process since it began.</summary>
    public const string SystemCollectionPause = "system/gc_pause_seconds";

    /// <summary>The managed heap after the last garbage collection, in MiB.</summary>
    public const string SystemHeap = "system/gc_heap_mb";

    /// <summary>Managed memory that was allocated since the process began, in MiB.</summary>
    public const string SystemAllocated = "system/gc_allocated_mb";

    /// <summary>Room left on the disk of the runs, in GiB.</summary>
    public const string SystemDiskFree = "system/disk_free_gb";

    /// <summary>Room taken on the disk of the runs, in percent.</summary>
    public const string SystemDiskPercent = "system/disk_percent";

    /// <summary>What this process read from disks since it began, in MiB.</summary>
    public const string SystemDiskRead = "system/disk_read_mb";

    /// <summary>What this process wrote to disks since it began, in MiB.</summary>
    public const string SystemDiskWritten = "system/disk_written_mb";

    /// <summary>Time that a GPU was busy, in percent; the number of the GPU follows <c>gpu_</c>.</summary>
    public const string SystemGpuPercent = "system/gpu_0_percent";

    /// <summary>Memory of a GPU that is in use, in percent.</summary>
    public const string SystemGpuMemoryPercent = "system/gpu_0_memory_percent";

    /// <summary>Memory of a GPU that is in use, in MiB.</summary>
    public const string SystemGpuMemory = "system/gpu_0_memory_mb";

    /// <summary>Temperature of a GPU, in degrees Celsius.</summary>
    public const string SystemGpuTemperature = "system/gpu_0_temperature";

    /// <summary>Power that a GPU draws, in watts.</summary>
    public const string SystemGpuPower = "system/gpu_0_power_watts";
}
