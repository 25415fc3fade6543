using System.Globalization;

namespace RlKit;

/// <summary>The check of every probability that a wrapper takes.</summary>
internal static class Probability
{
    public static void Require(double value, string name)
    {
        if (value is >= 0 and <= 1) return;
        throw new ArgumentOutOfRangeException(name, value, string.Create(CultureInfo.InvariantCulture, $"The probability is {value}; give one from 0 to 1."));
    }
}
