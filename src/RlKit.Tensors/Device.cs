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

    /// <summary>Where tensors and layers are made on this thread when no device is named: <see cref="Cpu"/>, but within <see cref="AsDefault"/>.</summary>
    public static Device Default => TensorContext.Current.DefaultDevice;

    /// <summary>
    /// Makes this the default device of this thread, until the region is disposed: <c>using (device.AsDefault()) network = new Linear(4, 2, generator);</c>. As a
    /// scope, it is not held across an await.
    /// </summary>
    public DeviceRegion AsDefault() => new(this);

    /// <inheritdoc/>
    public override string ToString() => Name;
}
