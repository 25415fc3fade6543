using RlKit.Replay;

namespace RlKit;

/// <summary>What a value method remembers: replay, uniform or prioritised, filled straight from the environment's buffers.</summary>
internal sealed class ReplayMemory : IRefillable
{
    private readonly IVectorEnvironment _environment;
    private readonly PrioritizedReplay? _prioritized;
    private readonly Pcg64 _random;
    private readonly double[]? _clippedRewards;
    private readonly int _firstAction;
    private readonly int _batchSize;
    private int[] _columns = [];

    public ReplayMemory(IVectorEnvironment environment, ReplayOptions options, int batchSize, bool clipRewards, double? priorityAlpha, Pcg64 random)
    {
        int copies = options.Copies, capacity = options.Capacity / copies * copies;
        if (batchSize > capacity)
        {
            throw new ArgumentException(
                $"BatchSize is {batchSize}, and a BufferSize of {options.Capacity} holds {capacity} transitions (whole steps of {copies} copies of the environment); lower BatchSize, or make BufferSize {(batchSize + copies - 1) / copies * copies} or more.", nameof(options));
        }

        _batchSize = batchSize;
        _environment = environment;
        Buffer = new ReplayBuffer(options);
        _prioritized = priorityAlpha is { } alpha ? new PrioritizedReplay(Buffer, alpha) : null;
        _clippedRewards = clipRewards ? new double[environment.Count] : null;
        _random = random;
        _firstAction = ((Discrete)environment.ActionSpace).Start;
    }

    public ReplayBuffer Buffer { get; }

    /// <summary>The first observations were stored.</summary>
    public bool IsStarted { get; private set; }

    /// <inheritdoc/>
    public IStateful Emptied => new WithoutTransitions(this);

    /// <summary>It holds as many transitions as are to be there before the first update, and a batch at least, which one that went on without its content has to gather again.</summary>
    public bool IsFilled(long learningStarts) => Buffer.Count >= Math.Min(Math.Max(learningStarts, _batchSize), Buffer.Capacity);

    public void Start()
    {
        if (_environment.ObservationType == ObservationType.UInt8) Buffer.Start(_environment.ByteObservations);
        else Buffer.Start(_environment.Observations);
        IsStarted = true;
    }

    /// <summary>The environment was reset in the midst of episodes: what is stored of them is truncated there.</summary>
    public void EndEpisodes()
    {
        if (IsStarted) Start();
    }

    /// <summary>Stores the step that the environment just made.</summary>
    public void Add(ReadOnlySpan<int> actions)
    {
        ReadOnlySpan<double> rewards = _environment.Rewards;
        if (_clippedRewards is not null)
        {
            for (int i = 0; i < rewards.Length; i++) _clippedRewards[i] = Math.Sign(rewards[i]);
            rewards = _clippedRewards;
        }

        if (_environment.ObservationType == ObservationType.UInt8)
            Buffer.Add(actions, rewards, _environment.Terminated, _environment.Truncated, _environment.ByteObservations, _environment.FinalByteObservations);
        else
            Buffer.Add(actions, rewards, _environment.Terminated, _environment.Truncated, _environment.Observations, _environment.FinalObservations);
    }

    /// <summary>Draws a batch.</summary>
    /// <param name="batch">Where it goes.</param>
    /// <param name="beta">How much the bias of prioritised sampling is corrected, 0 to 1.</param>
    public void Sample(ReplayBatch batch, double beta)
    {
        if (_prioritized is null) Buffer.Sample(_random, batch);
        else _prioritized.Sample(_random, beta, batch);
    }

    public void UpdatePriorities(ReplayBatch batch, ReadOnlySpan<float> errors) => _prioritized!.Update(batch.Indices, errors);

    /// <summary>The batch's observations, of whichever type they are.</summary>
    public static ObservationBatch Observations(ReplayBatch batch) => batch.ByteObservations.Length > 0 ? batch.ByteObservations : batch.Observations;

    /// <summary>The observations that the batch bootstraps from.</summary>
    public static ObservationBatch NextObservations(ReplayBatch batch) => batch.NextByteObservations.Length > 0 ? batch.NextByteObservations : batch.NextObservations;

    /// <summary>The batch's actions counted from 0, as columns of a network's outputs; valid until the next call.</summary>
    public ReadOnlySpan<int> Columns(ReplayBatch batch)
    {
        if (_firstAction == 0) return batch.Actions;
        if (_columns.Length < batch.Size) _columns = new int[batch.Size];
        for (int i = 0; i < batch.Size; i++) _columns[i] = batch.Actions[i] - _firstAction;
        return _columns.AsSpan(0, batch.Size);
    }

    public void SaveState(BinaryWriter writer)
    {
        writer.Write(IsStarted);
        _random.SaveState(writer);
        Buffer.SaveState(writer);
        _prioritized?.SaveState(writer);
    }

    public void LoadState(BinaryReader reader)
    {
        IsStarted = reader.ReadBoolean();
        _random.LoadState(reader);
        Buffer.LoadState(reader);
        _prioritized?.LoadState(reader);
    }

    private sealed class WithoutTransitions(ReplayMemory memory) : IStateful
    {
        public void SaveState(BinaryWriter writer) => memory._random.SaveState(writer);

        public void LoadState(BinaryReader reader)
        {
            memory._random.LoadState(reader);
            memory.IsStarted = false;
            memory.Buffer.Clear();
            memory._prioritized?.Clear();
        }
    }
}
