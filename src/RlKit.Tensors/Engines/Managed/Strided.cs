using System.Runtime.CompilerServices;
using RlKit.Tensors.Kernels;

namespace RlKit.Tensors.Engines.Managed;

/// <summary>Walks over a contiguous array and a strided one of the same shape; a stride of 0 repeats elements, as broadcasting does.</summary>
internal static class Strided
{
    /// <summary>The strides that make a shape broadcast to another.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void BroadcastStrides(in Shape from, in Shape to, Span<int> strides)
    {
        int stride = 1;
        for (int back = 1; back <= to.Rank; back++)
        {
            int length = back <= from.Rank ? from.Lengths[from.Rank - back] : 1;
            strides[to.Rank - back] = length == 1 ? 0 : stride;
            stride *= length;
        }
    }

    /// <summary>destination = the strided source.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Read(in Shape shape, ReadOnlySpan<int> strides, ReadOnlySpan<float> source, Span<float> destination)
    {
        var walk = new Walk(shape, strides, []);
        for (int at = 0; at < destination.Length; at += walk.Run)
        {
            Span<float> to = destination.Slice(at, walk.Run);
            if (walk.StepA == 1) source.Slice(walk.A, walk.Run).CopyTo(to);
            else if (walk.StepA == 0) to.Fill(source[walk.A]);
            else for (int i = 0; i < to.Length; i++) to[i] = source[walk.A + i * walk.StepA];
            walk.Next();
        }
    }

    /// <summary>The strided destination += source, in the source's order.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Add(in Shape shape, ReadOnlySpan<int> strides, ReadOnlySpan<float> source, Span<float> destination)
    {
        var walk = new Walk(shape, strides, []);
        for (int at = 0; at < source.Length; at += walk.Run)
        {
            ReadOnlySpan<float> from = source.Slice(at, walk.Run);
            if (walk.StepA == 1)
            {
                Span<float> to = destination.Slice(walk.A, walk.Run);
                Elementwise.Apply(new Add(), to, from, to);
            }
            else if (walk.StepA == 0)
            {
                destination[walk.A] += Kernels.Reductions.Sum(from);
            }
            else
            {
                for (int i = 0; i < from.Length; i++) destination[walk.A + i * walk.StepA] += from[i];
            }

            walk.Next();
        }
    }
}
