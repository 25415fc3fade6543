using System.Runtime.CompilerServices;
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
    private readonly Tensor _support;
    private readonly Tensor _belowTop;
    private readonly int[] _rows;
    private readonly float[] _best;
    private readonly float[] _targets;

    public ValueDistribution(Discrete actionSpace, int atoms, double low, double high, int batchSize)
    {
        _actions = actionSpace.N;
        _atoms = atoms;
        _low = (float)low;
        _high = (float)high;
        var head = new DistributionalHead(actionSpace, atoms, _low, _high);
        _support = Tensor.From(head.Support, [atoms, 1]).Keep();
        _belowTop = Tensor.From(head.BelowTop, [atoms, 1]).Keep();
        _rows = new int[batchSize];
        _best = new float[batchSize * atoms];
        _targets = new float[batchSize * atoms];
    }

    /// <summary>The distributions to learn towards: those of the best next actions, moved by reward and discount and projected back.</summary>
    /// <param name="valued">The next logits, (batch, actions x atoms), whose distributions are moved.</param>
    /// <param name="choosing">The next logits whose means choose the action: the same, or with double the online network's.</param>
    /// <param name="batch">Rewards and discounts.</param>
    /// <returns>Probabilities, (batch, atoms).</returns>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public Tensor Targets(Tensor valued, Tensor choosing, ReplayBatch batch)
    {
        int rows = _rows.Length;
        Tensor probabilities = valued.Reshape(rows * _actions, _atoms).Softmax();
        Tensor means = (choosing.Node == valued.Node ? probabilities : choosing.Reshape(rows * _actions, _atoms).Softmax()).MatMul(_belowTop);
        means.Reshape(rows, _actions).ArgMax(1).CopyTo(_rows);
        for (int i = 0; i < rows; i++) _rows[i] += i * _actions;
        probabilities.IndexSelect(0, IndexTensor.From(_rows)).CopyTo(_best);
        CategoricalProjection.Project(_best, batch.Rewards, batch.Discounts, _low, _high, _atoms, _targets);
        return Tensor.From(_targets, [rows, _atoms]);
    }

    /// <summary>The logits of one action's distribution for each row, (batch, atoms).</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public Tensor ChosenLogits(Tensor logits, ReadOnlySpan<int> actions)
    {
        for (int i = 0; i < _rows.Length; i++) _rows[i] = i * _actions + actions[i];
        return logits.Reshape(_rows.Length * _actions, _atoms).IndexSelect(0, IndexTensor.From(_rows));
    }

    /// <summary>The mean value over a batch's distributions.</summary>
    public double Mean(Tensor logits) => logits.Softmax().MatMul(_support).Mean().Item();
}
