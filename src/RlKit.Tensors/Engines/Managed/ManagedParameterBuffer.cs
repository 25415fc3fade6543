using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using RlKit.Tensors.Kernels;

namespace RlKit.Tensors.Engines.Managed;

/// <summary>Parameters whose values lie in one array and whose gradients lie in another.</summary>
internal sealed class ManagedParameterBuffer : ParameterBuffer
{
    private readonly ManagedNode[] _nodes;
    private readonly ManagedNode _values;
    private readonly ManagedNode _gradients;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public ManagedParameterBuffer(IReadOnlyList<KeyValuePair<string, Tensor>> parameters) : base(parameters)
    {
        _nodes = new ManagedNode[Parameters.Count];
        for (int i = 0; i < _nodes.Length; i++)
        {
            _nodes[i] = (ManagedNode)Parameters[i].Value.Node;
        }

        _values = Kept();
        _gradients = Kept();
        _gradients.Span.Clear();
        for (int i = 0; i < _nodes.Length; i++)
        {
            ManagedNode node = _nodes[i];
            int offset = OffsetOf(i);
            node.Span.CopyTo(_values.Span.Slice(offset, node.Length));
            node.Array = _values.Array;
            node.Offset = _values.Offset + offset;
            var gradient = new ManagedNode();
            gradient.SetShape(node.Shape);
            gradient.Array = _gradients.Array;
            gradient.Offset = _gradients.Offset + offset;
            if (node.LeafGradient is { } earlier && !node.LeafGradientPending) earlier.Span.CopyTo(gradient.Span);
            node.LeafGradient = gradient;
            node.LeafGradientPending = false;
            node.RequiresGrad = true;
        }
    }

    private ManagedParameterBuffer(ManagedParameterBuffer whole, int first, IReadOnlyList<KeyValuePair<string, Tensor>> parameters) : base(parameters)
    {
        _nodes = whole._nodes[first..(first + parameters.Count)];
        _values = Stretch(whole._values, whole.OffsetOf(first));
        _gradients = Stretch(whole._gradients, whole.OffsetOf(first));
    }

    public override Tensor Values => new(_values);

    public override Tensor Gradients
    {
        get
        {
            Settle();
            return new Tensor(_gradients);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void ZeroGradients()
    {
        foreach (ManagedNode node in _nodes) node.LeafGradientPending = true;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override float GradientNorm()
    {
        Settle();
        return (float)Math.Sqrt(OptimiserSteps.SumOfSquares(_gradients.Span));
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override float ClipGradientNorm(float maxNorm)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(maxNorm);
        float norm = GradientNorm(), scale = maxNorm / (norm + 1e-6f);
        if (scale < 1) Elementwise.Apply(new Scaled(scale), _gradients.Span, _gradients.Span);
        return norm;
    }

    public override void ClipGradientValue(float limit)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(limit);
        Settle();
        TensorPrimitives.Clamp(_gradients.Span, -limit, limit, _gradients.Span);
    }

    public override void CopyFrom(ParameterBuffer source)
    {
        RequireSameLayout(source);
        source.Values.CopyTo(_values.Span);
    }

    public override void Lerp(ParameterBuffer source, float tau)
    {
        RequireSameLayout(source);
        if (!(tau is >= 0 and <= 1)) throw new ArgumentOutOfRangeException(nameof(tau), tau, "tau is in 0..1.");
        OptimiserSteps.Blend(_values.Span, source.Values.To(Device).Span, tau);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Step(in SgdStep step, Tensor velocity)
    {
        Settle();
        OptimiserSteps.Sgd(_values.Span, _gradients.Span, State(velocity), step);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Step(in RmsPropStep step, Tensor squares, Tensor averages, Tensor velocity)
    {
        Settle();
        OptimiserSteps.RmsProp(_values.Span, _gradients.Span, State(squares), State(averages), State(velocity), step);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Step(in AdamStep step, Tensor first, Tensor second, Tensor largest)
    {
        Settle();
        OptimiserSteps.Adam(ManagedEngine.Workers, _values.Span, _gradients.Span, State(first), State(second), State(largest), step);
    }

    protected override ParameterBuffer PartOf(int first, IReadOnlyList<KeyValuePair<string, Tensor>> parameters) => new ManagedParameterBuffer(this, first, parameters);

    private Span<float> State(Tensor state)
    {
        RequireState(state);
        return state.IsDefault ? default : state.Span;
    }

    private ManagedNode Stretch(ManagedNode whole, int offset)
    {
        var node = new ManagedNode();
        node.SetShape(Length);
        node.Array = whole.Array;
        node.Offset = whole.Offset + offset;
        return node;
    }

    private ManagedNode Kept()
    {
        var node = new ManagedNode();
        node.SetShape(Length);
        Arena.AllocateKept(Length, out node.Array, out node.Offset);
        return node;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Settle()
    {
        foreach (ManagedNode node in _nodes) ManagedEngine.SettleGradient(node);
    }
}
