using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace RlKit.Replay;

/// <summary>Generalised advantage estimation. J. Schulman et al., "High-Dimensional Continuous Control Using Generalized Advantage Estimation" (2016), equation 16.</summary>
public static class GeneralizedAdvantage
{
    /// <summary>
    /// Computes, from the last row to the first, delta_t = r_t + gamma * (terminated_t ? 0 : v'_t) - v_t and
    /// A_t = delta_t + gamma * lambda * (terminated_t or truncated_t ? 0 : A_(t+1)), with A after the last row 0, and the returns A_t + v_t.
    /// </summary>
    /// <param name="rewards">r, steps x copies, row-major.</param>
    /// <param name="values">v, the values of the observations that were acted on, steps x copies.</param>
    /// <param name="nextValues">v', the values of the observations that truly followed (of a truncated episode, its final observation), steps x copies. Not read where a step terminated.</param>
    /// <param name="terminated">Where an episode terminated, steps x copies.</param>
    /// <param name="truncated">Where an episode was truncated, steps x copies.</param>
    /// <param name="copies">Copies of the environment: the length of a row.</param>
    /// <param name="gamma">The discount, in [0, 1].</param>
    /// <param name="lambda">The trade of bias for variance, in [0, 1]: 0 is the one-step TD error, 1 the whole return less the value.</param>
    /// <param name="advantages">A, steps x copies.</param>
    /// <param name="returns">A + v, steps x copies.</param>
    /// <exception cref="ArgumentException">Lengths differ or are no multiple of the copies.</exception>
    /// <exception cref="ArgumentOutOfRangeException">copies, gamma or lambda is out of range.</exception>
    /// <remarks>Several copies are computed at once by SIMD, with the same operations in the same order as one at a time: the results are equal to the bit.</remarks>
    public static void Compute(
        ReadOnlySpan<float> rewards,
        ReadOnlySpan<float> values,
        ReadOnlySpan<float> nextValues,
        ReadOnlySpan<bool> terminated,
        ReadOnlySpan<bool> truncated,
        int copies,
        double gamma,
        double lambda,
        Span<float> advantages,
        Span<float> returns)
    {
        if (copies < 1) throw new ArgumentOutOfRangeException(nameof(copies), copies, $"copies is {copies}; it has to be 1 or more.");
        RequireUnit(gamma, nameof(gamma));
        RequireUnit(lambda, nameof(lambda));
        if (rewards.Length % copies != 0) throw new ArgumentException($"There are {rewards.Length} rewards, which is no multiple of {copies} copies.", nameof(rewards));
        RequireLength(values.Length, rewards.Length, nameof(values));
        RequireLength(nextValues.Length, rewards.Length, nameof(nextValues));
        RequireLength(terminated.Length, rewards.Length, nameof(terminated));
        RequireLength(truncated.Length, rewards.Length, nameof(truncated));
        RequireLength(advantages.Length, rewards.Length, nameof(advantages));
        RequireLength(returns.Length, rewards.Length, nameof(returns));

        float discount = (float)gamma;
        float decay = (float)(gamma * lambda);
        int copy = 0;
        if (Vector256.IsHardwareAccelerated)
        {
            for (; copy + Vector256<float>.Count <= copies; copy += Vector256<float>.Count)
                ComputeEight(rewards, values, nextValues, terminated, truncated, copies, copy, discount, decay, advantages, returns);
        }

        for (; copy < copies; copy++)
        {
            float next = 0;
            for (int i = rewards.Length - copies + copy; i >= 0; i -= copies)
            {
                float delta = rewards[i] + discount * (terminated[i] ? 0 : nextValues[i]) - values[i];
                next = delta + decay * (terminated[i] | truncated[i] ? 0 : next);
                advantages[i] = next;
                returns[i] = next + values[i];
            }
        }
    }

    private static void ComputeEight(
        ReadOnlySpan<float> rewards,
        ReadOnlySpan<float> values,
        ReadOnlySpan<float> nextValues,
        ReadOnlySpan<bool> terminated,
        ReadOnlySpan<bool> truncated,
        int copies,
        int copy,
        float discount,
        float decay,
        Span<float> advantages,
        Span<float> returns)
    {
        Vector256<float> next = Vector256<float>.Zero;
        for (int i = rewards.Length - copies + copy; i >= 0; i -= copies)
        {
            Vector256<float> value = Load(values, i);
            Vector256<int> ends = Flags(terminated, i);
            Vector256<float> follows = Vector256.ConditionalSelect(Vector256.Equals(ends, Vector256<int>.Zero).AsSingle(), Load(nextValues, i), Vector256<float>.Zero);
            Vector256<float> delta = Load(rewards, i) + follows * discount - value;
            ends |= Flags(truncated, i);
            next = delta + Vector256.ConditionalSelect(Vector256.Equals(ends, Vector256<int>.Zero).AsSingle(), next, Vector256<float>.Zero) * decay;
            next.CopyTo(advantages.Slice(i, Vector256<float>.Count));
            (next + value).CopyTo(returns.Slice(i, Vector256<float>.Count));
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> Load(ReadOnlySpan<float> values, int start) => Vector256.Create(values.Slice(start, Vector256<float>.Count));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<int> Flags(ReadOnlySpan<bool> flags, int start)
    {
        ulong eight = MemoryMarshal.Read<ulong>(MemoryMarshal.AsBytes(flags.Slice(start, sizeof(ulong))));
        (Vector128<uint> lower, Vector128<uint> upper) = Vector128.Widen(Vector128.WidenLower(Vector128.CreateScalar(eight).AsByte()));
        return Vector256.Create(lower, upper).AsInt32();
    }

    private static void RequireUnit(double value, string name)
    {
        if (!(value >= 0 && value <= 1)) throw new ArgumentOutOfRangeException(name, value, FormattableString.Invariant($"{name} is {value}; it has to lie in [0, 1]."));
    }

    private static void RequireLength(int length, int expected, string name)
    {
        if (length != expected) throw new ArgumentException($"There are {length} elements in {name} for {expected} rewards; give one for each.", name);
    }
}
