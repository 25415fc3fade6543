using System.Runtime.CompilerServices;

namespace RlKit.Tensors.Kernels;

/// <summary>
/// A convolution's gradient with respect to its weight: for each tap, the product of the images' pixels and the gradient's
/// transpose, over the positions of a few images at a time. Images are summed in fixed parts, the parts in order.
/// </summary>
internal static unsafe class Conv2dWeightGradient<S, V> where S : struct, ISimd<V> where V : unmanaged
{
    // Of these many parts each has its own sum, so this bounds both the memory and the threads.
    private const int MaxParts = 8;

    // Positions in one chain of multiply-adds: enough to hide the reading and writing of the sums.
    private const int ChainLength = 256;

    public static void Run(WorkerPool? pool, ref Conv2dJob job)
    {
        var s = job.Shape;
        var planes = new ImagePlanes<S, V>(s);
        var (positions, group, filters) = (s.OutputHeight * s.OutputWidth, Group(s), Filters(s));
        var parts = Math.Min(MaxParts, s.Batch);
        var size = (long)s.FilterSize * filters;
        if (parts == 0)
        {
            if (!job.Accumulate)
                new Span<float>(job.Weight, s.Filters * s.FilterSize).Clear();
            return;
        }

        job.Partial = Workspace.Get(Workspace.Slot.Partial, parts * size);
        job.Offsets = (nint*)Workspace.Get(Workspace.Slot.Offsets, (group * (long)positions + 1) * sizeof(nint) / sizeof(float));
        for (var (image, at) = (0, 0); image < group; image++)
            for (var y = 0; y < s.OutputHeight; y++)
                for (var x = 0; x < s.OutputWidth; x++)
                    job.Offsets[at++] = ((nint)image * planes.Size + y * planes.Width + x) * sizeof(float);
        job.Offsets[group * positions] = 0;

        fixed (Conv2dJob* p = &job)
        {
            if (pool is not null)
                pool.Run(parts, &Part, p);
            else
                for (var part = 0; part < parts; part++)
                    Part(p, part);
        }

        for (var part = 1; part < parts; part++)
            Elementwise.Apply(new Add(), new(job.Partial, (int)size), new(job.Partial + part * size, (int)size), new Span<float>(job.Partial, (int)size));

        var gradient = job.Accumulate ? Workspace.Get(Workspace.Slot.Result, (long)s.Filters * s.FilterSize) : job.Weight;
        Pack.Transposed<S, V>(job.Partial, filters, s.FilterSize, s.Filters, gradient, s.FilterSize);
        if (job.Accumulate)
        {
            var total = new Span<float>(job.Weight, s.Filters * s.FilterSize);
            Elementwise.Apply(new Add(), total, new(gradient, total.Length), total);
        }
    }

    private static int Group(in Conv2dShape s) => Math.Clamp(ChainLength / (s.OutputHeight * s.OutputWidth), 1, Math.Max(1, s.Batch / MaxParts));

    /// <summary>Columns of a sum: the filters, filled up to whole vectors.</summary>
    private static int Filters(in Conv2dShape s) => (s.Filters + S.Width - 1) / S.Width * S.Width;

    private static void Part(void* context, int part)
    {
        ref var job = ref *(Conv2dJob*)context;
        var s = job.Shape;
        var planes = new ImagePlanes<S, V>(s);
        var (positions, group, filters) = (s.OutputHeight * s.OutputWidth, Group(s), Filters(s));
        var parts = Math.Min(MaxParts, s.Batch);
        var first = (int)((long)s.Batch * part / parts);
        var end = (int)((long)s.Batch * (part + 1) / parts);
        var stage = Workspace.Get(Workspace.Slot.Stage, (long)group * planes.Size + ImagePlanes<S, V>.Slack);
        var panel = Workspace.Get(Workspace.Slot.Panel, (long)group * positions * filters);

        var t = new TileArguments
        {
            ARow = (nint)planes.Channel * sizeof(float),
            AOffsets = job.Offsets,
            CRow = (nint)s.KernelHeight * s.KernelWidth * filters,
        };
        for (var image = first; image < end; image += group)
        {
            var count = Math.Min(group, end - image);
            t.K = count * positions;
            t.Accumulate = image > first;
            for (var i = 0; i < count; i++)
            {
                var input = (nint)(image + i) * s.InputSize;
                planes.Fill(job.Floats == null ? null : job.Floats + input, job.Bytes + input, job.Scale, stage + (nint)i * planes.Size);
            }
            for (var j = 0; j < filters;)
            {
                var width = MatrixProduct.PanelWidth<S, V>(filters - j);
                for (var i = 0; i < count; i++)
                {
                    Pack.Transposed<S, V>(job.Output + (nint)(image + i) * s.OutputSize + (nint)j * positions, positions,
                        Math.Min(width, s.Filters - j), positions, panel + (nint)i * positions * width, width);
                }
                t.B = panel;
                t.BStep = width * sizeof(float);
                t.Columns = width;
                var sums = job.Partial + part * (nint)s.FilterSize * filters + j;
                if (width == S.Width)
                    Taps<Columns1<S, V>>(ref t, s, planes, stage, filters, sums);
                else if (width == 2 * S.Width)
                    Taps<Columns2<S, V>>(ref t, s, planes, stage, filters, sums);
                else
                    Taps<Columns3<S, V>>(ref t, s, planes, stage, filters, sums);
                j += width;
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Taps<TColumns>(ref TileArguments t, in Conv2dShape s, in ImagePlanes<S, V> planes, float* stage, int filters, float* sums)
        where TColumns : unmanaged, IColumns<TColumns, V>
    {
        for (var y = 0; y < s.KernelHeight; y++)
        {
            for (var x = 0; x < s.KernelWidth; x++)
            {
                for (var channel = 0; channel < s.Channels;)
                {
                    t.A = stage + planes.Tap(channel, y, x);
                    t.C = sums + (((nint)channel * s.KernelHeight + y) * s.KernelWidth + x) * filters;
                    channel += Tile<S, V, TColumns, TableWalk, EvenWalk>.Rows(t, s.Channels - channel);
                }
            }
        }
    }
}
