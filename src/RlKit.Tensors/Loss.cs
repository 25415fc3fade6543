using RlKit.Tensors.Engines;
using System.Runtime.CompilerServices;

namespace RlKit.Tensors;

/// <summary>Losses. Predictions and targets have one shape; weights multiply the elements before the reduction, whose mean still divides by the number of elements.</summary>
public static class Loss
{
    /// <summary>(p - t)².</summary>
    /// <param name="prediction">The predictions.</param>
    /// <param name="target">The targets, of the same shape.</param>
    /// <param name="reduction">How the elements combine.</param>
    /// <param name="weights">A weight for each element (or broadcasting to them), for example of prioritised replay; none if null.</param>
    /// <exception cref="ArgumentException">The shapes differ.</exception>
    public static Tensor MeanSquaredError(Tensor prediction, Tensor target, Reduction reduction = Reduction.Mean, Tensor? weights = null) =>
        ElementWise(nameof(MeanSquaredError), LossOperation.MeanSquaredError, prediction, target, reduction, weights, 0);

    /// <summary>|p - t|.</summary>
    /// <inheritdoc cref="MeanSquaredError"/>
    public static Tensor L1(Tensor prediction, Tensor target, Reduction reduction = Reduction.Mean, Tensor? weights = null) =>
        ElementWise(nameof(L1), LossOperation.L1, prediction, target, reduction, weights, 0);

