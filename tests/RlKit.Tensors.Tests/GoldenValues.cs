using System.Text.Json;
using RlKit.Tensors;

namespace RlKit.Tests;

/// <summary>Golden tensors: {"shape", "data", perhaps "err"}, or plain lists of numbers.</summary>
internal static class GoldenValues
{
    public static float[] Singles(this JsonElement element) => [.. Data(element).EnumerateArray().Select(value => value.Single())];

    public static int[] Ints(this JsonElement element) => [.. Data(element).EnumerateArray().Select(value => value.GetInt32())];

    public static Shape Shape(this JsonElement element) => new([.. element.GetProperty("shape").EnumerateArray().Select(length => length.GetInt32())]);

    public static Tensor Tensor(this JsonElement element) => RlKit.Tensors.Tensor.From(element.Singles(), element.Shape());

    public static IndexTensor Index(this JsonElement element) => IndexTensor.From(element.Ints(), element.Shape());

    /// <summary>
    /// Every number within <paramref name="relative"/> of the expected one, plus what rounding alone does: four times the recorded error and
    /// <paramref name="relative"/> of a hundredth of the largest number, for numbers that are small by cancellation.
    /// </summary>
    public static void AssertClose(ReadOnlySpan<float> actual, JsonElement expected, double relative, string what, double error = 0)
    {
        double[] values = [.. Data(expected).EnumerateArray().Select(value => value.Double())];
        Assert.That(actual.Length, Is.EqualTo(values.Length), what);
        if (expected.ValueKind == JsonValueKind.Object && expected.TryGetProperty("err", out JsonElement recorded)) error = Math.Max(error, recorded.Double());
        double largest = values.Where(double.IsFinite).Select(Math.Abs).DefaultIfEmpty().Max();
        double slack = (4 * error) + (relative * largest / 100);
        for (int i = 0; i < values.Length; i++)
        {
            bool close = actual[i] == values[i] || Math.Abs(actual[i] - values[i]) <= (relative * Math.Abs(values[i])) + slack;
            if (!close) Assert.Fail(FormattableString.Invariant($"{what}[{i}] is {actual[i]:R}, not {values[i]:R}: off by {Math.Abs(actual[i] - values[i]):E1}, the largest number is {largest:G3}."));
        }
    }

    public static void AssertClose(Tensor actual, JsonElement expected, double relative, string what, double error = 0) => AssertClose(actual.ToArray(), expected, relative, what, error);

    public static void AssertClose(float actual, JsonElement expected, double relative, string what, double error = 0) =>
        Assert.That(actual, Is.EqualTo(expected.Double()).Within((relative * Math.Abs(expected.Double())) + (4 * error) + 1e-30), what);

    private static JsonElement Data(JsonElement element) => element.ValueKind == JsonValueKind.Object ? element.GetProperty("data") : element;
}
