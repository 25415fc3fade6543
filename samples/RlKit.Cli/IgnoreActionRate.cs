using System.CommandLine;
using System.Globalization;

namespace RlKit.Cli;

/// <summary>The option <c>--ignore-action-rate</c>, which several commands have.</summary>
internal static class IgnoreActionRate
{
    public static Option<double?> Option(string description) => new("--ignore-action-rate")
    {
        Description = description,
        HelpName = "P",
        // The usual conversion takes 0,5 for 5: a comma separates thousands there.
        CustomParser = argument =>
        {
            string text = argument.Tokens[0].Value;
            if (double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double rate)) return rate;
            argument.AddError($"--ignore-action-rate is '{text}'; give a share from 0 to 1, such as 0.35.");
            return null;
        },
    };
}
