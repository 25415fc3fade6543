namespace RlKit.Tests.Training;

/// <summary>The value of an observation that gives 1 at every step is 1 where the episode terminates after the step, and 1 / (1 - gamma) where it would have gone on.</summary>
internal sealed class TruncationTests
{
    private const double Gamma = 0.5;

    [Test]
    public void ATruncatedEpisodeIsValuedAsOneThatGoesOn(
        [ValueSource(typeof(AnyAgent), nameof(AnyAgent.Names))] string algorithm, [Values(1, 5)] int length)
    {
        Assert.That(LearnedValue(algorithm, length, terminates: false, truncates: true), Is.EqualTo(1 / (1 - Gamma)).Within(0.12));
    }

    [Test]
    public void ATerminatedEpisodeIsNot([ValueSource(typeof(AnyAgent), nameof(AnyAgent.Names))] string algorithm)
    {
        Assert.That(LearnedValue(algorithm, 1, terminates: true, truncates: false), Is.EqualTo(1).Within(0.12));
    }

    [Test]
    public void OneThatDoesBothIsTerminated([ValueSource(typeof(AnyAgent), nameof(AnyAgent.Names))] string algorithm)
    {
        Assert.That(LearnedValue(algorithm, 1, terminates: true, truncates: true), Is.EqualTo(1).Within(0.12));
    }

    private static double LearnedValue(string algorithm, int length, bool terminates, bool truncates)
    {
        using var environment = new VectorAdaptor<float[], int>(() => new Chain(length, terminates, truncates), 4);
        using Agent agent = AnyAgent.Make(algorithm, environment, gamma: Gamma);
        var tracker = new MemoryTracker();
        agent.Learn(6_000, new LearnOptions { Tracker = tracker });
        if (agent is not Ppo ppo) return tracker.Scalars(Metrics.QValues)[^1].Value;
        using var scope = new Tensors.TensorScope();
        return ppo.Network.Values(Tensors.Tensor.From([1f]).Reshape(1, 1)).Item();
    }
}
