using System.Globalization;

namespace RlKit.ClassicControl;

/// <summary>The range that a first state is drawn from: the reset options <c>low</c> and <c>high</c>.</summary>
internal readonly record struct ResetBounds(double Low, double High)
{
    /// <summary>Reads the options of a reset.</summary>
    /// <param name="options">The caller's; null for the usual range.</param>
    /// <param name="owner">The environment, for messages.</param>
    /// <param name="usual">The range where nothing is asked for.</param>
    /// <exception cref="ArgumentException">An option is unknown or no number, or low is above high.</exception>
    public static ResetBounds Read(EnvironmentOptions? options, string owner, ResetBounds usual)
    {
        if (options is null) return usual;
        options.RefuseUnknown($"The reset of {owner}", "low", "high");
        var bounds = new ResetBounds(options.Get("low", usual.Low), options.Get("high", usual.High));
        if (double.IsFinite(bounds.Low) && double.IsFinite(bounds.High) && bounds.Low <= bounds.High) return bounds;
        throw new ArgumentException(
            string.Create(CultureInfo.InvariantCulture, $"The reset of {owner} was given low = {bounds.Low} and high = {bounds.High}; both have to be finite, and low not above high."),
            nameof(options));
    }
}