    /// <summary>(p - t)²/2 where |p - t| is within delta, else delta (|p - t| - delta/2).</summary>
    /// <param name="prediction">The predictions.</param>
    /// <param name="target">The targets, of the same shape.</param>
    /// <param name="delta">Where the square turns into a line; positive.</param>
    /// <param name="reduction">How the elements combine.</param>
    /// <param name="weights">A weight for each element (or broadcasting to them); none if null.</param>
    /// <exception cref="ArgumentException">The shapes differ.</exception>
    /// <exception cref="ArgumentOutOfRangeException">delta is not positive.</exception>
    public static Tensor Huber(Tensor prediction, Tensor target, float delta = 1, Reduction reduction = Reduction.Mean, Tensor? weights = null)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(delta);
        return ElementWise(nameof(Huber), LossOperation.Huber, prediction, target, reduction, weights, delta);
    }

    /// <summary>(p - t)²/(2 beta) where |p - t| is within beta, else |p - t| - beta/2.</summary>
    /// <param name="prediction">The predictions.</param>
    /// <param name="target">The targets, of the same shape.</param>
    /// <param name="beta">Where the square turns into a line; positive.</param>
    /// <param name="reduction">How the elements combine.</param>
    /// <param name="weights">A weight for each element (or broadcasting to them); none if null.</param>
    /// <exception cref="ArgumentException">The shapes differ.</exception>
    /// <exception cref="ArgumentOutOfRangeException">beta is not positive.</exception>
    public static Tensor SmoothL1(Tensor prediction, Tensor target, float beta = 1, Reduction reduction = Reduction.Mean, Tensor? weights = null)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(beta);
        return ElementWise(nameof(SmoothL1), LossOperation.SmoothL1, prediction, target, reduction, weights, beta);
    }

    /// <summary>The cross-entropy of a probability sigmoid(logit) and a target in 0..1, computed from the logit without overflow.</summary>
    /// <param name="logits">The logits.</param>
    /// <param name="target">The target probabilities, of the same shape.</param>
    /// <param name="reduction">How the elements combine.</param>
    /// <param name="weights">A weight for each element (or broadcasting to them); none if null.</param>
    /// <exception cref="ArgumentException">The shapes differ.</exception>
    public static Tensor BinaryCrossEntropyWithLogits(Tensor logits, Tensor target, Reduction reduction = Reduction.Mean, Tensor? weights = null) =>
        ElementWise(nameof(BinaryCrossEntropyWithLogits), LossOperation.BinaryCrossEntropyWithLogits, logits, target, reduction, weights, 0);

    /// <summary>-log softmax(logits)[target] for each row.</summary>
    /// <param name="logits">The logits, (N, classes).</param>
    /// <param name="target">The classes, (N).</param>
    /// <param name="reduction">How the rows combine.</param>
    /// <param name="weights">A weight for each row, (N); none if null.</param>
    /// <param name="labelSmoothing">In 0..1: the share of the target spread evenly over all classes.</param>
    /// <exception cref="ArgumentException">The shapes do not fit.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A class is outside the logits, or the smoothing outside 0..1.</exception>
    public static Tensor CrossEntropy(Tensor logits, IndexTensor target, Reduction reduction = Reduction.Mean, Tensor? weights = null, float labelSmoothing = 0)
    {
        if (!(labelSmoothing is >= 0 and <= 1)) throw new ArgumentOutOfRangeException(nameof(labelSmoothing), labelSmoothing, "Label smoothing is in 0..1.");
        TensorNode x = logits.Node, t = target.Node;
        Engine engine = Tensor.Common(x, t);
        RequireRows(nameof(CrossEntropy), x.Shape, t.Shape);
        if (labelSmoothing > 0)
        {
            int classes = x.Shape[1];
            return CrossEntropy(logits, target.OneHot(classes) * (1 - labelSmoothing) + labelSmoothing / classes, reduction, weights);
        }

        return weights is null
            ? new Tensor(engine.CrossEntropy(x, t, reduction))
            : Reduce(new Tensor(engine.CrossEntropy(x, t, Reduction.None)), reduction, weights);
    }

    /// <summary>-sum(target log softmax(logits)) for each row.</summary>
    /// <param name="logits">The logits, (N, classes).</param>
    /// <param name="target">The target distributions, (N, classes).</param>
    /// <param name="reduction">How the rows combine.</param>
    /// <param name="weights">A weight for each row, (N); none if null.</param>
    /// <exception cref="ArgumentException">The shapes do not fit.</exception>
    public static Tensor CrossEntropy(Tensor logits, Tensor target, Reduction reduction = Reduction.Mean, Tensor? weights = null)
    {
        if (logits.Rank != 2 || logits.Shape != target.Shape)
            throw new ArgumentException($"CrossEntropy: the shapes {logits.Shape} and {target.Shape} do not fit: both are (N, classes).", nameof(target));
        return Reduce(-(logits.LogSoftmax(1) * target).Sum(1), reduction, weights);
    }

    /// <summary>-logProbabilities[target] for each row.</summary>
    /// <param name="logProbabilities">Log-probabilities, (N, classes).</param>
    /// <param name="target">The classes, (N).</param>
    /// <param name="reduction">How the rows combine.</param>
    /// <param name="weights">A weight for each row, (N); none if null.</param>
    /// <exception cref="ArgumentException">The shapes do not fit.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A class is outside the log-probabilities.</exception>
    public static Tensor NegativeLogLikelihood(Tensor logProbabilities, IndexTensor target, Reduction reduction = Reduction.Mean, Tensor? weights = null)
    {
        RequireRows(nameof(NegativeLogLikelihood), logProbabilities.Shape, target.Shape);
        return Reduce(-logProbabilities.GatherRows(target), reduction, weights);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static Tensor ElementWise(string name, LossOperation operation, Tensor prediction, Tensor target, Reduction reduction, Tensor? weights, float parameter)
    {
        TensorNode p = prediction.Node, t = target.Node;
        Engine engine = Tensor.Common(p, t, name);
        if (p.Shape != t.Shape) throw new ArgumentException($"{name}: the shapes {p.Shape} and {t.Shape} differ.", nameof(target));
        return weights is null
            ? new Tensor(engine.Loss(operation, p, t, reduction, parameter))
            : Reduce(new Tensor(engine.Loss(operation, p, t, Reduction.None, parameter)), reduction, weights);
    }

    private static Tensor Reduce(Tensor elements, Reduction reduction, Tensor? weights)
    {
        if (weights is { } given)
        {
            Shape shape = elements.Shape;
            elements *= given;
            if (elements.Shape != shape) throw new ArgumentException($"The weights' shape {given.Shape} does not broadcast to the losses' {shape}.", nameof(weights));
        }

        return reduction switch
        {
            Reduction.Mean => elements.Mean(),
            Reduction.Sum => elements.Sum(),
            _ => elements,
        };
    }

    private static void RequireRows(string operation, Shape logits, Shape target)
    {
        if (logits.Rank != 2 || target.Rank != 1 || logits[0] != target[0])
            throw new ArgumentException($"{operation}: the shapes {logits} and {target} do not fit: (N, classes) and (N).", nameof(target));
    }
}
