using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using RlKit.Tensors.Kernels;

namespace RlKit.Tensors.Engines.Managed;

/// <summary>RlKit's own engine: the processor, in managed code. Each operation is a forward method and, beside it, the backward method that <see cref="Run"/> calls.</summary>
internal sealed partial class ManagedEngine : Engine
{
    private ManagedEngine()
    {
    }

    // The one process-wide setting: threads are shared by whoever computes, and change no result.
    private static WorkerPool _workers = new(Environment.ProcessorCount);

    /// <summary>How many threads a large operation uses.</summary>
    public static int Threads
    {
        get => _workers.Threads;
        set
        {
            if (value == _workers.Threads) return;
            WorkerPool before = Interlocked.Exchange(ref _workers, new WorkerPool(value));
            before.Dispose();
        }
    }

    /// <summary>The threads that help with large operations.</summary>
    public static WorkerPool Workers => _workers;

    public static Device CreateDevice() => new("cpu", new ManagedEngine());

    private static ManagedNode As(TensorNode node) => Unsafe.As<ManagedNode>(node);

    // Recording

    /// <summary>Ends an operation of one input: records it where needed, and checks the result in anomaly mode.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ManagedNode Finish(TensorContext context, ManagedNode y, Operation operation, byte kind, ManagedNode x)
    {
        if (x.RequiresGrad && context.Recording) Record(context, y, operation, kind, x, null, null, 1);
        if (context.DetectAnomaly) CheckFinite(y.Span, operation, kind, "result");
        return y;
    }

