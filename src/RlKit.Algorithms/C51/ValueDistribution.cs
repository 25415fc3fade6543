using RlKit.Replay;
using RlKit.Tensors;

namespace RlKit;

/// <summary>Distributions over returns on a fixed support of atoms, one for each action of each row (Bellemare et al. 2017).</summary>
internal sealed class ValueDistribution
{
    private readonly int _actions;
    private readonly int _atoms;
    private readonly float _low;
    private readonly float _high;
    private readonly DistributionalHead _head;
    private readonly int[] _best;
    private readonly int[] _rows;
    private readonly float[] _chosen;
    private readonly float[] _targets;

    public ValueDistribution(Discrete actionSpace, int atoms, double low, double high, int batchSize)
    {
        _actions = actionSpace.N;
        _atoms = atoms;
        _low = (float)low;
        _high = (float)high;
        _head = new DistributionalHead(new Discrete(_actions), atoms, _low, _high);
        _best = new int[batchSize];
        _rows = new int[batchSize];
        _chosen = new float[batchSize * atoms];
        _targets = new float[batchSize * atoms];
    }

    /// <summary>The distributions to learn towards: those of the best next actions, moved by reward and discount and projected back.</summary>
    /// <param name="valued">The next logits, (batch, actions x atoms), whose distributions are moved.</param>
    /// <param name="choosing">The next logits whose means choose the action: the same, or with double the online network's.</param>
    /// <param name="batch">Rewards and discounts.</param>
    /// <returns>Probabilities, (batch, atoms).</returns>
    public Tensor Targets(Tensor valued, Tensor choosing, ReplayBatch batch)
    {
        _head.Choose(choosing.Span, _best, deterministic: true, random: null);
        ChosenLogits(valued, _best).Softmax().CopyTo(_chosen);
        CategoricalProjection.Project(_chosen, batch.Rewards, batch.Discounts, _low, _high, _atoms, _targets);
        return Tensor.From(_targets, [_best.Length, _atoms]);
    }

    /// <summary>The logits of one action's distribution for each row, (batch, atoms).</summary>
    public Tensor ChosenLogits(Tensor logits, ReadOnlySpan<int> actions)
    {
        for (int i = 0; i < _rows.Length; i++) _rows[i] = i * _actions + actions[i];
        return logits.Reshape(_rows.Length * _actions, _atoms).IndexSelect(0, IndexTensor.From(_rows));
    }

    /// <summary>The mean value over a batch's distributions.</summary>
    public double Mean(Tensor logits)
    {
        Tensor probabilities = logits.Softmax();
        double sum = 0;
        ReadOnlySpan<float> values = probabilities.Span;
        for (int i = 0; i < values.Length; i++) sum += values[i] * (_low + (_high - _low) * (i % _atoms) / (_atoms - 1));
        return sum * _atoms / values.Length;
    }
}
