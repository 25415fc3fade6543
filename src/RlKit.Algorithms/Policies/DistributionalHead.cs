using System.Buffers;
using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using System.Text.Json;

namespace RlKit;

/// <summary>The logits of a distribution over atoms for each action (Bellemare et al. 2017); the action with the highest mean is chosen.</summary>
internal sealed class DistributionalHead : PolicyHead
{
    public const string TypeName = "distributional";

    private readonly Discrete _actionSpace;
    private readonly float[] _support;
    private readonly float[] _belowTop;

    public DistributionalHead(Discrete actionSpace, int atoms, float low, float high)
    {
        _actionSpace = actionSpace;
        _support = new float[atoms];
        _belowTop = new float[atoms];
        for (int i = 0; i < atoms; i++)
        {
            _support[i] = low + (high - low) * i / (atoms - 1);
            _belowTop[i] = (high - low) * (i - (atoms - 1)) / (atoms - 1);
        }
    }

    /// <summary>The returns that the atoms stand for, lowest first.</summary>
    internal ReadOnlySpan<float> Support => _support;

    /// <summary>
    /// The atoms' returns less the highest one. Means are compared by these: where all actions are nearly as good as can be, the masses crowd at the top, and means of the
    /// returns themselves would differ by less than their rounding.
    /// </summary>
    internal ReadOnlySpan<float> BelowTop => _belowTop;

    internal override int Outputs => _actionSpace.N * _support.Length;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal override void Choose(ReadOnlySpan<float> outputs, ReadOnlySpan<bool> masks, Span<int> actions, bool deterministic, Pcg64? random)
    {
        int atoms = _support.Length;
        float[] scratch = ArrayPool<float>.Shared.Rent(atoms);
        Span<float> probabilities = scratch.AsSpan(0, atoms);
        for (int row = 0; row < actions.Length; row++)
        {
            int best = 0;
            float bestMean = float.NegativeInfinity;
            for (int action = 0; action < _actionSpace.N; action++)
            {
                TensorPrimitives.SoftMax(outputs.Slice((row * _actionSpace.N + action) * atoms, atoms), probabilities);
                float mean = TensorPrimitives.Dot(probabilities, _belowTop);
                if (mean > bestMean) (best, bestMean) = (action, mean);
            }

            actions[row] = _actionSpace.Start + best;
        }

        ArrayPool<float>.Shared.Return(scratch);
    }

    internal override void WriteJson(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteString("type", TypeName);
        json.WriteNumber("atoms", _support.Length);
        json.WriteNumber("low", _support[0]);
        json.WriteNumber("high", _support[^1]);
        json.WriteEndObject();
    }

    internal static DistributionalHead ReadJson(JsonElement json, Discrete actionSpace) =>
        new(actionSpace, json.GetProperty("atoms").GetInt32(), json.GetProperty("low").GetSingle(), json.GetProperty("high").GetSingle());
}
