using System.Runtime.CompilerServices;

namespace RlKit.Tensors.Kernels;

/// <summary>
/// A convolution's gradient with respect to its input. The pixels of one phase (y mod stride, x mod stride) meet the same taps,
/// so that each phase is a convolution of the padded output gradient, stride 1, with those taps in reverse.
/// </summary>
internal static unsafe class Conv2dInputGradient<S, V> where S : struct, ISimd<V> where V : unmanaged
{
    public static void Run(WorkerPool? pool, ref Conv2dJob job)
    {
        var s = job.Shape;
        var phases = new Phases(s);

        job.Left = Workspace.Get(Workspace.Slot.Left, (long)s.Filters * s.FilterSize);
        job.Offsets = (nint*)Workspace.Get(Workspace.Slot.Offsets, ((long)s.Filters * s.KernelHeight * s.KernelWidth + s.StrideY * s.StrideX) * sizeof(nint) / sizeof(float));
        var left = job.Left;
        var offsets = job.Offsets;
        for (var phaseY = 0; phaseY < s.StrideY; phaseY++)
        {
            for (var phaseX = 0; phaseX < s.StrideX; phaseX++)
            {
                var k = phases.Taps(phaseY, phaseX);
                if (k == 0)
                    continue;
                PackPhase(job, phaseY, phaseX, k, left);
                Table(s, phases, phaseY, phaseX, offsets);
                left += (nint)k * s.Channels;
                offsets += k + 1;
            }
        }

        fixed (Conv2dJob* p = &job)
        {
            if (pool is not null)
                pool.Run(s.Batch, &Image, p);
            else
                for (var image = 0; image < s.Batch; image++)
                    Image(p, image);
        }
    }

    /// <summary>The weights of a phase's taps: channel by channel for all filters, then in the order of tiles.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void PackPhase(in Conv2dJob job, int phaseY, int phaseX, int k, float* left)
    {
        var s = job.Shape;
        var rows = Workspace.Get(Workspace.Slot.Panel, (long)k * s.Channels);
        var to = rows;
        var width = s.KernelWidth;
        for (var channel = 0; channel < s.Channels; channel++)
        {
            for (var filter = 0; filter < s.Filters; filter++)
            {
                var from = job.Weight + ((nint)filter * s.Channels + channel) * s.KernelHeight * width;
                for (var y = phaseY; y < s.KernelHeight; y += s.StrideY)
                {
                    for (var x = phaseX; x < width; x += s.StrideX)
                        *to++ = from[y * width + x];
                }
            }
        }
        Correlation<S, V>.Pack(rows, k, s.Channels, k, left);
    }

    private static void Table(in Conv2dShape s, in Phases phases, int phaseY, int phaseX, nint* offsets)
    {
        for (var filter = 0; filter < s.Filters; filter++)
            for (var y = phaseY; y < s.KernelHeight; y += s.StrideY)
                for (var x = phaseX; x < s.KernelWidth; x += s.StrideX)
                    *offsets++ = phases.At(filter, y, x) * sizeof(float);
        *offsets = 0;
    }

    private static void Image(void* context, int image)
    {
        ref var job = ref *(Conv2dJob*)context;
        var s = job.Shape;
        var phases = new Phases(s);
        var stage = Workspace.Get(Workspace.Slot.Stage, phases.Size);
        Stage(s, phases, job.Output + (nint)image * s.OutputSize, stage);

        // All phases of a row's columns lie beside one another, so that a row of pixels is put together at once.
        var columns = Correlation<S, V>.Round(phases.Height * phases.Width);
        var result = Workspace.Get(Workspace.Slot.Result, (long)s.StrideX * s.Channels * columns + ImagePlanes<S, V>.Slack);
        var row = Workspace.Get(Workspace.Slot.Row, s.StrideX * (phases.Width + S.Width));
        var left = job.Left;
        var offsets = job.Offsets;
        for (var phaseY = 0; phaseY < s.StrideY; phaseY++)
        {
            for (var phaseX = 0; phaseX < s.StrideX; phaseX++)
            {
                var to = result + (nint)phaseX * s.Channels * columns;
                var k = phases.Taps(phaseY, phaseX);
                if (k == 0)
                {
                    new Span<float>(to, s.Channels * columns).Clear();
                    continue;
                }
                Correlation<S, V>.Run(left, s.Channels, k, stage, offsets, columns, to);
                left += (nint)k * s.Channels;
                offsets += k + 1;
            }
            Scatter(job, phases, phaseY, result, columns, row, job.Floats + (nint)image * s.InputSize);
        }
    }

