using System.Globalization;
using System.Runtime.CompilerServices;

namespace RlKit;

/// <summary>Checks of options: each names the option, its value and what is legal.</summary>
internal static class Require
{
    public static void AtLeast(long value, long lowest, [CallerArgumentExpression(nameof(value))] string name = "")
    {
        if (value < lowest) throw OutOfRange(name, value, string.Create(CultureInfo.InvariantCulture, $"{lowest} or more"));
    }

    public static void Within(double value, double lowest, double highest, [CallerArgumentExpression(nameof(value))] string name = "")
    {
        // Written so that NaN fails too.
        if (!(value >= lowest && value <= highest))
            throw OutOfRange(name, value, double.IsPositiveInfinity(highest)
                ? string.Create(CultureInfo.InvariantCulture, $"{lowest} or more")
                : string.Create(CultureInfo.InvariantCulture, $"within {lowest} to {highest}"));
    }

    public static void Above(double value, double bound, [CallerArgumentExpression(nameof(value))] string name = "")
    {
        if (!(value > bound && double.IsFinite(value))) throw OutOfRange(name, value, string.Create(CultureInfo.InvariantCulture, $"a finite number above {bound}"));
    }

    /// <summary>The bounds of a support of atoms, which computes in single precision: they have to be apart there, and no further than its products can tell.</summary>
    public static void Support(double low, double high, int atoms, [CallerArgumentExpression(nameof(low))] string lowName = "", [CallerArgumentExpression(nameof(high))] string highName = "")
    {
        Within(low, float.MinValue, float.MaxValue, lowName);
        if (!((float)high > (float)low && float.IsFinite(((float)high - (float)low) * (atoms - 1))))
            throw OutOfRange(highName, high, string.Create(CultureInfo.InvariantCulture, $"above {lowName}, {low}, in single precision, by less than {float.MaxValue / (atoms - 1)}"));
    }

    public static void Defined<T>(T value, [CallerArgumentExpression(nameof(value))] string name = "")
        where T : struct, Enum
    {
        if (!Enum.IsDefined(value)) throw OutOfRange(name, value, "one of " + string.Join(", ", Enum.GetNames<T>()));
    }

    /// <summary>The units of hidden layers: any number of them, and of each 1 or more.</summary>
    public static void Layers(IReadOnlyList<int> units, [CallerArgumentExpression(nameof(units))] string name = "")
    {
        if (units is null) throw new ArgumentNullException(name, $"{name} is null; give the units of each hidden layer, or [] for none.");
        foreach (int count in units) AtLeast(count, 1, name);
    }

    private static ArgumentOutOfRangeException OutOfRange(string name, object value, string legal) =>
        new(name, value, string.Create(CultureInfo.InvariantCulture, $"{name} is {value}; it has to be {legal}."));
}
