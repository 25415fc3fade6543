using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using RlKit.Tensors.Engines;

namespace RlKit.Tensors.Kernels;

/// <summary>One pass over flat parameters per optimiser step, in PyTorch's formulas; and the passes that clip and blend.</summary>
internal static unsafe class OptimiserSteps
{
    // Sums are formed per block and added in order, so that splitting the blocks among threads cannot change them.
    private const int SumBlock = 1 << 14;

    // Values of one thread's turn in Adam's step, and values below which another thread costs more than it gives.
    private const int AdamBlock = 1 << 15, ParallelLength = 1 << 18;

    private struct AdamJob
    {
        public float* Parameters, Gradients, First, Second, Largest;
        public AdamStep* Step;
        public int Count;
    }

    /// <summary>A step of stochastic gradient descent; <paramref name="momentum"/> is empty for none.</summary>
    internal static void Sgd(Span<float> parameters, ReadOnlySpan<float> gradients, Span<float> momentum, in SgdStep step)
    {
        fixed (float* p = parameters, g = gradients, b = momentum)
        {
            if (Vector512.IsHardwareAccelerated && Avx512F.IsSupported) Sgd<Simd512, Vector512<float>>(p, g, b, parameters.Length, step);
            else if (Vector256.IsHardwareAccelerated) Sgd<Simd256, Vector256<float>>(p, g, b, parameters.Length, step);
            else if (Vector128.IsHardwareAccelerated) Sgd<Simd128, Vector128<float>>(p, g, b, parameters.Length, step);
            else Sgd<SimdScalar, float>(p, g, b, parameters.Length, step);
        }
    }

    /// <summary>A step of RMSprop; <paramref name="average"/> is empty unless centered, <paramref name="momentum"/> is empty for none.</summary>
    internal static void RmsProp(Span<float> parameters, ReadOnlySpan<float> gradients, Span<float> square, Span<float> average, Span<float> momentum, in RmsPropStep step)
    {
        fixed (float* p = parameters, g = gradients, s = square, a = average, b = momentum)
        {
            if (Vector512.IsHardwareAccelerated && Avx512F.IsSupported) RmsProp<Simd512, Vector512<float>>(p, g, s, a, b, parameters.Length, step);
            else if (Vector256.IsHardwareAccelerated) RmsProp<Simd256, Vector256<float>>(p, g, s, a, b, parameters.Length, step);
            else if (Vector128.IsHardwareAccelerated) RmsProp<Simd128, Vector128<float>>(p, g, s, a, b, parameters.Length, step);
            else RmsProp<SimdScalar, float>(p, g, s, a, b, parameters.Length, step);
        }
    }

    /// <summary>A step of Adam or AdamW; <paramref name="largest"/> (the largest second moments so far) is empty unless amsgrad.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void Adam(Span<float> parameters, ReadOnlySpan<float> gradients, Span<float> first, Span<float> second, Span<float> largest, in AdamStep step)
    {
        fixed (float* p = parameters, g = gradients, m = first, v = second, l = largest)
        {
            if (Vector512.IsHardwareAccelerated && Avx512F.IsSupported) Adam<Simd512, Vector512<float>>(p, g, m, v, l, parameters.Length, step);
            else if (Vector256.IsHardwareAccelerated) Adam<Simd256, Vector256<float>>(p, g, m, v, l, parameters.Length, step);
            else if (Vector128.IsHardwareAccelerated) Adam<Simd128, Vector128<float>>(p, g, m, v, l, parameters.Length, step);
            else Adam<SimdScalar, float>(p, g, m, v, l, parameters.Length, step);
        }
    }

