namespace RlKit.Replay;

/// <summary>
/// Where a sampled batch goes: flat memory of the caller, for example that of the tensors which an update reads. The batch size is the
/// length of <see cref="Rewards"/>; row i of each field belongs to sample i.
/// </summary>
/// <remarks><see cref="ReplayBatch"/> owns such memory and converts to this.</remarks>
public readonly ref struct ReplayBatchSpans
{
    /// <summary>Observations, batch x ObservationSize; left empty where observations are bytes.</summary>
    public Span<float> Observations { get; init; }

    /// <summary>Observations that are bytes, batch x ObservationSize; left empty where they are float32.</summary>
    public Span<byte> ByteObservations { get; init; }

    /// <summary>Actions of whole numbers, batch x ActionSize; left empty where actions are real numbers.</summary>
    public Span<int> Actions { get; init; }

    /// <summary>Actions of real numbers, batch x ActionSize; left empty where actions are whole numbers.</summary>
    public Span<float> ContinuousActions { get; init; }

    /// <summary>Rewards, or n-step returns: the sum of gamma^i r_(t+i) over the k steps of the sample's window.</summary>
    public Span<float> Rewards { get; init; }

    /// <summary>
    /// The observation that the value to bootstrap from is of: the one after the window's last step; the true final observation where an
    /// episode ended there, never the first one of the next episode. Left empty where observations are bytes.
    /// </summary>
    public Span<float> NextObservations { get; init; }

    /// <summary>As <see cref="NextObservations"/>, of bytes; left empty where observations are float32.</summary>
    public Span<byte> NextByteObservations { get; init; }

    /// <summary>What the value of the next observation is multiplied by: gamma^k, k being the steps in this sample's window, or 0 where the window ended in a termination.</summary>
    public Span<float> Discounts { get; init; }

    /// <summary>Importance weights in (0, 1]: 1 when sampled uniformly. May be left empty for uniform sampling.</summary>
    public Span<float> Weights { get; init; }

    /// <summary>
    /// Which transition each sample is, in [0, Capacity); an index keeps its meaning until the transition is overwritten. May be left empty
    /// for uniform sampling.
    /// </summary>
    public Span<int> Indices { get; init; }
}
