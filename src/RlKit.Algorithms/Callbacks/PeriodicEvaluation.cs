namespace RlKit;

/// <summary>
/// Evaluates the policy every so many steps on environments of its own, reports the result, and keeps the best policy so far.
/// </summary>
/// <remarks>Every evaluation uses the same seed, so that results compare, and so that a resumed run gives the same ones.</remarks>
public sealed class PeriodicEvaluation : Callback, IStateful
{
    private readonly IVectorEnvironment _environment;
    private readonly string? _bestPath;
    private readonly long _every;
    private readonly int _episodes;
    private readonly long _seed;

    /// <summary>Evaluates every so many steps.</summary>
    /// <param name="environment">Copies to evaluate in, others than those of the training; they belong to the caller.</param>
    /// <param name="every">Environment steps between two evaluations, 1 or more.</param>
    /// <param name="episodes">Episodes in each, 1 or more.</param>
    /// <param name="bestPath">Where the best policy is saved; null to save none.</param>
    /// <param name="seed">Seeds every evaluation; 0 or more.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of its range.</exception>
    public PeriodicEvaluation(IVectorEnvironment environment, long every, int episodes = 10, string? bestPath = null, long seed = 1_000_000)
    {
        ArgumentNullException.ThrowIfNull(environment);
        ArgumentOutOfRangeException.ThrowIfLessThan(every, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(episodes, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(seed);
        _environment = environment;
        _every = every;
        _episodes = episodes;
        _bestPath = bestPath;
        _seed = seed;
    }

    /// <summary>Mean return of the best evaluation so far; negative infinity before the first.</summary>
    public double BestMean { get; private set; } = double.NegativeInfinity;

    /// <summary>The step of the best evaluation so far; -1 before the first.</summary>
    public long BestStep { get; private set; } = -1;

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">The environment is the training's own, or its spaces or mode are others.</exception>
    /// <exception cref="InvalidOperationException">The policy is trained with masks of legal actions, and the environment tells none.</exception>
    /// <exception cref="NotSupportedException">The best policy is to be saved, and the agent's cannot be.</exception>
    /// <exception cref="IOException">It cannot be written there.</exception>
    public override void OnStart(TrainingContext context)
    {
        ArgumentNullException.ThrowIfNull(context);

        // What cannot be evaluated says so before hours of training.
        Policy policy = context.Agent.Policy;
        context.Agent.RequireNotOwn(_environment);
        Evaluator.RequireSuitable(policy, _environment);
        if (_bestPath is not null)
        {
            string trial = _bestPath + ".trial";
            policy.Save(trial);
            File.Delete(trial);
        }

        if (policy.ActionMaskSize == 0) return;
        _environment.Reset(_seed);
        new ActionMasks(_environment, policy.ActionMaskSize).Read();
    }

    /// <inheritdoc/>
    public override void OnStep(TrainingContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        if (context.Step / _every == (context.Step - context.Agent.Environment.Count) / _every) return;
        Phase before = context.Clock.Enter(Phase.Evaluation);
        EvaluationResult result = Evaluator.Evaluate(context.Agent.Policy, _environment, _episodes, _seed);
        context.Tracker.Scalar(Metrics.EvaluationReturnMean, result.Mean, context.Step);
        context.Tracker.Scalar(Metrics.EvaluationReturnStd, result.StandardDeviation, context.Step);
        context.Tracker.Scalar(Metrics.EvaluationLengthMean, result.MeanLength, context.Step);
        // A later policy that does as well has learned for longer.
        if (result.Mean >= BestMean)
        {
            BestMean = result.Mean;
            BestStep = context.Step;
            if (_bestPath is not null) context.Agent.Policy.Save(_bestPath);
        }

        context.Clock.Enter(before);
    }

    /// <inheritdoc/>
    public void SaveState(BinaryWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.Write(BestMean);
        writer.Write(BestStep);
    }

    /// <inheritdoc/>
    public void LoadState(BinaryReader reader)
    {
        ArgumentNullException.ThrowIfNull(reader);
        BestMean = reader.ReadDouble();
        BestStep = reader.ReadInt64();
    }
}
