namespace RlKit;

/// <summary>Measures a policy on environments of its own.</summary>
public static class Evaluator
{
    /// <summary>
    /// Runs whole episodes. Every copy has the same share of them, fixed beforehand: taking those that finish first would prefer short ones.
    /// </summary>
    /// <param name="policy">What acts.</param>
    /// <param name="environment">Copies to run in, with <see cref="AutoresetMode.SameStep"/>; they are reset first.</param>
    /// <param name="episodes">How many, 1 or more.</param>
    /// <param name="seed">Seeds the environments and the policy's draws; 0 or more.</param>
    /// <param name="deterministic">The best actions; else drawn ones.</param>
    /// <param name="cancellation">Ends the evaluation with an <see cref="OperationCanceledException"/>.</param>
    /// <returns>The episodes, ordered by copy and then by time.</returns>
    /// <exception cref="ArgumentException">The environment's spaces are not the policy's, or its mode is another.</exception>
    /// <exception cref="ArgumentOutOfRangeException">There are fewer than one episode, or the seed is below zero.</exception>
    /// <exception cref="InvalidOperationException">The policy was trained with masks of legal actions, and the environment tells none.</exception>
    public static EvaluationResult Evaluate(
        Policy policy, IVectorEnvironment environment, int episodes = 100, long seed = 0, bool deterministic = true, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(policy);
        ArgumentNullException.ThrowIfNull(environment);
        ArgumentOutOfRangeException.ThrowIfLessThan(episodes, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(seed);
        RequireSuitable(policy, environment);

        int copies = environment.Count;
        var random = new Pcg64((ulong)seed);
        var player = new Player(policy, environment);
        double[] runningReturns = new double[copies];
        int[] runningLengths = new int[copies];
        int[] done = new int[copies];
        double[] returns = new double[episodes];
        int[] lengths = new int[episodes];
        int left = episodes;

        environment.Reset(seed);
        while (left > 0)
        {
            cancellation.ThrowIfCancellationRequested();
            player.Step(deterministic, random);
            for (int i = 0; i < copies; i++)
            {
                (int first, int share) = Share(i, copies, episodes);
                if (done[i] == share) continue;
                runningReturns[i] += environment.Rewards[i];
                runningLengths[i]++;
                if (!environment.Terminated[i] && !environment.Truncated[i]) continue;
                returns[first + done[i]] = runningReturns[i];
                lengths[first + done[i]] = runningLengths[i];
                runningReturns[i] = 0;
                runningLengths[i] = 0;
                done[i]++;
                left--;
            }
        }

        return new EvaluationResult(returns, lengths);
    }

    /// <summary>Refuses an environment that the policy cannot be evaluated in.</summary>
    /// <exception cref="ArgumentException">Its spaces are not the policy's, or its mode is another.</exception>
    internal static void RequireSuitable(Policy policy, IVectorEnvironment environment)
    {
        if (environment.AutoresetMode != AutoresetMode.SameStep)
            throw new ArgumentException($"The environment's autoreset mode is {environment.AutoresetMode}; evaluate with AutoresetMode.SameStep.", nameof(environment));
        if (policy.ObservationSpace != environment.ObservationSpace || policy.ActionSpace != environment.ActionSpace)
        {
            throw new ArgumentException(
                $"The policy acts from {policy.ObservationSpace} to {policy.ActionSpace}, and the environment has {environment.ObservationSpace} and {environment.ActionSpace}; make the environment as it was for training.", nameof(environment));
        }
    }

    private static (int First, int Length) Share(int copy, int copies, int episodes)
    {
        int first = (int)((long)copy * episodes / copies);
        return (first, (int)((copy + 1L) * episodes / copies) - first);
    }
}
