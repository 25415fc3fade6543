using RlKit.Tensors;

namespace RlKit;

/// <summary>The random numbers of the tensor engine as a part of a checkpoint.</summary>
internal sealed class GeneratorPart(Generator generator) : IStateful
{
    public void SaveState(BinaryWriter writer)
    {
        GeneratorState state = generator.State;
        writer.Write(state.Seed);
        writer.Write(state.Counter);
        writer.Write(state.Used);
    }

    public void LoadState(BinaryReader reader) => generator.State = new GeneratorState(reader.ReadUInt64(), reader.ReadUInt64(), reader.ReadInt32());
}
