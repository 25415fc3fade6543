namespace RlKit;

/// <summary>Counts the steps of an episode and says when the last one was taken: the time limit of single and of vector environments.</summary>
internal struct StepLimit
{
    private readonly int _limit;

    /// <summary>A limit, of which no step is taken yet.</summary>
    /// <param name="maxEpisodeSteps">Steps in an episode, 1 or more; null for no limit.</param>
    /// <exception cref="ArgumentOutOfRangeException">The limit is below 1.</exception>
    public StepLimit(int? maxEpisodeSteps)
    {
        if (maxEpisodeSteps is < 1)
            throw new ArgumentOutOfRangeException(nameof(maxEpisodeSteps), maxEpisodeSteps, $"The limit is {maxEpisodeSteps} steps; give 1 or more.");
        _limit = maxEpisodeSteps ?? 0;
    }

    /// <summary>Steps of the present episode.</summary>
    public int Elapsed { get; set; }

    /// <summary>Begins an episode.</summary>
    public void Restart() => Elapsed = 0;

    /// <summary>Counts a step.</summary>
    /// <returns>True when it was the last one, whatever else happened in it.</returns>
    public bool Step() => _limit != 0 && ++Elapsed >= _limit;
}
