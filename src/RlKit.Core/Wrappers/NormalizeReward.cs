using System.Globalization;

namespace RlKit;

/// <summary>
/// Scales rewards so that their discounted sum has a variance of about 1: reward / sqrt(variance + epsilon), with the running variance of the sum
/// g = gamma * g + reward. The mean is not taken away.
/// </summary>
/// <remarks>
/// Gymnasium's NormalizeReward, with its sum as well: it starts from the reward of a step that terminates, and goes on over a truncation and a reset. The statistics are part of the saved state.
/// </remarks>
public sealed class NormalizeReward<TObservation, TAction> : RewardWrapper<TObservation, TAction>
    where TObservation : notnull
    where TAction : notnull
{
    private readonly double _gamma;
    private readonly double _epsilon;
    private double _discounted;

    /// <summary>Scales rewards.</summary>
    /// <param name="environment">The environment to wrap.</param>
    /// <param name="gamma">The discount of the sum, from 0 to 1: the agent's.</param>
    /// <param name="epsilon">Added to the variance, above 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">Gamma is not within 0 and 1, or epsilon not above 0.</exception>
    public NormalizeReward(IEnvironment<TObservation, TAction> environment, double gamma = 0.99, double epsilon = 1e-8)
        : base(environment)
    {
        RequireGamma(gamma);
        NormalizeObservation<TAction>.RequireEpsilon(epsilon);
        _gamma = gamma;
        _epsilon = epsilon;
    }

    /// <summary>The mean and variance of the discounted sum so far.</summary>
    public RunningMeanStd Statistics { get; } = new(1);

    /// <summary>True while the statistics stay as they are, as in an evaluation.</summary>
    public bool IsFrozen { get; set; }

    /// <inheritdoc/>
    public override StepResult<TObservation> Step(TAction action)
    {
        StepResult<TObservation> result = Inner.Step(action);
        _discounted = (_discounted * _gamma * (result.Terminated ? 0 : 1)) + result.Reward;
        if (!IsFrozen) Statistics.Update(new ReadOnlySpan<double>(in _discounted));
        return result with { Reward = Reward(result.Reward) };
    }

    /// <inheritdoc/>
    public override void SaveState(BinaryWriter writer)
    {
        base.SaveState(writer);
        Statistics.SaveState(writer);
        writer.Write(_discounted);
        writer.Write(IsFrozen);
    }

    /// <inheritdoc/>
    public override void LoadState(BinaryReader reader)
    {
        base.LoadState(reader);
        Statistics.LoadState(reader);
        _discounted = reader.ReadDouble();
        IsFrozen = reader.ReadBoolean();
    }

    internal static void RequireGamma(double gamma)
    {
        if (gamma is not (>= 0 and <= 1))
            throw new ArgumentOutOfRangeException(nameof(gamma), gamma, string.Create(CultureInfo.InvariantCulture, $"Gamma is {gamma}; give a discount from 0 to 1."));
    }

    /// <inheritdoc/>
    protected override double Reward(double reward) => reward / Math.Sqrt(Statistics.Variance[0] + _epsilon);
}
