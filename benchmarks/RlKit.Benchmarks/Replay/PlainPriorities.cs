using RlKit.Replay;

namespace RlKit.Benchmarks.Replay;

/// <summary>The baseline: the sum and min trees of OpenAI Baselines, walked for one sample at a time.</summary>
internal sealed class PlainPriorities
{
    private readonly double[] _sums;
    private readonly double[] _minima;
    private readonly int _leaves;

    public PlainPriorities(int leaves)
    {
        _leaves = 1;
        while (_leaves < leaves) _leaves *= 2;
        _sums = new double[2 * _leaves];
        _minima = new double[2 * _leaves];
        Array.Fill(_minima, double.PositiveInfinity);
    }

    public void Set(int leaf, double priority)
    {
        int node = _leaves + leaf;
        _sums[node] = priority;
        _minima[node] = priority;
        for (node /= 2; node >= 1; node /= 2)
        {
            _sums[node] = _sums[2 * node] + _sums[2 * node + 1];
            _minima[node] = Math.Min(_minima[2 * node], _minima[2 * node + 1]);
        }
    }

    public void Sample(Random random, double beta, PlainReplay replay, ReplayBatch batch)
    {
        double part = _sums[1] / batch.Size;
        double largest = Math.Pow(_minima[1] / _sums[1] * replay.Count, -beta);
        for (int i = 0; i < batch.Size; i++)
        {
            int leaf = Find((i + random.NextDouble()) * part);
            batch.Indices[i] = leaf;
            batch.Weights[i] = (float)(Math.Pow(_sums[_leaves + leaf] / _sums[1] * replay.Count, -beta) / largest);
            replay.Read(leaf, i, batch);
        }
    }

    private int Find(double mass)
    {
        int node = 1;
        while (node < _leaves)
        {
            node *= 2;
            if (mass < _sums[node]) continue;
            mass -= _sums[node];
            node++;
        }

        return node - _leaves;
    }
}
