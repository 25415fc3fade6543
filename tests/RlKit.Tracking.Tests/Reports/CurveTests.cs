using System.Text.Json;
using RlKit.Tracking.Reports;

namespace RlKit.Tests.Tracking.Reports;

internal sealed class CurveTests
{
    [Test]
    public void AShortCurveKeepsEveryValue()
    {
        var curve = new Curve();
        for (int i = 1; i <= Curve.MostPoints; i++) curve.Add(10 * i, i * 0.5);
        JsonElement json = Write(curve);
        Assert.That(curve.Points, Has.Count.EqualTo(Curve.MostPoints));
        Assert.That(Numbers(json, "step"), Is.All.EqualTo(10));
        Assert.That(Numbers(json, "mean"), Is.EqualTo(Enumerable.Range(1, Curve.MostPoints).Select(i => i * 0.5)));
        Assert.That(json.TryGetProperty("min", out _), Is.False);
    }

    [TestCase(Curve.MostPoints + 1)]
    [TestCase(2 * Curve.MostPoints)]
    [TestCase(4 * Curve.MostPoints + 3)]
    [TestCase(100_003)]
    public void ALongCurveKeepsMeanLowestAndHighestOfConsecutiveValues(int count)
    {
        var random = new Pcg64(count);
        double[] values = [.. Enumerable.Range(0, count).Select(_ => random.NextDouble() - 0.5)];
        var curve = new Curve();
        for (int i = 0; i < count; i++) curve.Add(i + 1, values[i]);
        int at = 0;
        foreach (Curve.Point point in curve.Points)
        {
            ReadOnlySpan<double> part = values.AsSpan(at, (int)point.Values);
            at += part.Length;
            Assert.That((point.Step, point.Min, point.Max), Is.EqualTo(((long)at, part.ToArray().Min(), part.ToArray().Max())));
            Assert.That(point.Sum / point.Finite, Is.EqualTo(part.ToArray().Average()).Within(1e-12));
        }

        Assert.That(at, Is.EqualTo(count));
        Assert.That(curve.Points, Has.Count.InRange(Curve.MostPoints / 2, Curve.MostPoints));
    }

    [Test]
    public void ValuesThatAreNoNumbersAreCountedAndSpoilNothing()
    {
        var curve = new Curve();
        double[] values = [1, double.NaN, 3, double.PositiveInfinity];
        for (int i = 0; i < 2 * Curve.MostPoints; i++) curve.Add(i, values[i % 4]);
        JsonElement json = Write(curve);
        Assert.That(json.GetProperty("n").GetInt64(), Is.EqualTo(2 * Curve.MostPoints));
        Assert.That(json.GetProperty("notFinite").GetInt64(), Is.EqualTo(Curve.MostPoints));
        Assert.That(Numbers(json, "mean").Distinct(), Is.EquivalentTo(new[] { 1.0, 3.0 }));

        var broken = new Curve();
        broken.Add(1, double.NaN);
        Assert.That(Write(broken).GetProperty("mean")[0].ValueKind, Is.EqualTo(JsonValueKind.Null));
    }

    private static JsonElement Write(Curve curve)
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream)) curve.Write(json);
        return JsonDocument.Parse(stream.ToArray()).RootElement.Clone();
    }

    private static IEnumerable<double> Numbers(JsonElement json, string name) => json.GetProperty(name).EnumerateArray().Select(value => value.GetDouble());
}
