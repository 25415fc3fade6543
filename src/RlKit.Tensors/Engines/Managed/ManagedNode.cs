using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace RlKit.Tensors.Engines.Managed;

/// <summary>The managed engine's tensor: a stretch of an array, and how it was made.</summary>
internal sealed class ManagedNode : TensorNode
{
    public float[] Array = [];
    public int Offset;
    public int Length;

    // How it was made; what else an operation keeps for its backward pass is listed beside the operation.
    public Operation Operation;
    public byte Kind;
    public byte Needs;
    public long Sequence;
    public ManagedNode? Input0;
    public ManagedNode? Input1;
    public ManagedNode? Input2;
    public ManagedNode[] Inputs = [];
    public bool[] InputsNeed = [];
    public int InputCount;
    public int I0, I1, I2, I3;
    public float F0, F1;
    public float[] Saved = [];
    public int SavedOffset;
    public int SavedLength;

    // The gradient: during a backward pass, or (GradientLeaf) for good.
    public float[]? Gradient;
    public int GradientOffset;
    public bool GradientShared;
    public ManagedNode? GradientTarget;

    // The gradient of the last cell state of a recurrent sequence.
    public float[]? StateGradient;
    public int StateGradientOffset;

    // A leaf's gradient; pending means that it counts as zero and the next writer overwrites it.
    public ManagedNode? LeafGradient;
    public bool LeafGradientPending;

    public ManagedNode() : base(Device.Cpu)
    {
    }

    public Span<float> Span
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get
        {
            if (IsBytes) Widen();
            return MemoryMarshal.CreateSpan(ref Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(Array), Offset), Length);
        }
    }

    /// <summary>Whether the values are still bytes (in the saved memory) times F0: a convolution reads them as they are, whatever else reads them widens them first.</summary>
    public bool IsBytes { get; set; }

    public Span<byte> Bytes => MemoryMarshal.AsBytes(SavedSpan)[..Length];

    public Span<int> Indices => MemoryMarshal.Cast<float, int>(Span);

    public Span<float> SavedSpan => Saved.AsSpan(SavedOffset, SavedLength);

    public Span<float> GradientSpan
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => MemoryMarshal.CreateSpan(ref Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(Gradient!), GradientOffset), Length);
    }

    public override bool IsLeaf => Operation == Operation.None;

    public void SetShape(in Shape shape)
    {
        Shape = shape;
        Length = shape.Length;
    }

    /// <summary>Uses another node's memory.</summary>
    public void Share(ManagedNode other)
    {
        if (other.IsBytes) other.Widen();
        Array = other.Array;
        Offset = other.Offset;
    }

    /// <summary>Turns bytes into the floats they stand for, in the memory that was set aside for them.</summary>
    public void Widen()
    {
        Kernels.Elementwise.FromBytes(Bytes, F0, MemoryMarshal.CreateSpan(ref Array[Offset], Length));
        IsBytes = false;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    protected internal override void Release()
    {
        RequiresGrad = false;
        IsIndex = false;
        IsBytes = false;
        Operation = Operation.None;
        Needs = 0;
        Input0 = Input1 = Input2 = null;
        if (InputCount > 0)
        {
            System.Array.Clear(Inputs, 0, InputCount);
            InputCount = 0;
        }

        Array = [];
        Saved = [];
        Gradient = null;
        GradientShared = false;
        GradientTarget = null;
        StateGradient = null;
        LeafGradient = null;
        LeafGradientPending = false;
    }
}
