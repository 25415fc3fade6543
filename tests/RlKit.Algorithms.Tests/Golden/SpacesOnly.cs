namespace RlKit.Tests;

/// <summary>A vector environment that has spaces and nothing else: enough for an agent whose updates are fed by hand.</summary>
internal sealed class SpacesOnly(int observationSize, Space actionSpace, int count = 1) : IVectorEnvironment
{
    public int Count => count;

    public EnvironmentSpec? Spec => null;

    public Space ObservationSpace { get; } = new Box<float>(float.NegativeInfinity, float.PositiveInfinity, [observationSize]);

    public Space ActionSpace => actionSpace;

    public AutoresetMode AutoresetMode => AutoresetMode.SameStep;

    public ObservationType ObservationType => ObservationType.Float32;

    public int ObservationSize => observationSize;

    public int ActionSize => actionSpace is Box<float> box ? box.FlatSize : 1;

    public ReadOnlySpan<float> Observations => throw new NotSupportedException();

    public ReadOnlySpan<byte> ByteObservations => throw new NotSupportedException();

    public ReadOnlySpan<double> Rewards => throw new NotSupportedException();

    public ReadOnlySpan<bool> Terminated => throw new NotSupportedException();

    public ReadOnlySpan<bool> Truncated => throw new NotSupportedException();

    public ReadOnlySpan<float> FinalObservations => throw new NotSupportedException();

    public ReadOnlySpan<byte> FinalByteObservations => throw new NotSupportedException();

    public Info Info(int index) => RlKit.Info.Empty;

    public Info FinalInfo(int index) => RlKit.Info.Empty;

    public void Reset(long? seed = null, EnvironmentOptions? options = null) => throw new NotSupportedException();

    public void Reset(ReadOnlySpan<long> seeds, EnvironmentOptions? options = null) => throw new NotSupportedException();

    public void ResetWhere(ReadOnlySpan<bool> mask) => throw new NotSupportedException();

    public void Step(ReadOnlySpan<int> actions) => throw new NotSupportedException();

    public void Step(ReadOnlySpan<float> actions) => throw new NotSupportedException();

    public Frame Render(int index) => throw new NotSupportedException();

    public void Dispose()
    {
    }
}
