using System.Runtime.CompilerServices;
using TorchSharp;

namespace RlKit.Tensors.Engines;

/// <summary>The engine's tensor: TorchSharp's, contiguous; indices are int64 there.</summary>
internal sealed class TorchNode : TensorNode
{
    [ThreadStatic]
    private static Stack<TorchNode>? _spare;

    private torch.Tensor? _value;
    private torch.Tensor? _constant;
    private bool _isRecorded;

    private TorchNode(Device device) : base(device)
    {
    }

    public override bool IsLeaf => !_isRecorded;

    /// <summary>The tensor, with its history.</summary>
    public torch.Tensor Value => _value!;

    /// <summary>The same memory without a history.</summary>
    public torch.Tensor Constant
    {
        get
        {
            if (!RequiresGrad) return _value!;
            if (Volatile.Read(ref _constant) is { } made) return made;

            // Threads that act side by side take one and the same: nothing would hold a second one while it is read.
            torch.Tensor mine = _value!.detach().DetachFromDisposeScope();
            if (Interlocked.CompareExchange(ref _constant, mine, null) is not { } first) return mine;
            mine.Dispose();
            return first;
        }
    }

    /// <summary>What an operation takes: the tensor with its history where operations are recorded.</summary>
    public torch.Tensor Operand
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => !RequiresGrad || Autograd.IsRecording ? _value! : Constant;
    }

    /// <summary>The smallest and the largest index, for those that came from the host or are known to lie in a range.</summary>
    public (long Smallest, long Largest) IndexRange { get; set; }

    /// <summary>In anomaly mode: what made the node, and of what.</summary>
    public (string Operation, TorchNode[] Inputs)? Origin { get; set; }

    /// <summary>A node of the innermost scope, or one that lives as long as it is referenced. It owns the tensor.</summary>
    public static TorchNode Make(Device device, torch.Tensor value, in Shape shape, bool recorded = false)
    {
        TorchNode node = MakeKept(device, value, shape);
        node._isRecorded = recorded;
        node.RequiresGrad = recorded;
        node.JoinScope();
        return node;
    }

    /// <summary>A node outside all scopes.</summary>
    public static TorchNode MakeKept(Device device, torch.Tensor value, in Shape shape)
    {
        TorchNode node = _spare is { Count: > 0 } spare && spare.Peek().Device == device ? spare.Pop() : new TorchNode(device);
        node._value = value.DetachFromDisposeScope();
        node.Shape = shape;
        return node;
    }

    /// <summary>A node of indices.</summary>
    public static TorchNode MakeIndex(Device device, torch.Tensor value, in Shape shape, (long Smallest, long Largest) range)
    {
        TorchNode node = Make(device, value, shape);
        node.IsIndex = true;
        node.IndexRange = range;
        return node;
    }

    /// <summary>Takes over whether another node, of the same elements, holds indices.</summary>
    public void CopyKind(TorchNode other)
    {
        IsIndex = other.IsIndex;
        IndexRange = other.IndexRange;
    }

    /// <summary>Whether gradients flow to this leaf.</summary>
    public void SetRequiresGrad(bool requiresGrad)
    {
        _value!.requires_grad = requiresGrad;
        RequiresGrad = requiresGrad;
    }

    /// <summary>Forgets what was derived from the tensor, because its memory is another now.</summary>
    public void ForgetConstant()
    {
        _constant?.Dispose();
        _constant = null;
    }

    protected override void Release()
    {
        _value?.Dispose();
        _value = null;
        ForgetConstant();
        _isRecorded = false;
        RequiresGrad = false;
        IsIndex = false;
        Origin = null;
        (_spare ??= new Stack<TorchNode>()).Push(this);
    }
}
