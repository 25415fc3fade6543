using RlKit.Tensors.Engines;
using RlKit.Tensors.Engines.Managed;

namespace RlKit.Tensors;

/// <summary>Where a tensor lives and which engine computes with it. Tensors of two devices do not mix.</summary>
public sealed class Device
{
    /// <summary>Makes a device of an engine; a program takes <see cref="Cpu"/> or the device an engine's package offers.</summary>
    public Device(string name, Engine engine)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentNullException.ThrowIfNull(engine);
        Name = name;
        Engine = engine;
    }

    /// <summary>The processor, computed with by RlKit's own managed engine: the default.</summary>
    public static Device Cpu { get; } = ManagedEngine.CreateDevice();

    /// <summary>The device's name, for example "cpu" or "cuda:0".</summary>
    public string Name { get; }

    /// <summary>The engine that computes with the tensors of this device.</summary>
    public Engine Engine { get; }

    /// <inheritdoc/>
    public override string ToString() => Name;
}
