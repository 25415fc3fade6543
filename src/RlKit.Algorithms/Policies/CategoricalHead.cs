using System.Buffers;
using System.Runtime.CompilerServices;
using System.Text.Json;
using RlKit.Replay;
using RlKit.Tensors;
using TensorPrimitives = System.Numerics.Tensors.TensorPrimitives;

namespace RlKit;

/// <summary>Logits for one choice among n, or for several choices side by side (MultiDiscrete, MultiBinary), each independent of the others.</summary>
internal sealed class CategoricalHead : StochasticHead
{
    public const string TypeName = "categorical";
    private const string MaskedKey = "masked";

    // What CleanRL and Stable-Baselines3 put in place of a masked logit.
    private const float MaskedLogit = -1e8f;

    private readonly int[] _counts;
    private readonly int[] _starts;
    private readonly bool _masked;

    public CategoricalHead(Space actionSpace, bool masked = false)
    {
        _counts = CountsOf(actionSpace);
        _starts = actionSpace switch
        {
            Discrete one => [one.Start],
            MultiDiscrete several => several.Start.ToArray(),
            _ => new int[_counts.Length],
        };
        _masked = masked;
        Outputs = _counts.Sum();
    }

    /// <summary>How many actions each choice of a space has.</summary>
    public static int[] CountsOf(Space actionSpace) => actionSpace switch
    {
        Discrete one => [one.N],
        MultiDiscrete several => several.NVec.ToArray(),
        MultiBinary bits => [.. Enumerable.Repeat(2, bits.FlatSize)],
        _ => throw new ArgumentException($"A categorical policy chooses in a Discrete, MultiDiscrete or MultiBinary space, not in {actionSpace}.", nameof(actionSpace)),
    };

    internal override int Outputs { get; }

    internal override int MaskSize => _masked ? Outputs : 0;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal override void Choose(ReadOnlySpan<float> outputs, ReadOnlySpan<bool> masks, Span<int> actions, bool deterministic, Pcg64? random)
    {
        if (!deterministic) random = Needed(random);
        float[] scratch = ArrayPool<float>.Shared.Rent(2 * Outputs);
        Span<float> row = scratch.AsSpan(0, Outputs), weights = scratch.AsSpan(Outputs, Outputs);
        for (int first = 0, i = 0; first < outputs.Length; first += Outputs)
        {
            outputs.Slice(first, Outputs).CopyTo(row);
            if (!masks.IsEmpty) Mask(row, masks.Slice(first, Outputs));
            int position = 0;
            for (int choice = 0; choice < _counts.Length; choice++, i++)
            {
                ReadOnlySpan<float> logits = row.Slice(position, _counts[choice]);
                position += _counts[choice];
                actions[i] = _starts[choice] + (deterministic ? TensorPrimitives.IndexOfMax(logits) : Draw(logits, weights, random!, out _));
            }
        }

        ArrayPool<float>.Shared.Return(scratch);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal override void Sample(ReadOnlySpan<float> outputs, ReadOnlySpan<bool> masks, Span<int> actions, Span<float> logProbabilities, Pcg64 random)
    {
        float[] scratch = ArrayPool<float>.Shared.Rent(2 * Outputs);
        Span<float> row = scratch.AsSpan(0, Outputs), weights = scratch.AsSpan(Outputs, Outputs);
        for (int i = 0; i < logProbabilities.Length; i++)
        {
            outputs.Slice(i * Outputs, Outputs).CopyTo(row);
            if (!masks.IsEmpty) Mask(row, masks.Slice(i * Outputs, Outputs));

            float sum = 0;
            int position = 0;
            for (int choice = 0; choice < _counts.Length; choice++)
            {
                actions[i * _counts.Length + choice] = _starts[choice] + Draw(row.Slice(position, _counts[choice]), weights, random, out float logProbability);
                sum += logProbability;
                position += _counts[choice];
            }

            logProbabilities[i] = sum;
        }

        ArrayPool<float>.Shared.Return(scratch);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal override (Tensor LogProbabilities, Tensor Entropy) Evaluate(Tensor outputs, RolloutBatchSpans batch)
    {
        int rows = outputs.Shape[0];
        Tensor? mask = batch.ActionMasks.IsEmpty ? null : MaskTensor(batch.ActionMasks, outputs.Shape);
        Tensor logProbabilities = default, entropy = default;
        int position = 0;
        for (int choice = 0; choice < _counts.Length; choice++)
        {
            bool alone = _counts.Length == 1;
            Tensor logits = alone ? outputs : outputs.Slice(1, position, position + _counts[choice]);
            Tensor? legal = mask is null || alone ? mask : mask.Value.Slice(1, position, position + _counts[choice]);
            var distribution = new Categorical(logits, legal);
            Tensor chosen = distribution.LogProb(Columns(batch.Actions, rows, choice));
            logProbabilities = choice == 0 ? chosen : logProbabilities + chosen;
            entropy = choice == 0 ? distribution.Entropy() : entropy + distribution.Entropy();
            position += _counts[choice];
        }

        return (logProbabilities, entropy);
    }

    internal override void WriteJson(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteString("type", TypeName);
        if (_masked) json.WriteBoolean(MaskedKey, true);
        json.WriteEndObject();
    }

    internal static CategoricalHead ReadJson(JsonElement json, Space actionSpace) => new(actionSpace, json.TryGetProperty(MaskedKey, out JsonElement masked) && masked.GetBoolean());

    private static void Mask(Span<float> logits, ReadOnlySpan<bool> legal)
    {
        for (int i = 0; i < logits.Length; i++)
            if (!legal[i]) logits[i] = MaskedLogit;
    }

    // The choice whose stretch of the cumulative probabilities holds the drawn point.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static int Draw(ReadOnlySpan<float> logits, Span<float> weights, Pcg64 random, out float logProbability)
    {
        float largest = TensorPrimitives.Max(logits), total = 0;
        for (int i = 0; i < logits.Length; i++) total += weights[i] = MathF.Exp(logits[i] - largest);
        float point = random.NextSingle() * total;
        int drawn = -1;
        for (int i = 0; i < logits.Length; i++)
        {
            // Written so that NaN is passed over too.
            if (!(weights[i] > 0)) continue;
            drawn = i;
            if (point < weights[i]) break;
            point -= weights[i];
        }

        if (drawn < 0) throw new ArithmeticException("The policy's outputs are not numbers; training has diverged. Lower the learning rate.");
        logProbability = logits[drawn] - largest - MathF.Log(total);
        return drawn;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private IndexTensor Columns(ReadOnlySpan<int> actions, int rows, int choice)
    {
        int[] columns = ArrayPool<int>.Shared.Rent(rows);
        for (int row = 0; row < rows; row++) columns[row] = actions[row * _counts.Length + choice] - _starts[choice];
        IndexTensor tensor = IndexTensor.From(columns.AsSpan(0, rows));
        ArrayPool<int>.Shared.Return(columns);
        return tensor;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static Tensor MaskTensor(ReadOnlySpan<bool> masks, Shape shape)
    {
        float[] values = ArrayPool<float>.Shared.Rent(masks.Length);
        for (int i = 0; i < masks.Length; i++) values[i] = masks[i] ? 1 : 0;
        Tensor mask = Tensor.From(values.AsSpan(0, masks.Length), shape);
        ArrayPool<float>.Shared.Return(values);
        return mask;
    }
}