    /// <summary>The same with the help of other threads, where there are values enough: each block is one thread's, and every value depends on itself alone.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void Adam(
        WorkerPool pool, Span<float> parameters, ReadOnlySpan<float> gradients, Span<float> first, Span<float> second, Span<float> largest, in AdamStep step)
    {
        if (pool.Threads == 1 || parameters.Length < ParallelLength)
        {
            Adam(parameters, gradients, first, second, largest, step);
            return;
        }

        fixed (float* p = parameters, g = gradients, m = first, v = second, l = largest)
        fixed (AdamStep* numbers = &step)
        {
            var job = new AdamJob { Parameters = p, Gradients = g, First = m, Second = v, Largest = l, Count = parameters.Length, Step = numbers };
            pool.Run((parameters.Length + AdamBlock - 1) / AdamBlock, &Block, &job);
        }

        static void Block(void* context, int block)
        {
            var job = (AdamJob*)context;
            int start = block * AdamBlock, count = Math.Min(AdamBlock, job->Count - start);
            Adam(
                new Span<float>(job->Parameters + start, count), new ReadOnlySpan<float>(job->Gradients + start, count), new Span<float>(job->First + start, count),
                new Span<float>(job->Second + start, count), job->Largest == null ? default : new Span<float>(job->Largest + start, count), *job->Step);
        }
    }

    /// <summary>The sum of the squares, in double precision over blocks of single-precision lanes.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static double SumOfSquares(ReadOnlySpan<float> values)
    {
        double sum = 0;
        for (int start = 0; start < values.Length; start += SumBlock)
            sum += Reductions.SumOfSquares(values.Slice(start, Math.Min(SumBlock, values.Length - start)));

        return sum;
    }

    /// <summary>target = tau * source + (1 - tau) * target.</summary>
    internal static void Blend(Span<float> target, ReadOnlySpan<float> source, double tau)
    {
        fixed (float* t = target, s = source)
        {
            if (Vector512.IsHardwareAccelerated && Avx512F.IsSupported) Blend<Simd512, Vector512<float>>(t, s, target.Length, tau);
            else if (Vector256.IsHardwareAccelerated) Blend<Simd256, Vector256<float>>(t, s, target.Length, tau);
            else if (Vector128.IsHardwareAccelerated) Blend<Simd128, Vector128<float>>(t, s, target.Length, tau);
            else Blend<SimdScalar, float>(t, s, target.Length, tau);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Sgd<S, V>(float* p, float* g, float* b, int count, in SgdStep step)
        where S : struct, ISimd<V>
        where V : unmanaged
    {
        V rate = S.Broadcast((float)-step.LearningRate), decay = S.Broadcast((float)step.WeightDecay);
        V momentum = S.Broadcast((float)step.Momentum), share = S.Broadcast((float)step.GradientShare);
        bool nesterov = step.Nesterov;
        int i = 0;
        for (; i <= count - S.Width; i += S.Width) Update(i, S.Width);
        if (i < count) Update(i, count - i);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        void Update(int at, int length)
        {
            V parameter = Read<S, V>(p + at, length);
            V direction = S.MultiplyAdd(decay, parameter, Read<S, V>(g + at, length));
            if (b != null)
            {
                V velocity = S.MultiplyAdd(momentum, Read<S, V>(b + at, length), S.Multiply(share, direction));
                Write<S, V>(b + at, velocity, length);
                direction = nesterov ? S.MultiplyAdd(momentum, velocity, direction) : velocity;
            }

            Write<S, V>(p + at, S.MultiplyAdd(rate, direction, parameter), length);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void RmsProp<S, V>(float* p, float* g, float* s, float* a, float* b, int count, in RmsPropStep step)
        where S : struct, ISimd<V>
        where V : unmanaged
    {
        V rate = S.Broadcast((float)-step.LearningRate), decay = S.Broadcast((float)step.WeightDecay), momentum = S.Broadcast((float)step.Momentum);
        V alpha = S.Broadcast((float)step.Alpha), oneMinusAlpha = S.Broadcast((float)(1 - step.Alpha)), epsilon = S.Broadcast((float)step.Epsilon);
        int i = 0;
        for (; i <= count - S.Width; i += S.Width) Update(i, S.Width);
        if (i < count) Update(i, count - i);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        void Update(int at, int length)
        {
            V parameter = Read<S, V>(p + at, length);
            V gradient = S.MultiplyAdd(decay, parameter, Read<S, V>(g + at, length));
            V scaled = S.Multiply(oneMinusAlpha, gradient);
            V square = S.MultiplyAdd(alpha, Read<S, V>(s + at, length), S.Multiply(scaled, gradient));
            Write<S, V>(s + at, square, length);
            if (a != null)
            {
                V average = S.MultiplyAdd(alpha, Read<S, V>(a + at, length), scaled);
                Write<S, V>(a + at, average, length);
                square = S.Subtract(square, S.Multiply(average, average));
            }

            V direction = S.Divide(gradient, S.Add(S.Sqrt(square), epsilon));
            if (b != null)
            {
                direction = S.MultiplyAdd(momentum, Read<S, V>(b + at, length), direction);
                Write<S, V>(b + at, direction, length);
            }

            Write<S, V>(p + at, S.MultiplyAdd(rate, direction, parameter), length);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Adam<S, V>(float* p, float* g, float* m, float* v, float* l, int count, in AdamStep step)
        where S : struct, ISimd<V>
        where V : unmanaged
    {
        double correction1 = 1 - Math.Pow(step.Beta1, step.Number), correction2 = 1 - Math.Pow(step.Beta2, step.Number);
        V beta1 = S.Broadcast((float)step.Beta1), oneMinusBeta1 = S.Broadcast((float)(1 - step.Beta1));
        V beta2 = S.Broadcast((float)step.Beta2), oneMinusBeta2 = S.Broadcast((float)(1 - step.Beta2));
        V rate = S.Broadcast((float)(-step.LearningRate / correction1)), scale = S.Broadcast((float)(1 / Math.Sqrt(correction2))), epsilon = S.Broadcast((float)step.Epsilon);
        V decay = S.Broadcast(step.Decoupled ? 0 : (float)step.WeightDecay), shrink = S.Broadcast(step.Decoupled ? (float)(1 - (step.LearningRate * step.WeightDecay)) : 1);
        int i = 0;
        for (; i <= count - S.Width; i += S.Width) Update(i, S.Width);
        if (i < count) Update(i, count - i);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        void Update(int at, int length)
        {
            V parameter = Read<S, V>(p + at, length);
            V gradient = S.MultiplyAdd(decay, parameter, Read<S, V>(g + at, length));
            V first = S.MultiplyAdd(beta1, Read<S, V>(m + at, length), S.Multiply(oneMinusBeta1, gradient));
            V second = S.MultiplyAdd(beta2, Read<S, V>(v + at, length), S.Multiply(S.Multiply(oneMinusBeta2, gradient), gradient));
            Write<S, V>(m + at, first, length);
            Write<S, V>(v + at, second, length);
            if (l != null)
            {
                second = S.Max(Read<S, V>(l + at, length), second);
                Write<S, V>(l + at, second, length);
            }

            V direction = S.Divide(first, S.MultiplyAdd(S.Sqrt(second), scale, epsilon));
            Write<S, V>(p + at, S.MultiplyAdd(rate, direction, S.Multiply(shrink, parameter)), length);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Blend<S, V>(float* t, float* s, int count, double tau)
        where S : struct, ISimd<V>
        where V : unmanaged
    {
        V share = S.Broadcast((float)tau), rest = S.Broadcast((float)(1 - tau));
        int i = 0;
        for (; i <= count - S.Width; i += S.Width) Update(i, S.Width);
        if (i < count) Update(i, count - i);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        void Update(int at, int length) =>
            Write<S, V>(t + at, S.MultiplyAdd(share, Read<S, V>(s + at, length), S.Multiply(rest, Read<S, V>(t + at, length))), length);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static V Read<S, V>(float* source, int length)
        where S : struct, ISimd<V>
        where V : unmanaged => length == S.Width ? S.Load(source) : S.LoadFirst(source, length);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Write<S, V>(float* destination, V value, int length)
        where S : struct, ISimd<V>
        where V : unmanaged
    {
        if (length == S.Width) S.Store(destination, value);
        else S.StoreFirst(destination, value, length);
    }
}
