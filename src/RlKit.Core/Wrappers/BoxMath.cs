using System.Globalization;

namespace RlKit;

/// <summary>The arithmetic on elements of boxes that single and vector wrappers share.</summary>
internal static class BoxMath
{
    public static void Clip(ReadOnlySpan<float> action, Box<float> bounds, Span<float> clipped)
    {
        if (action.Length != bounds.FlatSize) throw new ArgumentException($"The action has {action.Length} elements; it needs {bounds.FlatSize}.", nameof(action));
        ReadOnlySpan<float> low = bounds.Low, high = bounds.High;
        for (int i = 0; i < action.Length; i++)
        {
            if (float.IsNaN(action[i])) throw new ArgumentException(string.Create(CultureInfo.InvariantCulture, $"Element {i} of the action is NaN, which cannot be clipped; give a number."), nameof(action));
            clipped[i] = Math.Clamp(action[i], low[i], high[i]);
        }
    }
}
