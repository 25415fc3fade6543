using TorchSharp;

namespace RlKit.Tensors.Engines;

/// <summary>Parameters whose values are views of one tensor and whose gradients are views of another, so that a step is a few of TorchSharp's operations whatever their number.</summary>
internal sealed class TorchParameterBuffer : ParameterBuffer
{
    private readonly TorchEngine _engine;
    private readonly TorchNode[] _nodes;
    private readonly TorchNode _values;
    private readonly TorchNode _gradients;
    private readonly HeldScalar _first = new(), _second = new(), _third = new(), _fourth = new(), _fifth = new(), _sixth = new(), _seventh = new();

    public TorchParameterBuffer(TorchEngine engine, IReadOnlyList<KeyValuePair<string, Tensor>> parameters) : base(parameters)
    {
        _engine = engine;
        _nodes = [.. Parameters.Select(parameter => (TorchNode)parameter.Value.Node)];
        using Scalar zero = 0f.ToScalar();
        torch.Tensor values = torch.empty([Length], torch.ScalarType.Float32, engine.TorchDevice);
        torch.Tensor gradients = torch.empty([Length], torch.ScalarType.Float32, engine.TorchDevice).fill_(zero);
        using IDisposable noGradient = torch.no_grad();
        for (int i = 0; i < _nodes.Length; i++)
        {
            TorchNode node = _nodes[i];
            long[] lengths = [.. node.Shape.Lengths.ToArray()];
            using torch.Tensor valueRow = values.narrow(0, OffsetOf(i), node.Shape.Length), gradientRow = gradients.narrow(0, OffsetOf(i), node.Shape.Length);
            using torch.Tensor value = valueRow.reshape(lengths), gradient = gradientRow.reshape(lengths);
            value.copy_(node.Value);
            using torch.Tensor? earlier = node.Value.grad;
            if (earlier is not null) gradient.copy_(earlier);
            node.ForgetConstant();
            node.Value.set_(value);
            node.SetRequiresGrad(true);
            node.Value.grad = gradient;
        }

        _values = TorchNode.MakeKept(Device, values, Length);
        _gradients = TorchNode.MakeKept(Device, gradients, Length);
    }

    private TorchParameterBuffer(TorchParameterBuffer whole, int first, IReadOnlyList<KeyValuePair<string, Tensor>> parameters) : base(parameters)
    {
        _engine = whole._engine;
        _nodes = whole._nodes[first..(first + parameters.Count)];
        _values = TorchNode.MakeKept(Device, whole._values.Value.narrow(0, whole.OffsetOf(first), Length), Length);
        _gradients = TorchNode.MakeKept(Device, whole._gradients.Value.narrow(0, whole.OffsetOf(first), Length), Length);
    }

    public override Tensor Values => new(_values);

    public override Tensor Gradients => new(_gradients);

    public override void ZeroGradients() => _engine.Fill(_gradients, 0);

    public override float GradientNorm()
    {
        float norm = 0;
        using torch.Tensor root = _gradients.Value.norm();
        _engine.ReadMemory(root, new Span<float>(ref norm));
        GC.KeepAlive(this);
        return norm;
    }

