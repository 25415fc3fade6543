using RlKit.Tensors;

namespace RlKit;

/// <summary>The random numbers that a device draws by itself as a part of a checkpoint.</summary>
internal sealed class DevicePart(Device device) : IStateful
{
    public void SaveState(BinaryWriter writer)
    {
        byte[] state = device.Engine.RandomState;
        writer.Write(state.Length);
        writer.Write(state);
    }

    public void LoadState(BinaryReader reader)
    {
        byte[] state = reader.ReadBytes(reader.ReadInt32());
        if (state.Length > 0) device.Engine.RandomState = state;
    }
}
