using System.Numerics.Tensors;
using System.Text.Json;

namespace RlKit;

/// <summary>The logits of a distribution over atoms for each action (Bellemare et al. 2017); the action with the highest mean is chosen.</summary>
internal sealed class DistributionalHead(Discrete actionSpace, int atoms, float low, float high) : PolicyHead
{
    public const string TypeName = "distributional";

    internal override int Outputs => actionSpace.N * atoms;

    internal override void Choose(ReadOnlySpan<float> outputs, Span<int> actions, bool deterministic, Pcg64? random)
    {
        for (int row = 0; row < actions.Length; row++)
        {
            int best = 0;
            float bestMean = float.NegativeInfinity;
            for (int action = 0; action < actionSpace.N; action++)
            {
                float mean = Mean(outputs.Slice((row * actionSpace.N + action) * atoms, atoms));
                if (mean > bestMean) (best, bestMean) = (action, mean);
            }

            actions[row] = actionSpace.Start + best;
        }
    }

    internal override void WriteJson(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteString("type", TypeName);
        json.WriteNumber("atoms", atoms);
        json.WriteNumber("low", low);
        json.WriteNumber("high", high);
        json.WriteEndObject();
    }

    internal static DistributionalHead ReadJson(JsonElement json, Discrete actionSpace) =>
        new(actionSpace, json.GetProperty("atoms").GetInt32(), json.GetProperty("low").GetSingle(), json.GetProperty("high").GetSingle());

    // The softmax's mean over the atoms' values, without storing the softmax.
    private float Mean(ReadOnlySpan<float> logits)
    {
        float top = TensorPrimitives.Max(logits);
        float step = (high - low) / (atoms - 1);
        float mass = 0, moment = 0;
        for (int i = 0; i < logits.Length; i++)
        {
            float weight = MathF.Exp(logits[i] - top);
            mass += weight;
            moment += weight * (low + i * step);
        }

        return moment / mass;
    }
}
