using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace RlKit.Tensors.Kernels;

/// <summary>One pass over parameters, gradients and optimiser state, in PyTorch's order of operations.</summary>
internal static unsafe class OptimiserSteps
{
    /// <summary>The numbers of an Adam or AdamW step.</summary>
    /// <param name="LearningRate">Step size.</param>
    /// <param name="Beta1">Decay of the first moment.</param>
    /// <param name="Beta2">Decay of the second moment.</param>
    /// <param name="Epsilon">Added to the root of the second moment.</param>
    /// <param name="WeightDecay">L2 penalty, or AdamW's decay.</param>
    /// <param name="Decoupled">AdamW: parameters shrink by LearningRate * WeightDecay instead of the penalty joining the gradient.</param>
    /// <param name="Correction1">1 - Beta1^t.</param>
    /// <param name="Correction2">1 - Beta2^t.</param>
    /// <param name="GradientScale">Factor on the gradient: 1, or what clipping by norm leaves of it.</param>
    public readonly record struct AdamNumbers(
        float LearningRate, float Beta1, float Beta2, float Epsilon, float WeightDecay, bool Decoupled,
        float Correction1, float Correction2, float GradientScale = 1);

    /// <summary>Adam, AdamW, and with <paramref name="largestSecond"/> not empty amsgrad.</summary>
    public static void Adam(in AdamNumbers numbers, Span<float> parameters, ReadOnlySpan<float> gradients, Span<float> first, Span<float> second, Span<float> largestSecond)
    {
        Check(parameters.Length, gradients.Length, first.Length, second.Length);
        if (!largestSecond.IsEmpty)
            Check(parameters.Length, largestSecond.Length, first.Length, second.Length);
        fixed (float* p = parameters, g = gradients, m = first, v = second, w = largestSecond)
        {
            if (Vector512.IsHardwareAccelerated && Avx512F.IsSupported)
                Adam<Simd512, Vector512<float>>(numbers, p, g, m, v, w, parameters.Length);
            else if (Vector256.IsHardwareAccelerated)
                Adam<Simd256, Vector256<float>>(numbers, p, g, m, v, w, parameters.Length);
            else if (Vector128.IsHardwareAccelerated)
                Adam<Simd128, Vector128<float>>(numbers, p, g, m, v, w, parameters.Length);
            else
                Adam<SimdScalar, float>(numbers, p, g, m, v, w, parameters.Length);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Adam<S, V>(in AdamNumbers a, float* p, float* g, float* m, float* v, float* w, nint length) where S : struct, ISimd<V> where V : unmanaged
    {
        var scale = S.Broadcast(a.GradientScale);
        var beta1 = S.Broadcast(1 - a.Beta1);
        var beta2 = S.Broadcast(a.Beta2);
        var rest2 = S.Broadcast(1 - a.Beta2);
        var penalty = S.Broadcast(a.Decoupled ? 0 : a.WeightDecay);
        var keep = S.Broadcast(a.Decoupled ? 1 - a.LearningRate * a.WeightDecay : 1);
        var step = S.Broadcast(-a.LearningRate / a.Correction1);
        var root = S.Broadcast(1 / MathF.Sqrt(a.Correction2));
        var epsilon = S.Broadcast(a.Epsilon);
        for (nint i = 0; i < length; i += S.Width)
        {
            var left = (int)Math.Min(length - i, S.Width);
            var pi = S.LoadFirst(p + i, left);
            var gi = S.MultiplyAdd(penalty, pi, S.Multiply(scale, S.LoadFirst(g + i, left)));
            var mi = S.LoadFirst(m + i, left);
            mi = S.MultiplyAdd(beta1, S.Subtract(gi, mi), mi);
            var vi = S.MultiplyAdd(S.Multiply(rest2, gi), gi, S.Multiply(beta2, S.LoadFirst(v + i, left)));
            S.StoreFirst(m + i, mi, left);
            S.StoreFirst(v + i, vi, left);
            if (w != null)
            {
                vi = S.Max(vi, S.LoadFirst(w + i, left));
                S.StoreFirst(w + i, vi, left);
            }
            var denominator = S.MultiplyAdd(S.Sqrt(vi), root, epsilon);
            S.StoreFirst(p + i, S.MultiplyAdd(step, S.Divide(mi, denominator), S.Multiply(keep, pi)), left);
        }
    }

    /// <summary>The numbers of a step of stochastic gradient descent.</summary>
    /// <param name="LearningRate">Step size.</param>
    /// <param name="Momentum">Decay of the velocity; 0 for none.</param>
    /// <param name="Dampening">Share of the gradient kept out of the velocity.</param>
    /// <param name="Nesterov">Whether the step looks ahead.</param>
    /// <param name="WeightDecay">L2 penalty.</param>
    /// <param name="FirstStep">The velocity starts as the gradient.</param>
    /// <param name="GradientScale">Factor on the gradient.</param>
    public readonly record struct SgdNumbers(
        float LearningRate, float Momentum, float Dampening, bool Nesterov, float WeightDecay, bool FirstStep, float GradientScale = 1);

    /// <summary>Stochastic gradient descent; <paramref name="velocity"/> is empty without momentum.</summary>
    public static void Sgd(in SgdNumbers numbers, Span<float> parameters, ReadOnlySpan<float> gradients, Span<float> velocity)
    {
        Check(parameters.Length, gradients.Length, numbers.Momentum == 0 ? parameters.Length : velocity.Length, parameters.Length);
        fixed (float* p = parameters, g = gradients, u = velocity)
        {
            if (Vector512.IsHardwareAccelerated && Avx512F.IsSupported)
                Sgd<Simd512, Vector512<float>>(numbers, p, g, u, parameters.Length);
            else if (Vector256.IsHardwareAccelerated)
                Sgd<Simd256, Vector256<float>>(numbers, p, g, u, parameters.Length);
            else if (Vector128.IsHardwareAccelerated)
                Sgd<Simd128, Vector128<float>>(numbers, p, g, u, parameters.Length);
            else
                Sgd<SimdScalar, float>(numbers, p, g, u, parameters.Length);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Sgd<S, V>(in SgdNumbers a, float* p, float* g, float* u, nint length) where S : struct, ISimd<V> where V : unmanaged
    {
        var scale = S.Broadcast(a.GradientScale);
        var penalty = S.Broadcast(a.WeightDecay);
        var step = S.Broadcast(-a.LearningRate);
        var momentum = S.Broadcast(a.FirstStep ? 0 : a.Momentum);
        var ahead = S.Broadcast(a.Momentum);
        var share = S.Broadcast(a.FirstStep ? 1 : 1 - a.Dampening);
        for (nint i = 0; i < length; i += S.Width)
        {
            var left = (int)Math.Min(length - i, S.Width);
            var pi = S.LoadFirst(p + i, left);
            var gi = S.MultiplyAdd(penalty, pi, S.Multiply(scale, S.LoadFirst(g + i, left)));
            if (a.Momentum != 0)
            {
                var ui = S.Multiply(share, gi);
                if (!a.FirstStep)
                    ui = S.MultiplyAdd(momentum, S.LoadFirst(u + i, left), ui);
                S.StoreFirst(u + i, ui, left);
                gi = a.Nesterov ? S.MultiplyAdd(ahead, ui, gi) : ui;
            }
            S.StoreFirst(p + i, S.MultiplyAdd(step, gi, pi), left);
        }
    }

    /// <summary>The numbers of an RMSprop step.</summary>
    /// <param name="LearningRate">Step size.</param>
    /// <param name="Alpha">Decay of the mean square.</param>
    /// <param name="Epsilon">Added to the root.</param>
    /// <param name="WeightDecay">L2 penalty.</param>
    /// <param name="Momentum">Decay of the velocity; 0 for none.</param>
    /// <param name="GradientScale">Factor on the gradient.</param>
    public readonly record struct RmsPropNumbers(
        float LearningRate, float Alpha, float Epsilon, float WeightDecay, float Momentum, float GradientScale = 1);

    /// <summary>RMSprop; centred if <paramref name="mean"/> is not empty, with momentum if <paramref name="velocity"/> is not.</summary>
    public static void RmsProp(in RmsPropNumbers numbers, Span<float> parameters, ReadOnlySpan<float> gradients, Span<float> square, Span<float> mean, Span<float> velocity)
    {
        Check(parameters.Length, gradients.Length, square.Length, mean.IsEmpty ? parameters.Length : mean.Length);
        Check(parameters.Length, numbers.Momentum == 0 ? parameters.Length : velocity.Length, square.Length, square.Length);
        fixed (float* p = parameters, g = gradients, s = square, a = mean, u = velocity)
        {
            if (Vector512.IsHardwareAccelerated && Avx512F.IsSupported)
                RmsProp<Simd512, Vector512<float>>(numbers, p, g, s, a, u, parameters.Length);
            else if (Vector256.IsHardwareAccelerated)
                RmsProp<Simd256, Vector256<float>>(numbers, p, g, s, a, u, parameters.Length);
            else if (Vector128.IsHardwareAccelerated)
                RmsProp<Simd128, Vector128<float>>(numbers, p, g, s, a, u, parameters.Length);
            else
                RmsProp<SimdScalar, float>(numbers, p, g, s, a, u, parameters.Length);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void RmsProp<S, V>(in RmsPropNumbers r, float* p, float* g, float* s, float* a, float* u, nint length) where S : struct, ISimd<V> where V : unmanaged
    {
        var scale = S.Broadcast(r.GradientScale);
        var penalty = S.Broadcast(r.WeightDecay);
        var step = S.Broadcast(-r.LearningRate);
        var alpha = S.Broadcast(r.Alpha);
        var rest = S.Broadcast(1 - r.Alpha);
        var epsilon = S.Broadcast(r.Epsilon);
        var momentum = S.Broadcast(r.Momentum);
        for (nint i = 0; i < length; i += S.Width)
        {
            var left = (int)Math.Min(length - i, S.Width);
            var pi = S.LoadFirst(p + i, left);
            var gi = S.MultiplyAdd(penalty, pi, S.Multiply(scale, S.LoadFirst(g + i, left)));
            var si = S.MultiplyAdd(S.Multiply(rest, gi), gi, S.Multiply(alpha, S.LoadFirst(s + i, left)));
            S.StoreFirst(s + i, si, left);
            if (a != null)
            {
                var ai = S.LoadFirst(a + i, left);
                ai = S.MultiplyAdd(rest, S.Subtract(gi, ai), ai);
                S.StoreFirst(a + i, ai, left);
                si = S.Subtract(si, S.Multiply(ai, ai));
            }
            var update = S.Divide(gi, S.Add(S.Sqrt(si), epsilon));
            if (r.Momentum != 0)
            {
                update = S.MultiplyAdd(momentum, S.LoadFirst(u + i, left), update);
                S.StoreFirst(u + i, update, left);
            }
            S.StoreFirst(p + i, S.MultiplyAdd(step, update, pi), left);
        }
    }

    private static void Check(int parameters, int first, int second, int third)
    {
        if (parameters != first || parameters != second || parameters != third)
            throw new ArgumentException($"Parameters, gradients and state must be equally long: {parameters}, {first}, {second}, {third}.");
    }
}
