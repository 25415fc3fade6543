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
        const float full = 1 - 1f / 512;
        Span<byte> run = _pixels.Slice(3 * (y * _width + x), 3 * length);
        if (_isGradient)
        {
            for (int i = 0; i < length; i++)
            {
                float share = Math.Clamp(Vector2.Dot(new Vector2(x + i + 0.5f, y + 0.5f) - _origin, _slope), 0, 1);
                int opacity = (int)((_color.Alpha + share * (_second.Alpha - _color.Alpha)) * coverage + 0.5f);
                Blend(ref run[3 * i], _color.Red + share * (_second.Red - _color.Red), opacity);
                Blend(ref run[3 * i + 1], _color.Green + share * (_second.Green - _color.Green), opacity);
                Blend(ref run[3 * i + 2], _color.Blue + share * (_second.Blue - _color.Blue), opacity);
            }

            return;
        }

        int weight = coverage >= full ? _color.Alpha : (int)(coverage * _color.Alpha + 0.5f);
        if (weight == 255)
        {
            Fill(run, _color);
            return;
        }

        for (int i = 0; i < run.Length; i += 3)
        {
            Blend(ref run[i], _color.Red, weight);
            Blend(ref run[i + 1], _color.Green, weight);
            Blend(ref run[i + 2], _color.Blue, weight);
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

    private static void Blend(ref byte below, int above, int weight) => below = (byte)((below * (255 - weight) + above * weight + 127) / 255);

    private static void Blend(ref byte below, float above, int weight) => Blend(ref below, (int)(above + 0.5f), weight);
}
