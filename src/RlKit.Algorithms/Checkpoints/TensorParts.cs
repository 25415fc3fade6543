using RlKit.Tensors;

namespace RlKit;

/// <summary>The weights of a network, or the averages of an optimiser, as a part of a checkpoint.</summary>
internal sealed class TensorParts : IStateful
{
    private readonly Action<SafetensorsWriter> _save;
    private readonly Action<SafetensorsFile> _load;
    private readonly Module? _module;

    public TensorParts(Module module)
    {
        _module = module;
        _save = writer => module.Save(writer);
        _load = file => module.Load(file);
    }

    public TensorParts(Optimiser optimiser)
    {
        _save = writer => optimiser.Save(writer);
        _load = file => optimiser.Load(file);
    }

    /// <summary>The name of a parameter that has a value which is NaN or infinite; null where none has, and for an optimiser.</summary>
    public string? FindNotFinite() => _module?.NamedParameters().FirstOrDefault(parameter => !Array.TrueForAll(parameter.Value.ToArray(), float.IsFinite)).Key;

    public void SaveState(BinaryWriter writer)
    {
        var tensors = new SafetensorsWriter();
        _save(tensors);
        using var bytes = new MemoryStream();
        tensors.Write(bytes);
        writer.Write(checked((int)bytes.Length));
        writer.Write(bytes.GetBuffer().AsSpan(0, (int)bytes.Length));
    }

    public void LoadState(BinaryReader reader)
    {
        int length = reader.ReadInt32();
        byte[] bytes = reader.ReadBytes(length);
        if (bytes.Length != length) throw new InvalidDataException($"A network's weights end after {bytes.Length} of {length} bytes.");
        _load(SafetensorsFile.Parse(bytes));
    }
}
