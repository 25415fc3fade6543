namespace RlKit;

/// <summary>What a callback sees of the training that it is called from.</summary>
public sealed class TrainingContext
{
    internal TrainingContext(Agent agent, long totalSteps, ITracker tracker, PhaseClock clock)
    {
        Agent = agent;
        TotalSteps = totalSteps;
        Tracker = tracker;
        Clock = clock;
    }

    /// <summary>The agent that trains.</summary>
    public Agent Agent { get; }

    /// <summary>Environment steps so far, over all copies, calls and resumes.</summary>
    public long Step => Agent.Step;

    /// <summary>Environment steps to do, absolute.</summary>
    public long TotalSteps { get; }

    /// <summary>Where measurements go.</summary>
    public ITracker Tracker { get; }

    /// <summary>Returns and lengths of the episodes so far.</summary>
    public EpisodeWindow Episodes => Agent.Episodes;

    /// <summary>The wall time of this call of Learn by phase.</summary>
    public PhaseClock Clock { get; }

    /// <summary>Why the training is to stop; null while it goes on.</summary>
    public string? StopReason { get; private set; }

    /// <summary>Ends the training after the present step. The first reason counts.</summary>
    /// <param name="reason">For the result and the log, for example "mean return 475 reached".</param>
    public void Stop(string reason)
    {
        ArgumentException.ThrowIfNullOrEmpty(reason);
        StopReason ??= reason;
    }
}
