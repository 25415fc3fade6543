namespace RlKit;

/// <summary>
/// Something whose whole state can be written and read back, so that it goes on exactly as if it had never stopped.
/// </summary>
/// <remarks>What is written is little-endian and of the same form on every machine. Reading expects an object made with the same options.</remarks>
public interface IStateful
{
    /// <summary>Writes everything that decides the future of this object.</summary>
    /// <param name="writer">Where the state goes; it is not closed.</param>
    void SaveState(BinaryWriter writer);

    /// <summary>Reads what <see cref="SaveState"/> wrote.</summary>
    /// <param name="reader">Where the state comes from; it is not closed.</param>
    /// <exception cref="InvalidDataException">The data is not a state of such an object, or ends early.</exception>
    /// <exception cref="EndOfStreamException">It ends early, where an object reads it number by number.</exception>
    void LoadState(BinaryReader reader);
}
