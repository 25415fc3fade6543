using System.Runtime.CompilerServices;

namespace RlKit.Tensors.Kernels;

/// <summary>A convolution's result, image by image.</summary>
internal static unsafe class Conv2dForward<S, V> where S : struct, ISimd<V> where V : unmanaged
{
    public static void Run(WorkerPool? pool, ref Conv2dJob job)
    {
        var s = job.Shape;
        var planes = new ImagePlanes<S, V>(s);

        job.Left = Workspace.Get(Workspace.Slot.Left, (long)s.Filters * s.FilterSize);
        Correlation<S, V>.Pack(job.Weight, s.FilterSize, s.Filters, s.FilterSize, job.Left);

        job.Offsets = (nint*)Workspace.Get(Workspace.Slot.Offsets, (s.FilterSize + 1L) * sizeof(nint) / sizeof(float));
        var k = 0;
        for (var channel = 0; channel < s.Channels; channel++)
            for (var y = 0; y < s.KernelHeight; y++)
                for (var x = 0; x < s.KernelWidth; x++)
                    job.Offsets[k++] = planes.Tap(channel, y, x) * sizeof(float);
        job.Offsets[k] = 0;

        fixed (Conv2dJob* p = &job)
        {
            if (pool is not null)
                pool.Run(s.Batch, &Image, p);
            else
                for (var image = 0; image < s.Batch; image++)
                    Image(p, image);
        }
    }

    private static void Image(void* context, int image)
    {
        ref var job = ref *(Conv2dJob*)context;
        var s = job.Shape;
        var planes = new ImagePlanes<S, V>(s);
        var columns = Correlation<S, V>.Round(planes.Span);
        var stage = Workspace.Get(Workspace.Slot.Stage, planes.Size + ImagePlanes<S, V>.Slack);
        var result = Workspace.Get(Workspace.Slot.Result, (long)s.Filters * columns);
        var input = (nint)image * s.InputSize;
        planes.Fill(job.Floats == null ? null : job.Floats + input, job.Bytes + input, job.Scale, stage);
        Correlation<S, V>.Run(job.Left, s.Filters, s.FilterSize, stage, job.Offsets, columns, result);

        var output = job.Output + (nint)image * s.OutputSize;
        Gather(job, result, columns, planes.Width, output);
        if (job.Activation is not (Activation.None or Activation.Relu))
        {
            var values = new Span<float>(output, s.OutputSize);
            Activations.Apply(job.Activation, values, values);
        }
    }

    /// <summary>Takes the rows of output from the wider rows of the result, with bias and relu.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Gather(in Conv2dJob job, float* result, int columns, int pitch, float* output)
    {
        var (height, width) = (job.Shape.OutputHeight, job.Shape.OutputWidth);
        var bias = job.Bias;
        var least = S.Broadcast(job.Activation == Activation.Relu ? 0 : float.NegativeInfinity);
        for (var filter = 0; filter < job.Shape.Filters; filter++)
        {
            var shift = S.Broadcast(bias == null ? 0 : bias[filter]);
            var from = result + (nint)filter * columns;
            for (var y = 0; y < height; y++)
            {
                for (var x = 0; x < width; x += S.Width)
                    S.StoreFirst(output + x, S.MaxNative(least, S.Add(S.LoadFirst(from + x, width - x), shift)), width - x);
                from += pitch;
                output += width;
            }
        }
    }
}
