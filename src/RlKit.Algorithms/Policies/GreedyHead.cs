using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using System.Text.Json;

namespace RlKit;

/// <summary>One value for each action; the highest is chosen.</summary>
internal sealed class GreedyHead(Discrete actionSpace) : PolicyHead
{
    public const string TypeName = "greedy";

    internal override int Outputs => actionSpace.N;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal override void Choose(ReadOnlySpan<float> outputs, ReadOnlySpan<bool> masks, Span<int> actions, bool deterministic, Pcg64? random)
    {
        int count = actionSpace.N;
        for (int row = 0; row < actions.Length; row++) actions[row] = actionSpace.Start + TensorPrimitives.IndexOfMax(outputs.Slice(row * count, count));
    }

    internal override void WriteJson(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteString("type", TypeName);
        json.WriteEndObject();
    }
}
