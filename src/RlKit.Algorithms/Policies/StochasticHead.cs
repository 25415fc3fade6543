using RlKit.Replay;
using RlKit.Tensors;

namespace RlKit;

/// <summary>A head that draws: it also gives the log-probability of what it drew, and both as functions of the network's outputs for an update.</summary>
internal abstract class StochasticHead : PolicyHead
{
    /// <summary>Draws whole-number actions for rollouts.</summary>
    /// <param name="outputs">The network's outputs, row by row.</param>
    /// <param name="masks">Which actions are legal, row by row; empty for all.</param>
    /// <param name="actions">Receives the actions.</param>
    /// <param name="logProbabilities">Receives their log-probabilities, one a row.</param>
    /// <param name="random">Draws.</param>
    internal virtual void Sample(ReadOnlySpan<float> outputs, ReadOnlySpan<bool> masks, Span<int> actions, Span<float> logProbabilities, Pcg64 random) =>
        throw new NotSupportedException();

    /// <summary>Draws real-number actions for rollouts: those to store, as they were drawn, and those for the environment, within its bounds.</summary>
    internal virtual void Sample(ReadOnlySpan<float> outputs, Span<float> drawn, Span<float> actions, Span<float> logProbabilities, Pcg64 random) =>
        throw new NotSupportedException();

    /// <summary>Log-probabilities of a minibatch's actions, and entropies, (batch) each, to be differentiated.</summary>
    internal abstract (Tensor LogProbabilities, Tensor Entropy) Evaluate(Tensor outputs, RolloutBatchSpans batch);
}
