using RlKit.Replay;

namespace RlKit;

/// <summary>A minibatch of a rollout in flat arrays, made once and filled again and again.</summary>
internal sealed class RolloutBatch
{
    private readonly float[] _observations;
    private readonly byte[] _byteObservations;
    private readonly int[] _actions;
    private readonly float[] _continuousActions;
    private readonly bool[] _masks;
    private readonly float[] _logProbabilities;
    private readonly float[] _values;
    private readonly float[] _advantages;
    private readonly float[] _returns;

    public RolloutBatch(RolloutOptions options, int size)
    {
        bool bytes = options.ObservationType == ObservationType.UInt8;
        _observations = bytes ? [] : new float[size * options.ObservationSize];
        _byteObservations = bytes ? new byte[size * options.ObservationSize] : [];
        _actions = options.ContinuousActions ? [] : new int[size * options.ActionSize];
        _continuousActions = options.ContinuousActions ? new float[size * options.ActionSize] : [];
        _masks = new bool[size * options.ActionMaskSize];
        _logProbabilities = new float[size];
        _values = new float[size];
        _advantages = new float[size];
        _returns = new float[size];
    }

    public RolloutBatchSpans Spans => new()
    {
        Observations = _observations,
        ByteObservations = _byteObservations,
        Actions = _actions,
        ContinuousActions = _continuousActions,
        ActionMasks = _masks,
        LogProbabilities = _logProbabilities,
        Values = _values,
        Advantages = _advantages,
        Returns = _returns,
    };
}
