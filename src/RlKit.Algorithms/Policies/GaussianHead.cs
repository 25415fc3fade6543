using System.Buffers;
using System.Runtime.CompilerServices;
using System.Text.Json;
using RlKit.Replay;
using RlKit.Tensors;

namespace RlKit;

/// <summary>
/// A Gaussian for each number of an action. Its mean comes from the network, its deviation too or from a parameter apart. Draws are clipped to the action space's
/// bounds, or pass through tanh onto them.
/// </summary>
internal sealed class GaussianHead : StochasticHead
{
    public const string TypeName = "gaussian";
    public const string DeviationKey = "log_std";

    // Deviations from e^-20 to e^2, as in Stable-Baselines3 and SAC.
    private const float LowestLogDeviation = -20;
    private const float HighestLogDeviation = 2;
    private const float HalfLogTwoPi = 0.918938533f;

    private readonly Box<float> _space;
    private readonly bool _squash;
    private readonly Tensor? _logDeviation;
    private readonly float[] _scale;
    private readonly float[] _offset;

    /// <summary>A Gaussian policy.</summary>
    /// <param name="space">The actions' bounds.</param>
    /// <param name="squash">Draws pass through tanh onto the bounds; all have to be finite.</param>
    /// <param name="logDeviation">The logarithm of the deviation, (1, actions); null where the network gives it behind the means.</param>
    public GaussianHead(Box<float> space, bool squash, Tensor? logDeviation)
    {
        if (squash && !space.IsBounded)
            throw new ArgumentException($"Actions of {space} have no bounds to squash onto; switch SquashActions off, or bound them with RescaleAction.", nameof(space));
        _space = space;
        _squash = squash;
        _logDeviation = logDeviation;
        Size = space.FlatSize;
        _scale = new float[Size];
        _offset = new float[Size];
        for (int i = 0; i < Size && squash; i++)
        {
            _scale[i] = (space.High[i] - space.Low[i]) / 2;
            _offset[i] = (space.High[i] + space.Low[i]) / 2;
        }
    }

    /// <summary>Numbers in one action.</summary>
    internal int Size { get; }

    internal override int Outputs => _logDeviation is null ? 2 * Size : Size;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal override void Choose(ReadOnlySpan<float> outputs, Span<float> actions, bool deterministic, Pcg64? random)
    {
        if (!deterministic) random = Needed(random);
        int rows = actions.Length / Size;
        float[] scratch = ArrayPool<float>.Shared.Rent(Size);
        ReadOnlySpan<float> apart = ReadLogDeviation(scratch);
        for (int row = 0; row < rows; row++)
        {
            for (int i = 0; i < Size; i++)
            {
                float drawn = outputs[row * Outputs + i];
                if (!deterministic) drawn += MathF.Exp(LogDeviation(apart, outputs, row, i)) * random!.StandardNormalSingle();
                actions[row * Size + i] = Bound(drawn, i);
            }
        }

        ArrayPool<float>.Shared.Return(scratch);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal override void Sample(ReadOnlySpan<float> outputs, Span<float> drawn, Span<float> actions, Span<float> logProbabilities, Pcg64 random)
    {
        float[] scratch = ArrayPool<float>.Shared.Rent(Size);
        ReadOnlySpan<float> apart = ReadLogDeviation(scratch);
        for (int row = 0; row < logProbabilities.Length; row++)
        {
            float sum = 0;
            for (int i = 0; i < Size; i++)
            {
                float logDeviation = LogDeviation(apart, outputs, row, i);
                float noise = random.StandardNormalSingle();
                float value = outputs[row * Outputs + i] + MathF.Exp(logDeviation) * noise;
                drawn[row * Size + i] = value;
                actions[row * Size + i] = Bound(value, i);
                sum -= 0.5f * noise * noise + logDeviation + HalfLogTwoPi;
            }

            logProbabilities[row] = sum;
        }

        ArrayPool<float>.Shared.Return(scratch);
    }

    // With tanh the log-probabilities are those of the draw before it: its correction is the same for the old and the new policy, so that their ratio has none.
    internal override (Tensor LogProbabilities, Tensor Entropy) Evaluate(Tensor outputs, RolloutBatchSpans batch)
    {
        Tensor mean = _logDeviation is null ? outputs.Slice(1, 0, Size) : outputs;
        Tensor logDeviation = _logDeviation ?? outputs.Slice(1, Size, 2 * Size).Clamp(LowestLogDeviation, HighestLogDeviation);
        var distribution = new DiagonalGaussian(mean, logDeviation.Expand(mean.Shape));
        return (distribution.LogProb(Tensor.From(batch.ContinuousActions, mean.Shape)), distribution.Entropy());
    }

    /// <summary>The mean deviation, where it does not depend on the state; else NaN.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal double MeanDeviation()
    {
        if (_logDeviation is null) return double.NaN;
        double sum = 0;
        float[] scratch = ArrayPool<float>.Shared.Rent(Size);
        foreach (float value in ReadLogDeviation(scratch)) sum += Math.Exp(value);
        ArrayPool<float>.Shared.Return(scratch);
        return sum / Size;
    }

    internal override PolicyHead Snapshot() => new GaussianHead(_space, _squash, _logDeviation is null ? null : _logDeviation.Value.Detach().Keep());

    internal override void SaveTensors(SafetensorsWriter writer)
    {
        if (_logDeviation is not null) writer.Add<float>(DeviationKey, [Size], _logDeviation.Value.ToArray());
    }

    internal override void WriteJson(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteString("type", TypeName);
        json.WriteBoolean("squash", _squash);
        json.WriteEndObject();
    }

    internal static GaussianHead Read(JsonElement json, Box<float> actionSpace, SafetensorsFile file) => new(
        actionSpace,
        json.GetProperty("squash").GetBoolean(),
        file.Contains(DeviationKey) ? Tensor.From(file[DeviationKey].ToSingles(), [1, actionSpace.FlatSize]).Keep() : null);

    // The deviation that does not depend on the state; else nothing.
    private ReadOnlySpan<float> ReadLogDeviation(Span<float> scratch)
    {
        if (_logDeviation is not { } apart) return [];
        apart.CopyTo(scratch[..Size]);
        return scratch[..Size];
    }

    private float LogDeviation(ReadOnlySpan<float> apart, ReadOnlySpan<float> outputs, int row, int i) =>
        _logDeviation is not null ? apart[i] : Math.Clamp(outputs[row * Outputs + Size + i], LowestLogDeviation, HighestLogDeviation);

    private float Bound(float drawn, int i)
    {
        if (!float.IsFinite(drawn)) throw new ArithmeticException("The policy's outputs are not numbers; training has diverged. Lower the learning rate.");
        // A squashed draw too: at a bound the rounding of scale and offset may lead past it.
        return Math.Clamp(_squash ? MathF.Tanh(drawn) * _scale[i] + _offset[i] : drawn, _space.Low[i], _space.High[i]);
    }
}