    /// <summary>Copies an image's output gradient between zeros.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Stage(in Conv2dShape s, in Phases phases, float* from, float* stage)
    {
        new Span<float>(stage, phases.Size).Clear();
        for (var filter = 0; filter < s.Filters; filter++)
        {
            var to = stage + (nint)filter * phases.Plane + phases.Top * phases.Width + phases.Before;
            for (var y = 0; y < s.OutputHeight; y++)
            {
                for (var x = 0; x < s.OutputWidth; x += S.Width)
                    S.StoreFirst(to + x, S.LoadFirst(from + x, s.OutputWidth - x), s.OutputWidth - x);
                from += s.OutputWidth;
                to += phases.Width;
            }
        }
    }

    /// <summary>Puts the rows of one phase together and in their place.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Scatter(in Conv2dJob job, in Phases phases, int phaseY, float* result, int columns, float* row, float* image)
    {
        var s = job.Shape;
        var firstRow = (Math.Max(0, s.PaddingY - phaseY) + s.StrideY - 1) / s.StrideY;
        for (var channel = 0; channel < s.Channels; channel++)
        {
            for (var i = firstRow; i * s.StrideY + phaseY - s.PaddingY < s.Height; i++)
            {
                var from = result + (nint)channel * columns + (nint)i * phases.Width;
                var pixels = from;
                if (s.StrideX > 1)
                {
                    Join(s.StrideX, from, (nint)s.Channels * columns, phases.Columns, row);
                    pixels = row;
                }
                pixels += s.PaddingX;
                var to = image + ((nint)channel * s.Height + i * s.StrideY + phaseY - s.PaddingY) * s.Width;
                for (var x = 0; x < s.Width; x += S.Width)
                {
                    var value = S.LoadFirst(pixels + x, s.Width - x);
                    if (job.Accumulate)
                        value = S.Add(S.LoadFirst(to + x, s.Width - x), value);
                    S.StoreFirst(to + x, value, s.Width - x);
                }
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Join(int stride, float* from, nint phase, int count, float* row)
    {
        if (stride == 2)
        {
            for (var i = 0; i < count; i += S.Width)
            {
                V even = S.Load(from + i), odd = S.Load(from + phase + i);
                S.Store(row + 2 * i, S.InterleaveLow(even, odd));
                S.Store(row + 2 * i + S.Width, S.InterleaveHigh(even, odd));
            }
            return;
        }
        for (var p = 0; p < stride; p++)
        {
            for (var i = 0; i < count; i++)
                row[i * stride + p] = from[p * phase + i];
        }
    }

    /// <summary>The geometry of the phases: pixel (y, x) of the padded input is pixel (y / stride, x / stride) of its phase.</summary>
    private readonly struct Phases
    {
        private readonly Conv2dShape _shape;

        public Phases(in Conv2dShape s)
        {
            _shape = s;
            Height = (s.Height + s.PaddingY + s.StrideY - 1) / s.StrideY;
            Columns = (s.Width + s.PaddingX + s.StrideX - 1) / s.StrideX;
            Top = (s.KernelHeight - 1) / s.StrideY;
            Before = (s.KernelWidth - 1) / s.StrideX;
            // The zeros behind a row are those before the next.
            Width = Math.Max(Columns, s.OutputWidth + Before);
            Plane = (Math.Max(Height, s.OutputHeight) + Top) * Width;
        }

        /// <summary>Rows of a phase up to the last pixel that is not padding.</summary>
        public int Height { get; }

        /// <summary>Pixels of a row up to the last that is not padding.</summary>
        public int Columns { get; }

        /// <summary>Zeros above the staged gradient.</summary>
        public int Top { get; }

        /// <summary>Zeros before each of its rows.</summary>
        public int Before { get; }

        /// <summary>Elements from one of its rows to the next.</summary>
        public int Width { get; }

        /// <summary>Elements from one filter to the next.</summary>
        public int Plane { get; }

        /// <summary>Elements of the staged gradient, with what a panel may read behind it.</summary>
        public int Size => _shape.Filters * Plane + Before + ImagePlanes<S, V>.Slack;

        /// <summary>Taps that meet a phase, times filters.</summary>
        public int Taps(int phaseY, int phaseX) =>
            _shape.Filters * Count(_shape.KernelHeight, phaseY, _shape.StrideY) * Count(_shape.KernelWidth, phaseX, _shape.StrideX);

        /// <summary>Where the staged gradient lies that tap (y, x) of a filter multiplies for the first pixel of its phase.</summary>
        public nint At(int filter, int y, int x) =>
            (nint)filter * Plane + (Top - y / _shape.StrideY) * Width + Before - x / _shape.StrideX;

        private static int Count(int kernel, int phase, int stride) => kernel > phase ? (kernel - phase + stride - 1) / stride : 0;
    }
}