    /// <summary>Ends an operation of up to three inputs.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ManagedNode Finish(TensorContext context, ManagedNode y, Operation operation, byte kind, ManagedNode x0, ManagedNode? x1, ManagedNode? x2)
    {
        int needs = (x0.RequiresGrad ? 1 : 0) | (x1 is not null && x1.RequiresGrad ? 2 : 0) | (x2 is not null && x2.RequiresGrad ? 4 : 0);
        if (needs != 0 && context.Recording) Record(context, y, operation, kind, x0, x1, x2, (byte)needs);
        if (context.DetectAnomaly) CheckFinite(y.Span, operation, kind, "result");
        return y;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Record(TensorContext context, ManagedNode y, Operation operation, byte kind, ManagedNode x0, ManagedNode? x1, ManagedNode? x2, byte needs)
    {
        y.RequiresGrad = true;
        y.Operation = operation;
        y.Kind = kind;
        y.Input0 = x0;
        y.Input1 = x1;
        y.Input2 = x2;
        y.Needs = needs;
        y.Sequence = ++context.Sequence;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void CheckFinite(ReadOnlySpan<float> values, Operation operation, byte kind, string what)
    {
        for (int i = 0; i < values.Length; i++)
        {
            if (!float.IsFinite(values[i])) ThrowAnomaly(values[i], i, operation, kind, what);
        }
    }

    [DoesNotReturn]
    private static void ThrowAnomaly(float value, int position, Operation operation, byte kind, string what) => throw new ArithmeticException(
        $"{NameOf(operation, kind)} made {value.ToString(System.Globalization.CultureInfo.InvariantCulture)} at position {position} of its {what}.");

    private static string NameOf(Operation operation, byte kind) => operation switch
    {
        Operation.Unary => ((UnaryOperation)kind).ToString(),
        Operation.Binary => ((BinaryOperation)kind).ToString(),
        Operation.Reduce => ((ReduceOperation)kind).ToString(),
        Operation.Loss => ((LossOperation)kind).ToString(),
        _ => operation.ToString(),
    };

    // Data

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override TensorNode FromValues(Device device, in Shape shape, ReadOnlySpan<float> values)
    {
        ManagedNode y = TensorContext.Current.Rent(shape);
        values.CopyTo(y.Span);
        return y;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override TensorNode FromBytes(Device device, in Shape shape, ReadOnlySpan<byte> values, float scale)
    {
        TensorContext context = TensorContext.Current;
        ManagedNode y = context.Rent(shape);
        y.SavedLength = (values.Length + sizeof(float) - 1) / sizeof(float);
        context.Allocate(y.SavedLength, out y.Saved, out y.SavedOffset);
        y.F0 = scale;
        values.CopyTo(y.Bytes);
        y.IsBytes = values.Length > 0;
        return y;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override TensorNode FromIndices(Device device, in Shape shape, ReadOnlySpan<int> values)
    {
        ManagedNode y = TensorContext.Current.Rent(shape);
        y.IsIndex = true;
        values.CopyTo(y.Indices);
        return y;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override TensorNode Full(Device device, in Shape shape, float value)
    {
        ManagedNode y = TensorContext.Current.Rent(shape);
        y.Span.Fill(value);
        return y;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Read(TensorNode source, Span<float> destination) => As(source).Span.CopyTo(destination);

    public override void ReadIndices(TensorNode source, Span<int> destination) => As(source).Indices.CopyTo(destination);

    public override void Write(TensorNode target, ReadOnlySpan<float> values) => values.CopyTo(As(target).Span);

    public override void WriteIndices(TensorNode target, ReadOnlySpan<int> values) => values.CopyTo(As(target).Indices);

    public override void Assign(TensorNode target, TensorNode source) => As(source).Span.CopyTo(As(target).Span);

    public override void Fill(TensorNode target, float value) => As(target).Span.Fill(value);

    public override Span<float> AsSpan(TensorNode node) => As(node).Span;

    public override Span<int> AsIndexSpan(TensorNode node) => As(node).Indices;

    public override TensorNode Keep(TensorNode source)
    {
        ManagedNode x = As(source), y = NewKept(x.Shape);
        y.IsIndex = x.IsIndex;
        x.Span.CopyTo(y.Span);
        return y;
    }

    private static ManagedNode NewKept(in Shape shape)
    {
        var node = new ManagedNode();
        node.SetShape(shape);
        Arena.AllocateKept(node.Length, out node.Array, out node.Offset);
        return node;
    }

    // Differentiation

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override TensorNode Detach(TensorNode source)
    {
        ManagedNode x = As(source), y = TensorContext.Current.RentNode(x.Shape);
        y.Share(x);
        return y;
    }

    public override void SetRequiresGrad(TensorNode leaf, bool requiresGrad)
    {
        ManagedNode node = As(leaf);
        if (!node.IsLeaf)
            throw NotALeaf(node);
        node.RequiresGrad = requiresGrad;
        if (!requiresGrad || node.LeafGradient is not null) return;
        // A leaf that outlives the innermost scope needs a gradient that does so too.
        TensorContext context = TensorContext.Current;
        node.LeafGradient = context.IsOfInnermostScope(node) ? context.Rent(node.Shape) : NewKept(node.Shape);
        node.LeafGradientPending = true;
    }

    public override TensorNode Gradient(TensorNode leaf)
    {
        ManagedNode node = RequireLeaf(leaf, "Grad");
        SettleGradient(node);
        return node.LeafGradient!;
    }

    public override void ZeroGradient(TensorNode leaf) => RequireLeaf(leaf, "ZeroGrad").LeafGradientPending = true;

    /// <summary>Writes the zeros of a gradient that counts as zero.</summary>
    public static void SettleGradient(ManagedNode leaf)
    {
        if (!leaf.LeafGradientPending) return;
        leaf.LeafGradient!.Span.Clear();
        leaf.LeafGradientPending = false;
    }

    private static ManagedNode RequireLeaf(TensorNode leaf, string member)
    {
        ManagedNode node = As(leaf);
        if (node.LeafGradient is null)
            throw NoGradient(node, member);
        return node;
    }

    public override ParameterBuffer Pack(IReadOnlyList<KeyValuePair<string, Tensor>> parameters) => new ManagedParameterBuffer(parameters);

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Backward(TensorNode output)
    {
        TensorContext context = TensorContext.Current;
        context.OnlyTargets = false;
        Start(context, As(output));
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Gradients(TensorNode output, ReadOnlySpan<Tensor> inputs, Span<Tensor> gradients)
    {
        TensorContext context = TensorContext.Current;
        try
        {
            for (int i = 0; i < inputs.Length; i++)
            {
                ManagedNode input = As(inputs[i].Node), gradient = context.Rent(input.Shape);
                gradients[i] = new Tensor(gradient);
                input.GradientTarget ??= gradient;
            }

            context.OnlyTargets = true;
            Start(context, As(output));
            for (int i = 0; i < inputs.Length; i++)
            {
                ManagedNode input = As(inputs[i].Node), gradient = As(gradients[i].Node);
                if (input.Gradient is null) gradient.Span.Clear();
                else if (input.GradientTarget != gradient || input.Gradient != gradient.Array || input.GradientOffset != gradient.Offset) input.GradientSpan.CopyTo(gradient.Span);
            }
        }
        finally
        {
            context.OnlyTargets = false;
            foreach (Tensor tensor in inputs)
            {
                ManagedNode input = As(tensor.Node);
                input.Gradient = null;
                input.GradientTarget = null;
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Start(TensorContext context, ManagedNode output)
    {
        // What a backward pass needs is free again when it ends; targets and leaves' gradients lie elsewhere.
        ArenaMark mark = context.Arena.Mark();
        try
        {
            if (context.OnlyTargets && output.IsLeaf && output.GradientTarget is null) return;
            Span<float> gradient = GradientOf(context, output, out bool add);
            gradient[0] = add ? gradient[0] + 1 : 1;
            Run(context);
        }
        finally
        {
            context.Queue.Clear();
            context.Arena.Reset(mark);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Run(TensorContext context)
    {
        GradientQueue queue = context.Queue;
        while (queue.Count > 0)
        {
            ManagedNode y = queue.Take();
            switch (y.Operation)
            {
                case Operation.Reshape: ReshapeBackward(context, y); break;
                case Operation.Slice: SliceBackward(context, y); break;
                case Operation.Permute: PermuteBackward(context, y); break;
                case Operation.Expand: ExpandBackward(context, y); break;
                case Operation.Unary: UnaryBackward(context, y); break;
                case Operation.Binary: BinaryBackward(context, y); break;
                case Operation.Where: WhereBackward(context, y); break;
                case Operation.MatMul: MatMulBackward(context, y); break;
                case Operation.Linear: LinearBackward(context, y); break;
                case Operation.Conv2d: Conv2dBackward(context, y); break;
                case Operation.MaxPool2d: MaxPool2dBackward(context, y); break;
                case Operation.Reduce: ReduceBackward(context, y); break;
                case Operation.CumulativeSum: CumulativeSumBackward(context, y); break;
                case Operation.Softmax: SoftmaxBackward(context, y, logarithm: false); break;
                case Operation.LogSoftmax: SoftmaxBackward(context, y, logarithm: true); break;
                case Operation.Gather: GatherBackward(context, y); break;
                case Operation.IndexSelect: IndexSelectBackward(context, y); break;
                case Operation.ScatterAdd: ScatterAddBackward(context, y); break;
                case Operation.Concat: ConcatBackward(context, y); break;
                case Operation.LayerNorm: LayerNormBackward(context, y); break;
                case Operation.Lstm: LstmBackward(context, y); break;
                case Operation.Gru: GruBackward(context, y); break;
                case Operation.RecurrentState: RecurrentStateBackward(context, y); break;
                case Operation.Loss: LossBackward(context, y); break;
                case Operation.CrossEntropy: CrossEntropyBackward(context, y); break;
                case Operation.NoisyWeight: NoisyWeightBackward(context, y); break;
                default: throw new InvalidOperationException($"{y.Operation} has no backward pass.");
            }

            if (context.DetectAnomaly) CheckInputGradients(y);
            if (y.GradientTarget is null) y.Gradient = null;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void CheckInputGradients(ManagedNode y)
    {
        Check(y.Input0);
        Check(y.Input1);
        Check(y.Input2);
        for (int i = 0; i < y.InputCount; i++) Check(y.Inputs[i]);

        void Check(ManagedNode? input)
        {
            if (input is null) return;
            if (input.Gradient is not null) CheckFinite(input.GradientSpan, y.Operation, y.Kind, "input's gradient");
            else if (input is { LeafGradient: { } leaf, LeafGradientPending: false }) CheckFinite(leaf.Span, y.Operation, y.Kind, "input's gradient");
        }
    }

    /// <summary>Whether a recorded input wants its gradient now.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool Wants(TensorContext context, ManagedNode y, int bit, ManagedNode? input) =>
        (y.Needs & bit) != 0 && (!context.OnlyTargets || !input!.IsLeaf || input.GradientTarget is not null);

    /// <summary>Where a gradient goes. <paramref name="add"/> says whether to add to what is there; else every element must be written.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static Span<float> GradientOf(TensorContext context, ManagedNode node, out bool add)
    {
        if (node.Gradient is not null)
        {
            add = true;
            if (node.GradientShared) Unshare(context, node);
            return node.GradientSpan;
        }

        if (node.GradientTarget is { } target)
        {
            node.Gradient = target.Array;
            node.GradientOffset = target.Offset;
        }
        else if (node.IsLeaf)
        {
            add = !node.LeafGradientPending;
            node.LeafGradientPending = false;
            return node.LeafGradient!.Span;
        }
        else
        {
            context.Arena.Allocate(node.Length, out node.Gradient, out node.GradientOffset);
        }

        add = false;
        node.GradientShared = false;
        if (!node.IsLeaf) context.Queue.Add(node);
        return node.GradientSpan;
    }

    private static void Unshare(TensorContext context, ManagedNode node)
    {
        Span<float> shared = node.GradientSpan;
        context.Arena.Allocate(node.Length, out node.Gradient, out node.GradientOffset);
        node.GradientShared = false;
        shared.CopyTo(node.GradientSpan);
    }

    /// <summary>Passes y's gradient on unchanged: by reference where nothing has arrived yet.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void PassOn(TensorContext context, ManagedNode y, ManagedNode input)
    {
        if (input.Gradient is null && !input.IsLeaf && input.GradientTarget is null)
        {
            input.Gradient = y.Gradient;
            input.GradientOffset = y.GradientOffset;
            input.GradientShared = true;
            context.Queue.Add(input);
            return;
        }

        Span<float> gradient = GradientOf(context, input, out bool add);
        if (add) Elementwise.Apply(new Add(), gradient, y.GradientSpan, gradient);
        else y.GradientSpan.CopyTo(gradient);
    }

    /// <summary>Memory for the duration of the current operation or backward pass.</summary>
    private static Span<float> Scratch(TensorContext context, int length) => context.Arena.Allocate(length);
}
