using System.Diagnostics.CodeAnalysis;

namespace RlKit.Tensors.Engines;

/// <summary>
/// The seam between <see cref="Tensor"/> and what computes: every operation an engine supplies. <see cref="Tensor"/> has checked devices, shapes and axes
/// (axes count from the first), so an engine does not. An engine records its operations for <see cref="Backward"/> when an input requires a gradient
/// and <see cref="Autograd.IsRecording"/>; gives each result to the open scope (<see cref="TensorNode.JoinScope"/>); and honours <see cref="Autograd.IsDetectingAnomaly"/>.
/// </summary>
public abstract class Engine
{
    // Data

    /// <summary>A tensor with these values.</summary>
    public abstract TensorNode FromValues(Device device, in Shape shape, ReadOnlySpan<float> values);

    /// <summary>A tensor with these bytes, each times <paramref name="scale"/>.</summary>
    public abstract TensorNode FromBytes(Device device, in Shape shape, ReadOnlySpan<byte> values, float scale);

    /// <summary>Indices with these values.</summary>
    public abstract TensorNode FromIndices(Device device, in Shape shape, ReadOnlySpan<int> values);

    /// <summary>A tensor of one value.</summary>
    public abstract TensorNode Full(Device device, in Shape shape, float value);

    /// <summary>Copies the values out.</summary>
    public abstract void Read(TensorNode source, Span<float> destination);

    /// <summary>Copies indices out.</summary>
    public abstract void ReadIndices(TensorNode source, Span<int> destination);

    /// <summary>Replaces the values.</summary>
    public abstract void Write(TensorNode target, ReadOnlySpan<float> values);

    /// <summary>Replaces indices.</summary>
    public abstract void WriteIndices(TensorNode target, ReadOnlySpan<int> values);

    /// <summary>Replaces the values by those of a tensor of the same shape.</summary>
    public abstract void Assign(TensorNode target, TensorNode source);

    /// <summary>Replaces every value by one.</summary>
    public abstract void Fill(TensorNode target, float value);

    /// <summary>The memory of the values, where the processor can address it.</summary>
    /// <exception cref="NotSupportedException">The values are elsewhere.</exception>
    public abstract Span<float> AsSpan(TensorNode node);

    /// <summary>The memory of indices, where the processor can address it.</summary>
    /// <exception cref="NotSupportedException">The values are elsewhere.</exception>
    public abstract Span<int> AsIndexSpan(TensorNode node);

    /// <summary>A copy outside all scopes, without a history.</summary>
    public abstract TensorNode Keep(TensorNode source);

    // Differentiation

    /// <summary>The same data without a history.</summary>
    public abstract TensorNode Detach(TensorNode source);

    /// <summary>Makes a node without a history a leaf that gradients flow to, or no longer one.</summary>
    public abstract void SetRequiresGrad(TensorNode leaf, bool requiresGrad);

    /// <summary>The gradient that a leaf has accumulated (zeros, if none has).</summary>
    public abstract TensorNode Gradient(TensorNode leaf);

    /// <summary>Sets a leaf's gradient to zero.</summary>
    public abstract void ZeroGradient(TensorNode leaf);

    /// <summary>Adds the gradients of a recorded node of one element to its leaves.</summary>
    public abstract void Backward(TensorNode output);

    /// <summary>The gradients of a recorded node of one element with respect to some nodes, leaving leaves as they are.</summary>
    public abstract void Gradients(TensorNode output, ReadOnlySpan<Tensor> inputs, Span<Tensor> gradients);

    /// <summary>Lays the data of some leaves in one contiguous buffer, their gradients in another.</summary>
    public abstract ParameterBuffer Pack(IReadOnlyList<KeyValuePair<string, Tensor>> parameters);

    /// <summary>The state of the random numbers that a device draws by itself, for modules that are not RlKit's; empty where there are none. Assigning it continues from there.</summary>
    public virtual byte[] RandomState
    {
        get => [];
        set => throw new NotSupportedException("This engine draws no random numbers by itself.");
    }

    // Shape

    /// <summary>The same elements in another shape.</summary>
    public abstract TensorNode Reshape(TensorNode x, in Shape shape);

