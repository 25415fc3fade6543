using System.Text.Json;
using RlKit.Tensors;

namespace RlKit.Tests;

/// <summary>The inputs and attributes of a golden case: float inputs become leaves, whole numbers indices.</summary>
internal sealed class OperationInputs
{
    private readonly Dictionary<string, Tensor> _tensors = [];
    private readonly Dictionary<string, IndexTensor> _indices = [];
    private readonly JsonElement _attributes;

    public OperationInputs(JsonElement inputs, JsonElement attributes)
    {
        _attributes = attributes;
        foreach (JsonProperty input in inputs.EnumerateObject())
        {
            if (input.Value.GetProperty("dtype").GetString() == "f32") _tensors[input.Name] = input.Value.Tensor().RequireGrad();
            else _indices[input.Name] = input.Value.Index();
        }
    }

    public Tensor this[string name] => _tensors[name];

    public Tensor? Optional(string name) => _tensors.TryGetValue(name, out Tensor tensor) ? tensor : null;

    /// <summary>All float inputs, in their order.</summary>
    public Tensor[] All => [.. _tensors.Values];

    public bool HasIndex(string name) => _indices.ContainsKey(name);

    public IndexTensor Index(string name) => _indices[name];

    /// <summary>A mask stored as whole numbers.</summary>
    public Tensor Mask(string name) => Tensor.From([.. _indices[name].ToArray().Select(v => (float)v)], _indices[name].Shape);

    public bool Has(string attribute) => _attributes.TryGetProperty(attribute, out JsonElement value) && value.ValueKind != JsonValueKind.Null;

    public float Number(string attribute, float otherwise = float.NaN) => Has(attribute) ? _attributes.GetProperty(attribute).Single() : otherwise;

    public int Integer(string attribute) => _attributes.GetProperty(attribute).GetInt32();

    public bool Flag(string attribute) => Has(attribute) && _attributes.GetProperty(attribute).GetBoolean();

    public string? Text(string attribute) => Has(attribute) ? _attributes.GetProperty(attribute).GetString() : null;

    public bool IsList(string attribute) => Has(attribute) && _attributes.GetProperty(attribute).ValueKind == JsonValueKind.Array;

    public int[] Integers(string attribute) => _attributes.GetProperty(attribute).Ints();
}
