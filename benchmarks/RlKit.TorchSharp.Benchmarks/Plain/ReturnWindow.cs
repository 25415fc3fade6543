namespace RlKit.Benchmarks.Plain;

/// <summary>The mean return of the last hundred episodes.</summary>
internal sealed class ReturnWindow(int copies)
{
    private const int Length = 100;

    private readonly double[] _running = new double[copies];
    private readonly Queue<double> _ended = new();

    public double Mean => _ended.Count == 0 ? double.NaN : _ended.Average();

    /// <summary>Counts the rewards of a step.</summary>
    public void Add(IVectorEnvironment environment)
    {
        for (int i = 0; i < _running.Length; i++)
        {
            _running[i] += environment.Rewards[i];
            if (!environment.Terminated[i] && !environment.Truncated[i]) continue;
            _ended.Enqueue(_running[i]);
            if (_ended.Count > Length) _ended.Dequeue();
            _running[i] = 0;
        }
    }
}
