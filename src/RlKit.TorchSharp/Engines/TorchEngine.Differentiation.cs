using System.Globalization;
using TorchSharp;

namespace RlKit.Tensors.Engines;

internal sealed partial class TorchEngine
{
    // In anomaly mode: what this thread has recorded, in the order it was.
    [ThreadStatic]
    private static List<TorchNode>? _record;

    public override TensorNode Detach(TensorNode source)
    {
        TorchNode x = As(source), y = TorchNode.Make(source.Device, x.Value.detach(), source.Shape);
        y.CopyKind(x);
        return y;
    }

    public override void SetRequiresGrad(TensorNode leaf, bool requiresGrad)
    {
        if (!leaf.IsLeaf) throw NotALeaf(leaf);
        As(leaf).SetRequiresGrad(requiresGrad);
    }

    public override TensorNode Gradient(TensorNode leaf)
    {
        TorchNode node = RequireLeaf(leaf, "Grad");
        torch.Tensor? gradient = node.Value.grad;
        if (gradient is null)
        {
            // From now on backward passes add to these zeros.
            gradient = torch.empty(Lengths(leaf.Shape), torch.ScalarType.Float32, _torchDevice).fill_(_zero);
            node.Value.grad = gradient;
        }

        return leaf.InScope ? TorchNode.Make(leaf.Device, Contiguous(gradient), leaf.Shape) : TorchNode.MakeKept(leaf.Device, Contiguous(gradient), leaf.Shape);
    }

    public override void ZeroGradient(TensorNode leaf)
    {
        using torch.Tensor? gradient = RequireLeaf(leaf, "ZeroGrad").Value.grad;
        gradient?.fill_(_zero);
        GC.KeepAlive(leaf);
    }

    public override void Backward(TensorNode output)
    {
        As(output).Value.backward(retain_graph: true);
        GC.KeepAlive(output);
        if (Autograd.IsDetectingAnomaly) ExamineGradients();
    }

    public override void Gradients(TensorNode output, ReadOnlySpan<Tensor> inputs, Span<Tensor> gradients)
    {
        var of = new torch.Tensor[inputs.Length];
        for (int i = 0; i < of.Length; i++) of[i] = As(inputs[i].Node).Value;
        IList<torch.Tensor> results = torch.autograd.grad([As(output).Value], of, null, retain_graph: true, create_graph: false, allow_unused: true);
        for (int i = 0; i < of.Length; i++)
        {
            TensorNode input = inputs[i].Node;
            torch.Tensor gradient = results[i] is { IsInvalid: false } reached ? Contiguous(reached) : torch.empty(Lengths(input.Shape), torch.ScalarType.Float32, _torchDevice).fill_(_zero);
            gradients[i] = new Tensor(TorchNode.Make(input.Device, gradient, input.Shape));
        }

        GC.KeepAlive(of);
        GC.KeepAlive(output);
    }

    // The processor's generator: dropout and the like on it resume exactly.
    public override byte[] RandomState
    {
        get
        {
            using torch.Tensor state = torch.get_rng_state();
            return state.bytes.ToArray();
        }

        set
        {
            using torch.Tensor state = torch.empty([value.Length], torch.ScalarType.Byte, torch.CPU);
            value.CopyTo(state.bytes);
            torch.set_rng_state(state);
        }
    }

    public override ParameterBuffer Pack(IReadOnlyList<KeyValuePair<string, Tensor>> parameters) => new TorchParameterBuffer(this, parameters);

    private static TorchNode RequireLeaf(TensorNode leaf, string member) => leaf is { IsLeaf: true, RequiresGrad: true } ? As(leaf) : throw NoGradient(leaf, member);

    // Throws if a result is not finite, and keeps what ExamineGradients needs.
    private static void Examine(TorchNode node, string operation, TensorNode x, TensorNode? y, TensorNode? z)
    {
        float[] values = new Tensor(node).ToArray();
        for (int i = 0; i < values.Length; i++)
            if (!float.IsFinite(values[i])) throw new ArithmeticException(string.Create(CultureInfo.InvariantCulture, $"{operation} made {values[i]} at position {i} of its result."));
        if (!node.RequiresGrad) return;
        node.Value.retain_grad();
        node.Origin = (operation, [.. new[] { x, y, z }.OfType<TorchNode>().Where(input => input.RequiresGrad)]);
        (_record ??= []).Add(node);
    }

    // The last recorded operation whose own gradient is finite and an input's is not.
    private static void ExamineGradients()
    {
        List<TorchNode> record = _record ?? [];
        _record = null;
        for (int i = record.Count - 1; i >= 0; i--)
        {
            if (record[i].Origin is not { } origin) continue;
            foreach (TorchNode input in origin.Inputs)
            {
                using torch.Tensor? gradient = input.Value.grad;
                if (gradient is null) continue;
                float[] values = new Tensor(TorchNode.MakeKept(input.Device, gradient.clone(), input.Shape)).ToArray();
                for (int position = 0; position < values.Length; position++)
                    if (!float.IsFinite(values[position])) throw new ArithmeticException(string.Create(CultureInfo.InvariantCulture, $"{origin.Operation} made {values[position]} at position {position} of its input's gradient."));
            }
        }
    }
}
