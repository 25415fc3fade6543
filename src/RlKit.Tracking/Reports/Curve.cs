using System.Text.Json;

namespace RlKit.Tracking.Reports;

/// <summary>A metric over the steps in a bounded number of points. A long one keeps mean, lowest and highest of every few consecutive values.</summary>
internal sealed class Curve
{
    /// <summary>Points that a curve has at most: two for each pixel of a usual chart.</summary>
    public const int MostPoints = 1_000;

    private readonly List<Point> _points = [];
    private long _valuesPerPoint = 1;

    /// <summary>The points, in order of the steps.</summary>
    public IReadOnlyList<Point> Points => _points;

    /// <summary>Values so far.</summary>
    public long Count { get; private set; }

    /// <summary>Values that are NaN or infinite; they are part of no mean.</summary>
    public long NotFinite { get; private set; }

    /// <summary>Adds a value.</summary>
    public void Add(long step, double value)
    {
        Count++;
        if (!double.IsFinite(value)) NotFinite++;
        Point single = double.IsFinite(value) ? new(step, 1, 1, value, value, value) : new(step, 1, 0, 0, double.PositiveInfinity, double.NegativeInfinity);
        if (_points.Count > 0 && _points[^1].Values < _valuesPerPoint)
        {
            _points[^1] = Point.Merge(_points[^1], single);
            return;
        }

        if (_points.Count == MostPoints) HalvePoints();
        _points.Add(single);
    }

    /// <summary>Writes it as an object: step as differences, and the columns that say something.</summary>
    public void Write(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteNumber("n", Count);
        if (NotFinite > 0) json.WriteNumber("notFinite", NotFinite);
        WriteSteps(json);
        WriteColumn(json, "mean", point => point.Sum / point.Finite);
        if (_valuesPerPoint > 1)
        {
            WriteColumn(json, "min", point => point.Min);
            WriteColumn(json, "max", point => point.Max);
        }

        json.WriteEndObject();
    }

    /// <summary>Writes one that never falls as a table: its value at each step.</summary>
    public void WriteRising(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        WriteSteps(json);
        WriteColumn(json, "value", point => point.Max);
        json.WriteEndObject();
    }

    private void HalvePoints()
    {
        _valuesPerPoint *= 2;
        for (int i = 0; i < _points.Count / 2; i++) _points[i] = Point.Merge(_points[2 * i], _points[2 * i + 1]);
        _points.RemoveRange(_points.Count / 2, _points.Count - _points.Count / 2);
    }

    private void WriteSteps(Utf8JsonWriter json)
    {
        json.WriteStartArray("step");
        long last = 0;
        foreach (Point point in _points)
        {
            json.WriteNumberValue(point.Step - last);
            last = point.Step;
        }

        json.WriteEndArray();
    }

    private void WriteColumn(Utf8JsonWriter json, string name, Func<Point, double> value)
    {
        Span<byte> digits = stackalloc byte[32];
        json.WriteStartArray(name);
        foreach (Point point in _points)
        {
            double number = value(point);
            if (point.Finite == 0 || !double.IsFinite(number))
            {
                json.WriteNullValue();
                continue;
            }

            // Six digits are more than a chart shows.
            number.TryFormat(digits, out int length, "G6", System.Globalization.CultureInfo.InvariantCulture);
            json.WriteRawValue(digits[..length], skipInputValidation: true);
        }

        json.WriteEndArray();
    }

    /// <summary>Some consecutive values.</summary>
    /// <param name="Step">The step of the last.</param>
    /// <param name="Values">How many.</param>
    /// <param name="Finite">How many of them are finite; the rest is about these.</param>
    /// <param name="Sum">Their sum.</param>
    /// <param name="Min">The lowest.</param>
    /// <param name="Max">The highest.</param>
    public readonly record struct Point(long Step, long Values, long Finite, double Sum, double Min, double Max)
    {
        public static Point Merge(Point first, Point second) =>
            new(second.Step, first.Values + second.Values, first.Finite + second.Finite, first.Sum + second.Sum, Math.Min(first.Min, second.Min), Math.Max(first.Max, second.Max));
    }
}
