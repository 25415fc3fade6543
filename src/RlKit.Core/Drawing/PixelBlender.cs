using System.Numerics;

namespace RlKit.Drawing;

/// <summary>Lays a paint over the pixels of a frame.</summary>
internal readonly ref struct PixelBlender : ICoverageSink
{
    private readonly Span<byte> _pixels;
    private readonly int _width;
    private readonly Color _color;
    private readonly Color _second;
    private readonly bool _isGradient;
    private readonly Vector2 _origin;
    private readonly Vector2 _slope;

    public PixelBlender(Frame frame, Paint paint, Matrix3x2 transform)
    {
        _pixels = frame.Pixels;
        _width = frame.Width;
        _color = paint.First;
        _second = paint.Second;
        _isGradient = paint.IsGradient;
        if (!_isGradient) return;
        _origin = Vector2.Transform(paint.From, transform);
        Vector2 along = Vector2.Transform(paint.To, transform) - _origin;
        _slope = along / along.LengthSquared();
    }

    /// <inheritdoc/>
    public void Cover(int x, int y, int length, float coverage)
    {
        Span<byte> run = _pixels.Slice(3 * (y * _width + x), 3 * length);
        if (_isGradient && _slope.X != 0)
        {
            for (int i = 0; i < length; i++) Lay(run.Slice(3 * i, 3), ColorAt(x + i, y), coverage);
        }
        else
        {
            Lay(run, _isGradient ? ColorAt(x, y) : _color, coverage);
        }
    }

    /// <summary>Sets all pixels of a run.</summary>
    public static void Fill(Span<byte> run, Color color)
    {
        if (color.Red == color.Green && color.Green == color.Blue)
        {
            run.Fill(color.Red);
            return;
        }

        int done = Math.Min(run.Length, 48);
        for (int i = 0; i < done; i += 3) (run[i], run[i + 1], run[i + 2]) = (color.Red, color.Green, color.Blue);
        // What is filled is copied behind itself, each time twice as much.
        for (; done < run.Length; done *= 2) run[..Math.Min(done, run.Length - done)].CopyTo(run[done..]);
    }

    private Color ColorAt(int x, int y)
    {
        float share = Math.Clamp(Vector2.Dot(new Vector2(x + 0.5f, y + 0.5f) - _origin, _slope), 0, 1);
        return new(Between(_color.Red, _second.Red, share), Between(_color.Green, _second.Green, share), Between(_color.Blue, _second.Blue, share), Between(_color.Alpha, _second.Alpha, share));
    }

    private static byte Between(byte first, byte second, float share) => (byte)(first + share * (second - first) + 0.5f);

    private static void Lay(Span<byte> run, Color color, float coverage)
    {
        const float full = 1 - 1f / 512;
        int weight = coverage >= full ? color.Alpha : (int)(coverage * color.Alpha + 0.5f);
        if (weight == 255)
        {
            Fill(run, color);
            return;
        }

        for (int i = 0; i + 2 < run.Length; i += 3)
        {
            run[i] = Blend(run[i], color.Red, weight);
            run[i + 1] = Blend(run[i + 1], color.Green, weight);
            run[i + 2] = Blend(run[i + 2], color.Blue, weight);
        }
    }

    private static byte Blend(byte below, byte above, int weight)
    {
        // Divides by 255 and rounds, exactly for the numbers that come here.
        int sum = below * (255 - weight) + above * weight + 128;
        return (byte)((sum + (sum >> 8)) >> 8);
    }
}
