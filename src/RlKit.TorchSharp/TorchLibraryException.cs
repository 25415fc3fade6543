using System.Text.RegularExpressions;

namespace RlKit.Tensors;

/// <summary>TorchSharp's native part, or a library that it needs, could not be loaded.</summary>
public sealed partial class TorchLibraryException : DllNotFoundException
{
    internal TorchLibraryException(DllNotFoundException inner)
        : base(Describe(inner.Message), inner) => FileName = MissingFile(inner.Message);

    /// <summary>The file that was not found; null where a file was found and is not the right one, for example of another version: then the message says what the system tells of it.</summary>
    public string? FileName { get; }

    /// <summary>The file that the system's message says is missing. When that is a library that the native part needs, the message has attempts at the native part under other names as well.</summary>
    internal static string? MissingFile(string message)
    {
        string? own = null;
        foreach (Match match in NotFound().Matches(message))
        {
            string file = Path.GetFileName(match.Groups["file"].Value);
            if (!file.Contains(TorchDevice.Library, StringComparison.Ordinal)) return file;
            // The file that packages have is the one with prefix and ending, the longest.
            if (own is null || file.Length > own.Length) own = file;
        }

        if (own is not null && Refused().IsMatch(message)) return null;
        return own ?? (message.Contains("0x8007007E", StringComparison.Ordinal) ? TorchDevice.Library + ".dll" : null);
    }

    private static string Describe(string message)
    {
        string what = MissingFile(message) is { } file ? $"the file {file} was not found" : Refused().Match(message) is { Success: true } refused ? refused.Value.Trim() : message;
        return $"TorchSharp's native part could not be loaded: {what}. Add the package TorchSharp-cpu, TorchSharp-cuda-linux or TorchSharp-cuda-windows to the program, in the version of its TorchSharp.";
    }

    // What dlopen says on Linux and on macOS.
    [GeneratedRegex(@"(?<file>[^\s:']+): cannot open shared object file: No such file|Library not loaded: (?<file>\S+)|dlopen\((?<file>[^,]+), [^)]*\): tried: [^\n]*no such file", RegexOptions.CultureInvariant)]
    private static partial Regex NotFound();

    [GeneratedRegex(@"[^\n]*(undefined symbol|version `[^']*' not found|file too short|invalid ELF header|incompatible architecture|wrong ELF class)[^\n]*", RegexOptions.CultureInvariant)]
    private static partial Regex Refused();
}
