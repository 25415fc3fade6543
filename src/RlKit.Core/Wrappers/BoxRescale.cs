using System.Globalization;

namespace RlKit;

/// <summary>Maps the elements of one box linearly onto those of another of the same shape, end to end.</summary>
internal sealed class BoxRescale
{
    private readonly Box<float> _from;
    private readonly Box<float> _to;
    private readonly double[] _gradient;

    /// <summary>A map between two boxes; an element without bounds has to have none in both, and one with a single bound is only shifted.</summary>
    public BoxRescale(Box<float> from, Box<float> to, string argument)
    {
        _from = from;
        _to = to;
        _gradient = new double[from.FlatSize];
        for (int i = 0; i < _gradient.Length; i++)
        {
            Require(from.Low[i], to.Low[i], i, argument);
            Require(from.High[i], to.High[i], i, argument);
            bool bounded = float.IsFinite(from.Low[i]) && float.IsFinite(from.High[i]);
            _gradient[i] = !bounded ? 1
                : from.Low[i] == from.High[i] ? 0
                : ((double)to.High[i] - to.Low[i]) / ((double)from.High[i] - from.Low[i]);
        }
    }

    public void Map(ReadOnlySpan<float> source, Span<float> destination)
    {
        if (source.Length != _gradient.Length) throw new ArgumentException($"There are {source.Length} elements; {_from} has {_gradient.Length}.", nameof(source));
        ReadOnlySpan<float> fromLow = _from.Low, fromHigh = _from.High, toLow = _to.Low, toHigh = _to.High;
        for (int i = 0; i < source.Length; i++)
        {
            float value = source[i];
            float mapped = float.IsFinite(fromLow[i]) ? (float)(toLow[i] + (_gradient[i] * ((double)value - fromLow[i])))
                : float.IsFinite(fromHigh[i]) ? (float)(toHigh[i] + ((double)value - fromHigh[i]))
                : value;

            // What lies within the bounds stays within them, whatever the rounding did.
            if (value >= fromLow[i] && value <= fromHigh[i]) mapped = Math.Clamp(mapped, toLow[i], toHigh[i]);
            destination[i] = mapped;
        }
    }

    private static void Require(float from, float to, int i, string argument)
    {
        if (float.IsFinite(from) == float.IsFinite(to)) return;
        throw new ArgumentException(
            string.Create(CultureInfo.InvariantCulture, $"Element {i} has a bound of {from} on one side of the scaling and {to} on the other; an infinite bound can only stay infinite."), argument);
    }
}
