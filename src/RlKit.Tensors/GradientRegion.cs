using RlKit.Tensors.Engines;

namespace RlKit.Tensors;

/// <summary>A region of code, on one thread, in which a setting of automatic differentiation holds; disposing it restores the previous setting.</summary>
public readonly struct GradientRegion : IDisposable
{
    private readonly TensorContext? _context;
    private readonly bool _recording;
    private readonly bool _detectAnomaly;

    internal GradientRegion(TensorContext context, bool recording, bool detectAnomaly)
    {
        _context = context;
        _recording = context.Recording;
        _detectAnomaly = context.DetectAnomaly;
        context.Recording = recording;
        context.DetectAnomaly = detectAnomaly;
    }

    /// <summary>Restores the setting that held before.</summary>
    public void Dispose()
    {
        if (_context is null) return;
        _context.Recording = _recording;
        _context.DetectAnomaly = _detectAnomaly;
    }
}