    /// <summary>The elements start..start+length-1 of an axis.</summary>
    public abstract TensorNode Slice(TensorNode x, int axis, int start, int length);

    /// <summary>The axes in another order: axis i of the result is axis <paramref name="axes"/>[i] of x.</summary>
    public abstract TensorNode Permute(TensorNode x, ReadOnlySpan<int> axes, in Shape shape);

    /// <summary>x repeated to a shape that it broadcasts to.</summary>
    public abstract TensorNode Expand(TensorNode x, in Shape shape);

    /// <summary>Tensors one after the other along an axis of the result; when their rank is one less, side by side along that axis.</summary>
    public abstract TensorNode Concat(ReadOnlySpan<Tensor> tensors, int axis, in Shape shape);

    // Element-wise

    /// <summary>An element-wise function.</summary>
    public abstract TensorNode Unary(UnaryOperation operation, TensorNode x, float p, float q);

    /// <summary>An element-wise function of two tensors that broadcast to a shape.</summary>
    public abstract TensorNode Binary(BinaryOperation operation, TensorNode a, TensorNode b, in Shape shape);

    /// <summary>a where the condition is not zero, else b; the three broadcast to a shape.</summary>
    public abstract TensorNode Where(TensorNode condition, TensorNode a, TensorNode b, in Shape shape);

    // Products

    /// <summary>The matrix product over the last two axes, of tensors of rank 2 or 3; a tensor of rank 2 goes with each matrix of the other.</summary>
    public abstract TensorNode MatMul(TensorNode a, TensorNode b, bool transposeA, bool transposeB, in Shape shape);

    /// <summary>activation(x Wᵀ + b) over the last axis of x; W is (out, in), b may be null.</summary>
    public abstract TensorNode Linear(TensorNode x, TensorNode weight, TensorNode? bias, Activation activation, in Shape shape);

    /// <summary>activation of the cross-correlation of x (N, C, H, W) with weights (O, C, KH, KW), plus a bias (O) or null.</summary>
    public abstract TensorNode Conv2d(TensorNode x, TensorNode weight, TensorNode? bias, int stride, int padding, Activation activation, in Shape shape);

    /// <summary>The largest of each window of x (N, C, H, W); padding counts as minus infinity.</summary>
    public abstract TensorNode MaxPool2d(TensorNode x, int kernel, int stride, int padding, in Shape shape);

    // Reductions

    /// <summary>Reduces <paramref name="count"/> neighbouring axes from <paramref name="axis"/> on.</summary>
    public abstract TensorNode Reduce(ReduceOperation operation, TensorNode x, int axis, int count, in Shape shape);

    /// <summary>The index of the first largest or smallest along <paramref name="count"/> neighbouring axes taken as one.</summary>
    public abstract TensorNode ArgReduce(TensorNode x, bool largest, int axis, int count, in Shape shape);

    /// <summary>Running sums along an axis.</summary>
    public abstract TensorNode CumulativeSum(TensorNode x, int axis);

    /// <summary>The softmax along an axis, or its logarithm.</summary>
    public abstract TensorNode Softmax(TensorNode x, int axis, bool logarithm);

    // Indexing

    /// <summary>Elements of x chosen along an axis by indices of the result's shape.</summary>
    public abstract TensorNode Gather(TensorNode x, int axis, TensorNode index);

    /// <summary>Slices of x chosen along an axis; the shape of the index takes the axis's place.</summary>
    public abstract TensorNode IndexSelect(TensorNode x, int axis, TensorNode index, in Shape shape);

    /// <summary>x plus the elements of a source, each added where its index along the axis says.</summary>
    public abstract TensorNode ScatterAdd(TensorNode x, int axis, TensorNode index, TensorNode source);

    /// <summary>1 at each index along a new last axis, 0 elsewhere.</summary>
    public abstract TensorNode OneHot(TensorNode index, int classes);

    // Layers and losses

    /// <summary>Each of x's last <paramref name="axes"/> axes taken together, less their mean and divided by their standard deviation, then scaled and shifted.</summary>
    public abstract TensorNode LayerNorm(TensorNode x, int axes, TensorNode? weight, TensorNode? bias, float epsilon);

