namespace RlKit.Replay;

/// <summary>A batch of transitions in flat arrays, made once and sampled into again and again. The fields are described at <see cref="ReplayBatchSpans"/>.</summary>
public sealed class ReplayBatch
{
    /// <summary>Makes the arrays for batches of one size from one buffer. Arrays of the type that the buffer does not hold are empty.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The size is below 1.</exception>
    public ReplayBatch(ReplayBuffer buffer, int size)
    {
        ArgumentNullException.ThrowIfNull(buffer);
        if (size < 1) throw new ArgumentOutOfRangeException(nameof(size), size, $"A batch of {size} was asked for; it has to be 1 or more.");
        Size = size;
        int observations = checked(size * buffer.Options.ObservationSize);
        int actions = checked(size * buffer.Options.ActionSize);
        bool bytes = buffer.Options.ObservationType == ObservationType.UInt8;
        Observations = bytes ? [] : new float[observations];
        NextObservations = bytes ? [] : new float[observations];
        ByteObservations = bytes ? new byte[observations] : [];
        NextByteObservations = bytes ? new byte[observations] : [];
        Actions = buffer.Options.ContinuousActions ? [] : new int[actions];
        ContinuousActions = buffer.Options.ContinuousActions ? new float[actions] : [];
        Rewards = new float[size];
        Discounts = new float[size];
        Weights = new float[size];
        Indices = new int[size];
    }

    /// <summary>The number of samples.</summary>
    public int Size { get; }

    /// <inheritdoc cref="ReplayBatchSpans.Observations"/>
    public float[] Observations { get; }

    /// <inheritdoc cref="ReplayBatchSpans.ByteObservations"/>
    public byte[] ByteObservations { get; }

    /// <inheritdoc cref="ReplayBatchSpans.Actions"/>
    public int[] Actions { get; }

    /// <inheritdoc cref="ReplayBatchSpans.ContinuousActions"/>
    public float[] ContinuousActions { get; }

    /// <inheritdoc cref="ReplayBatchSpans.Rewards"/>
    public float[] Rewards { get; }

    /// <inheritdoc cref="ReplayBatchSpans.NextObservations"/>
    public float[] NextObservations { get; }

    /// <inheritdoc cref="ReplayBatchSpans.NextByteObservations"/>
    public byte[] NextByteObservations { get; }

    /// <inheritdoc cref="ReplayBatchSpans.Discounts"/>
    public float[] Discounts { get; }

    /// <inheritdoc cref="ReplayBatchSpans.Weights"/>
    public float[] Weights { get; }

    /// <inheritdoc cref="ReplayBatchSpans.Indices"/>
    public int[] Indices { get; }

    /// <summary>The arrays as the memory to sample into.</summary>
    public ReplayBatchSpans Spans => new()
    {
        Observations = Observations,
        ByteObservations = ByteObservations,
        Actions = Actions,
        ContinuousActions = ContinuousActions,
        Rewards = Rewards,
        NextObservations = NextObservations,
        NextByteObservations = NextByteObservations,
        Discounts = Discounts,
        Weights = Weights,
        Indices = Indices,
    };

    /// <inheritdoc cref="Spans"/>
    public static implicit operator ReplayBatchSpans(ReplayBatch batch)
    {
        ArgumentNullException.ThrowIfNull(batch);
        return batch.Spans;
    }
}
