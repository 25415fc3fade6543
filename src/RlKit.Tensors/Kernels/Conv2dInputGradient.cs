using System.Runtime.CompilerServices;

namespace RlKit.Tensors.Kernels;

/// <summary>
/// A convolution's gradient with respect to its input, tap by tap: the weights of one tap times the output gradient, added to
/// the planes of the image at the tap's shift. The output gradient has the planes' pitch, with zeros between its rows.
/// </summary>
internal static unsafe class Conv2dInputGradient<S, V> where S : struct, ISimd<V> where V : unmanaged
{
    public static void Run(WorkerPool? pool, ref Conv2dJob job)
    {
        job.Left = Workspace.Get(Workspace.Slot.Left, (long)job.Shape.Filters * job.Shape.FilterSize);
        PackTaps(job, job.Left);
        fixed (Conv2dJob* p = &job)
        {
            if (pool is not null)
                pool.Run(job.Shape.Batch, &Image, p);
            else
                for (var image = 0; image < job.Shape.Batch; image++)
                    Image(p, image);
        }
    }

    /// <summary>Brings the weights into the order of use: tap by tap, by tiles of channels, filter by filter.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void PackTaps(in Conv2dJob job, float* left)
    {
        var (filters, channels, taps) = (job.Shape.Filters, job.Shape.Channels, job.Shape.KernelHeight * job.Shape.KernelWidth);
        for (var channel = 0; channel < channels;)
        {
            var height = Tile<S, V, Columns1<S, V>, EvenWalk, EvenWalk>.Height(channels - channel);
            for (var filter = 0; filter < filters; filter++)
            {
                var from = job.Weight + ((nint)filter * channels + channel) * taps;
                var to = left + (nint)channel * filters + filter * height;
                for (var tap = 0; tap < taps; tap++)
                {
                    for (var i = 0; i < height; i++)
                        to[i] = from[i * taps + tap];
                    to += (nint)channels * filters;
                }
            }
            channel += height;
        }
    }

    private static void Image(void* context, int image)
    {
        ref var job = ref *(Conv2dJob*)context;
        var s = job.Shape;
        var planes = new ImagePlanes<S, V>(s);
        var columns = (planes.Span + S.Width - 1) / S.Width * S.Width;
        var gradient = Workspace.Get(Workspace.Slot.Stage, (long)s.Filters * columns);
        Stage(s, job.Output + (nint)image * s.OutputSize, planes.Width, columns, gradient);

        var sums = Workspace.Get(Workspace.Slot.Result, planes.Size + ImagePlanes<S, V>.Slack);
        new Span<float>(sums, planes.Size + ImagePlanes<S, V>.Slack).Clear();
        var t = new TileArguments
        {
            K = s.Filters,
            BStep = columns * sizeof(float),
            CRow = planes.Channel,
            Accumulate = true,
        };
        var left = job.Left;
        for (var y = 0; y < s.KernelHeight; y++)
        {
            for (var x = 0; x < s.KernelWidth; x++)
            {
                for (var j = 0; j < columns;)
                {
                    var width = MatrixProduct.PanelWidth<S, V>(columns - j);
                    t.Columns = width;
                    t.B = gradient + j;
                    var to = sums + planes.Tap(0, y, x) + j;
                    if (width == S.Width)
                        Panel<Columns1<S, V>>(ref t, left, s.Channels, to);
                    else if (width == 2 * S.Width)
                        Panel<Columns2<S, V>>(ref t, left, s.Channels, to);
                    else
                        Panel<Columns3<S, V>>(ref t, left, s.Channels, to);
                    j += width;
                }
                left += (nint)s.Channels * s.Filters;
            }
        }
        planes.Extract(sums, job.Floats + (nint)image * s.InputSize, job.Accumulate);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Panel<TColumns>(ref TileArguments t, float* left, int channels, float* to) where TColumns : unmanaged, IColumns<TColumns, V>
    {
        for (var channel = 0; channel < channels;)
        {
            var height = Tile<S, V, TColumns, EvenWalk, EvenWalk>.Height(channels - channel);
            t.A = left + channel * t.K;
            t.ARow = sizeof(float);
            t.AStep = height * sizeof(float);
            t.C = to + channel * t.CRow;
            channel += Tile<S, V, TColumns, EvenWalk, EvenWalk>.Rows(t, channels - channel);
        }
    }

    /// <summary>Copies an image's output gradient, with zeros up to the planes' pitch after each row and up to whole vectors at the end.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Stage(in Conv2dShape s, float* from, int pitch, int columns, float* gradient)
    {
        var (height, width) = (s.OutputHeight, s.OutputWidth);
        new Span<float>(gradient, s.Filters * columns).Clear();
        for (var filter = 0; filter < s.Filters; filter++)
        {
            for (var y = 0; y < height; y++)
            {
                var to = gradient + (nint)filter * columns + y * pitch;
                for (var x = 0; x < width; x += S.Width)
                    S.StoreFirst(to + x, S.LoadFirst(from + x, width - x), width - x);
                from += width;
            }
        }
    }
}