    /// <summary>One LSTM layer over a sequence x (T, N, in), see <see cref="Recurrence.Lstm"/>; composed of other operations, unless an engine has its own.</summary>
    public virtual (TensorNode Output, TensorNode Hidden, TensorNode Cell) Lstm(
        TensorNode x, TensorNode hidden, TensorNode cell, TensorNode inputWeight, TensorNode hiddenWeight, TensorNode? inputBias, TensorNode? hiddenBias, TensorNode? resets)
    {
        (Tensor output, Tensor lastHidden, Tensor lastCell) = Recurrence.ComposedLstm(
            new Tensor(x), new Tensor(hidden), new Tensor(cell), new Tensor(inputWeight), new Tensor(hiddenWeight), Optional(inputBias), Optional(hiddenBias), Optional(resets));
        return (output.Node, lastHidden.Node, lastCell.Node);
    }

    /// <summary>One GRU layer over a sequence x (T, N, in), see <see cref="Recurrence.Gru"/>; composed of other operations, unless an engine has its own.</summary>
    public virtual (TensorNode Output, TensorNode Hidden) Gru(
        TensorNode x, TensorNode hidden, TensorNode inputWeight, TensorNode hiddenWeight, TensorNode? inputBias, TensorNode? hiddenBias, TensorNode? resets)
    {
        (Tensor output, Tensor lastHidden) = Recurrence.ComposedGru(
            new Tensor(x), new Tensor(hidden), new Tensor(inputWeight), new Tensor(hiddenWeight), Optional(inputBias), Optional(hiddenBias), Optional(resets));
        return (output.Node, lastHidden.Node);
    }

    /// <summary>mean + amplitude ∘ (noiseOut noiseInᵀ), for vectors of noise that want no gradients; composed of other operations, unless an engine has its own.</summary>
    public virtual TensorNode NoisyWeight(TensorNode mean, TensorNode amplitude, TensorNode noiseIn, TensorNode noiseOut) =>
        (new Tensor(mean) + (new Tensor(amplitude) * (new Tensor(noiseOut).Reshape(noiseOut.Shape[0], 1) * new Tensor(noiseIn)))).Node;

    /// <summary>An element-wise loss and its reduction.</summary>
    public abstract TensorNode Loss(LossOperation operation, TensorNode prediction, TensorNode target, Reduction reduction, float parameter);

    /// <summary>The cross-entropy of logits (N, classes) and class indices (N).</summary>
    public abstract TensorNode CrossEntropy(TensorNode logits, TensorNode target, Reduction reduction);

    /// <summary>For engines: throws because an index lies outside an axis of a shape.</summary>
    [DoesNotReturn]
    protected static void ThrowIndex(string operation, int index, int position, int axis, in Shape shape) => throw new ArgumentOutOfRangeException(
        nameof(index), index, $"{operation}: the index at position {position} is outside axis {axis} of the shape {shape}, whose length is {shape[axis]}.");

    /// <summary>For engines: throws because an index is no class.</summary>
    [DoesNotReturn]
    protected static void ThrowClass(int index, int position, int classes) =>
        throw new ArgumentOutOfRangeException(nameof(index), index, $"OneHot: the index at position {position} is outside the {classes} classes.");

    /// <summary>For engines: what <see cref="SetRequiresGrad"/> throws for a node with a history.</summary>
    protected static InvalidOperationException NotALeaf(TensorNode node) =>
        new($"RequireGrad: the tensor of shape {node.Shape} is the result of a recorded operation; use Detach() first.");

    /// <summary>For engines: what <see cref="Gradient"/> and <see cref="ZeroGradient"/> throw for a node that gathers no gradient.</summary>
    protected static InvalidOperationException NoGradient(TensorNode node, string member) =>
        new($"{member}: the tensor of shape {node.Shape} is no leaf that requires a gradient; call RequireGrad() on it before computing with it.");

    private static Tensor? Optional(TensorNode? node) => node is null ? null : new Tensor(node);
}
