namespace RlKit.Replay;

/// <summary>
/// Where a minibatch of a rollout goes: flat memory of the caller, for example that of the tensors which an update reads. The size of the
/// minibatch is the number of indices that are gathered; a field may be longer than that, and one that is left empty is not written.
/// </summary>
public readonly ref struct RolloutBatchSpans
{
    /// <summary>The observations that were acted on, size x ObservationSize, where they are float32.</summary>
    public Span<float> Observations { get; init; }

    /// <summary>The observations that were acted on, where they are bytes.</summary>
    public Span<byte> ByteObservations { get; init; }

    /// <summary>Actions of whole numbers, size x ActionSize.</summary>
    public Span<int> Actions { get; init; }

    /// <summary>Actions of real numbers, size x ActionSize.</summary>
    public Span<float> ContinuousActions { get; init; }

    /// <summary>Which actions were legal, size x ActionMaskSize.</summary>
    public Span<bool> ActionMasks { get; init; }

    /// <summary>Log probabilities of the actions under the policy that chose them.</summary>
    public Span<float> LogProbabilities { get; init; }

    /// <summary>Values of the observations when they were acted on.</summary>
    public Span<float> Values { get; init; }

    /// <summary>Advantages, not normalised.</summary>
    public Span<float> Advantages { get; init; }

    /// <summary>Advantages plus values: what the value function is to learn.</summary>
    public Span<float> Returns { get; init; }
}