    public override float ClipGradientNorm(float maxNorm)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(maxNorm);
        float norm = GradientNorm(), scale = maxNorm / (norm + 1e-6f);
        if (scale >= 1) return norm;
        using Scalar factor = scale.ToScalar();
        _gradients.Value.mul_(factor);
        GC.KeepAlive(this);
        return norm;
    }

    public override void ClipGradientValue(float limit)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(limit);
        using Scalar low = (-limit).ToScalar(), high = limit.ToScalar();
        _gradients.Value.clamp_(low, high);
        GC.KeepAlive(this);
    }

    public override void CopyFrom(ParameterBuffer source)
    {
        RequireSameLayout(source);
        Values.CopyFrom(source.Values);
    }

    public override void Lerp(ParameterBuffer source, float tau)
    {
        RequireSameLayout(source);
        if (!(tau is >= 0 and <= 1)) throw new ArgumentOutOfRangeException(nameof(tau), tau, "tau is in 0..1.");
        if (tau == 1)
        {
            CopyFrom(source);
            return;
        }

        Tensor values = source.Values.To(Device);
        using Scalar share = tau.ToScalar(), rest = (1 - tau).ToScalar();
        _values.Value.mul_(rest).add_(((TorchNode)values.Node).Value, share);
        Hold(values);
    }

    public override void Step(in SgdStep step, Tensor velocity)
    {
        RequireState(velocity);
        torch.Tensor direction = Decayed(step.WeightDecay, out torch.Tensor? decayed);
        using torch.Tensor? held = decayed;
        torch.Tensor? ahead = null;
        if (!velocity.IsDefault)
        {
            Scalar momentum = _second.Of(step.Momentum);
            torch.Tensor moved = Of(velocity).mul_(momentum).add_(direction, _third.Of(step.GradientShare));
            ahead = step.Nesterov ? direction.add(moved, momentum) : null;
            direction = ahead ?? moved;
        }

        using torch.Tensor? heldAhead = ahead;
        _values.Value.add_(direction, _fourth.Of(-step.LearningRate));
        Hold(velocity);
    }

    public override void Step(in RmsPropStep step, Tensor squares, Tensor averages, Tensor velocity)
    {
        RequireState(squares);
        RequireState(averages);
        RequireState(velocity);
        torch.Tensor gradient = Decayed(step.WeightDecay, out torch.Tensor? decayed);
        using torch.Tensor? held = decayed;
        Scalar alpha = _second.Of(step.Alpha), share = _third.Of(1 - step.Alpha), rate = _fourth.Of(-step.LearningRate), epsilon = _fifth.Of(step.Epsilon), one = _sixth.Of(1);
        Of(squares).mul_(alpha).addcmul_(gradient, gradient, share);
        using torch.Tensor root = averages.IsDefault ? Of(squares).sqrt() : Variance(squares, averages, gradient, alpha, share).sqrt_();
        root.add_(epsilon, one);
        if (velocity.IsDefault) _values.Value.addcdiv_(gradient, root, rate);
        else _values.Value.add_(Of(velocity).mul_(_seventh.Of(step.Momentum)).addcdiv_(gradient, root, one), rate);
        Hold(squares);
        Hold(averages);
        Hold(velocity);
    }

    public override void Step(in AdamStep step, Tensor first, Tensor second, Tensor largest)
    {
        RequireState(first);
        RequireState(second);
        RequireState(largest);
        if (step.Decoupled && step.WeightDecay != 0)
        {
            using Scalar shrink = (1 - step.LearningRate * step.WeightDecay).ToScalar();
            _values.Value.mul_(shrink);
        }

        torch.Tensor gradient = Decayed(step.Decoupled ? 0 : step.WeightDecay, out torch.Tensor? decayed);
        using torch.Tensor? held = decayed;
        Of(first).mul_(_second.Of(step.Beta1)).add_(gradient, _third.Of(1 - step.Beta1));
        torch.Tensor moments = Of(second).mul_(_fourth.Of(step.Beta2)).addcmul_(gradient, gradient, _fifth.Of(1 - step.Beta2));
        if (!largest.IsDefault)
        {
            using torch.Tensor most = Of(largest).maximum(moments);
            moments = Of(largest).copy_(most);
        }

        // The correction of the second moments goes into the rate and epsilon, which saves a pass: m / (√(v / c) + ε) = √c m / (√v + √c ε).
        double root = Math.Sqrt(1 - Math.Pow(step.Beta2, step.Number)), rate = -step.LearningRate * root / (1 - Math.Pow(step.Beta1, step.Number));
        using torch.Tensor divisor = moments.sqrt();
        divisor.add_(_sixth.Of(step.Epsilon * root), _first.Of(1));
        _values.Value.addcdiv_(Of(first), divisor, _seventh.Of(rate));
        Hold(first);
        Hold(second);
        Hold(largest);
    }

    protected override ParameterBuffer PartOf(int first, IReadOnlyList<KeyValuePair<string, Tensor>> parameters) => new TorchParameterBuffer(this, first, parameters);

    private static torch.Tensor Of(Tensor state) => ((TorchNode)state.Node).Value;

    // Native calls read the state, and the buffer, until here.
    private void Hold(Tensor state)
    {
        if (!state.IsDefault) GC.KeepAlive(state.Node);
        GC.KeepAlive(this);
    }

    /// <summary>The gradient, with a share of the parameters where there is weight decay; then it is a tensor to dispose.</summary>
    private torch.Tensor Decayed(double weightDecay, out torch.Tensor? made)
    {
        made = weightDecay == 0 ? null : _gradients.Value.add(_values.Value, _first.Of(weightDecay));
        return made ?? _gradients.Value;
    }

    private static torch.Tensor Variance(Tensor squares, Tensor averages, torch.Tensor gradient, Scalar alpha, Scalar share)
    {
        torch.Tensor mean = Of(averages).mul_(alpha).add_(gradient, share);
        using Scalar minus = (-1f).ToScalar();
        return Of(squares).addcmul(mean, mean, minus);
    }

    /// <summary>A scalar that lives until its field gets another number: most are the same at every step.</summary>
    private sealed class HeldScalar
    {
        private Scalar? _scalar;
        private double _value;

        public Scalar Of(double value)
        {
            if (_scalar is not null && _value == value) return _scalar;
            _scalar?.Dispose();
            _value = value;
            return _scalar = value.ToScalar();
        }
    }
}
