using System.Text.Json;
using RlKit.Tensors;

namespace RlKit;

/// <summary>How the numbers that come out of a network become an action.</summary>
public abstract class PolicyHead
{
    private protected PolicyHead()
    {
    }

    /// <summary>Numbers that the network gives for one observation.</summary>
    internal abstract int Outputs { get; }

    /// <summary>Flags in the mask of legal actions for one observation; 0 where there are none.</summary>
    internal virtual int MaskSize => 0;

    /// <summary>Chooses whole-number actions, row by row; of those that the masks allow where there are masks.</summary>
    internal virtual void Choose(ReadOnlySpan<float> outputs, ReadOnlySpan<bool> masks, Span<int> actions, bool deterministic, Pcg64? random) =>
        throw new InvalidOperationException("This policy acts by real numbers; give it room for floats.");

    /// <summary>Chooses real-number actions, row by row.</summary>
    internal virtual void Choose(ReadOnlySpan<float> outputs, Span<float> actions, bool deterministic, Pcg64? random) =>
        throw new InvalidOperationException("This policy acts by whole numbers; give it room for ints.");

    /// <summary>A head that does not change when this one's parameters do.</summary>
    internal virtual PolicyHead Snapshot() => this;

    /// <summary>Adds parameters of the head's own to a file.</summary>
    internal virtual void SaveTensors(SafetensorsWriter writer)
    {
    }

    internal abstract void WriteJson(Utf8JsonWriter json);

    internal static PolicyHead Read(JsonElement json, Space actionSpace, SafetensorsFile file) => json.GetProperty("type").GetString() switch
    {
        CategoricalHead.TypeName => CategoricalHead.ReadJson(json, actionSpace),
        GaussianHead.TypeName => GaussianHead.Read(json, (Box<float>)actionSpace, file),
        GreedyHead.TypeName => new GreedyHead((Discrete)actionSpace),
        DistributionalHead.TypeName => DistributionalHead.ReadJson(json, (Discrete)actionSpace),
        string other => throw new FormatException($"There is no policy head '{other}'; the file may be of a newer version of RlKit."),
        null => throw new FormatException("The policy head has no type."),
    };

    private protected static Pcg64 Needed(Pcg64? random) =>
        random ?? throw new ArgumentNullException(nameof(random), "A policy that draws its actions needs a generator; give one, or act deterministically.");
}
