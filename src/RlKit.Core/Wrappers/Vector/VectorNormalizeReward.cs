namespace RlKit;

/// <summary>
/// Scales the rewards of a vector environment by the running standard deviation of their discounted sums, over all copies: <see cref="NormalizeReward{TObservation,TAction}"/> with one batch a step.
/// </summary>
/// <remarks>
/// Gymnasium's vector NormalizeReward. A sum starts again at 0 at an episode's end in same-step mode; in the other modes the step that resets counts nowhere. The statistics are part of the saved state.
/// </remarks>
public sealed class VectorNormalizeReward : VectorRewardWrapper
{
    private readonly double _gamma;
    private readonly double _epsilon;
    private readonly double[] _discounted;
    private readonly double[] _batch;
    private readonly bool[] _ended;

    /// <summary>Scales rewards.</summary>
    /// <param name="environment">The vector environment to wrap.</param>
    /// <param name="gamma">The discount of the sums, from 0 to 1: the agent's.</param>
    /// <param name="epsilon">Added to the variance, above 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">Gamma is not within 0 and 1, or epsilon not above 0.</exception>
    public VectorNormalizeReward(IVectorEnvironment environment, double gamma = 0.99, double epsilon = 1e-8)
        : base(environment)
    {
        NormalizeReward<float[], int>.RequireGamma(gamma);
        NormalizeObservation<int>.RequireEpsilon(epsilon);
        _gamma = gamma;
        _epsilon = epsilon;
        _discounted = new double[Count];
        _batch = new double[Count];
        _ended = new bool[Count];
    }

    /// <summary>The mean and variance of the discounted sums so far.</summary>
    public RunningMeanStd Statistics { get; } = new(1);

    /// <summary>True while the statistics stay as they are, as in an evaluation.</summary>
    public bool IsFrozen { get; set; }

    /// <inheritdoc/>
    public override void Reset(long? seed = null, EnvironmentOptions? options = null)
    {
        base.Reset(seed, options);
        Array.Clear(_discounted);
        Array.Clear(_ended);
    }

    /// <inheritdoc/>
    public override void Reset(ReadOnlySpan<long> seeds, EnvironmentOptions? options = null)
    {
        base.Reset(seeds, options);
        Array.Clear(_discounted);
        Array.Clear(_ended);
    }

    /// <inheritdoc/>
    public override void ResetWhere(ReadOnlySpan<bool> mask)
    {
        base.ResetWhere(mask);
        for (int i = 0; i < Count; i++)
        {
            if (!mask[i]) continue;
            _discounted[i] = 0;
            _ended[i] = false;
        }
    }

    /// <inheritdoc/>
    public override void SaveState(BinaryWriter writer)
    {
        base.SaveState(writer);
        Statistics.SaveState(writer);
        writer.Write(IsFrozen);
        for (int i = 0; i < Count; i++)
        {
            writer.Write(_discounted[i]);
            writer.Write(_ended[i]);
        }
    }

    /// <inheritdoc/>
    public override void LoadState(BinaryReader reader)
    {
        base.LoadState(reader);
        Statistics.LoadState(reader);
        IsFrozen = reader.ReadBoolean();
        for (int i = 0; i < Count; i++)
        {
            _discounted[i] = reader.ReadDouble();
            _ended[i] = reader.ReadBoolean();
        }
    }

    /// <inheritdoc/>
    protected override void Change(Span<double> rewards)
    {
        bool sameStep = AutoresetMode == AutoresetMode.SameStep;
        int active = 0;
        for (int i = 0; i < rewards.Length; i++)
        {
            bool ended = Terminated[i] || Truncated[i];
            if (sameStep || !_ended[i])
            {
                _discounted[i] = (_discounted[i] * _gamma * (Terminated[i] ? 0 : 1)) + rewards[i];
                _batch[active++] = _discounted[i];
            }

            if (sameStep && ended) _discounted[i] = 0;
            _ended[i] = ended;
        }

        if (!IsFrozen) Statistics.Update(_batch.AsSpan(0, active));
        double scale = Math.Sqrt(Statistics.Variance[0] + _epsilon);
        foreach (ref double reward in rewards) reward /= scale;
    }
}
