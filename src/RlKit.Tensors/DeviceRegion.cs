using RlKit.Tensors.Engines;

namespace RlKit.Tensors;

/// <summary>A region of code, on one thread, in which a device is the default; disposing it restores the one before. See <see cref="Device.AsDefault"/>.</summary>
public readonly struct DeviceRegion : IDisposable
{
    private readonly TensorContext? _context;
    private readonly Device? _before;

    internal DeviceRegion(Device device)
    {
        _context = TensorContext.Current;
        _before = _context.DefaultDevice;
        _context.DefaultDevice = device;
    }

    /// <summary>Restores the default device that held before.</summary>
    public void Dispose()
    {
        if (_context is not null) _context.DefaultDevice = _before!;
    }
}
