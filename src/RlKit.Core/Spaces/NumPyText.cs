using System.Globalization;
using System.Numerics;

namespace RlKit;

/// <summary>Arrays and shapes as Python prints them.</summary>
internal static class NumPyText
{
    /// <summary>A shape as a tuple: <c>()</c>, <c>(3,)</c>, <c>(84, 84)</c>.</summary>
    public static string Tuple(ReadOnlySpan<int> shape) =>
        shape.Length == 1 ? $"({shape[0]},)" : $"({string.Join(", ", shape.ToArray())})";

    /// <summary>Bounds: one number where all are the same, else the array.</summary>
    public static string Bounds<T>(ReadOnlySpan<T> bounds, ReadOnlySpan<int> shape)
        where T : INumber<T>
    {
        return bounds.IndexOfAnyExcept(bounds[0]) < 0 ? Number(bounds[0]) : "[" + string.Join(" ", bounds.ToArray().Select(Number)) + "]";
    }

    private static string Number<T>(T value)
        where T : INumber<T> => value.ToString(null, CultureInfo.InvariantCulture);
}
