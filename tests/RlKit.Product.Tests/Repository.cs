namespace RlKit.Tests;

/// <summary>Where the sources lie, and what they were built as.</summary>
internal static class Repository
{
    /// <summary>The folder of RlKit.sln.</summary>
    public static string Root { get; } = FindRoot();

    /// <summary>Release or Debug.</summary>
    public static string Configuration { get; } = AppContext.BaseDirectory.Contains($"{Path.DirectorySeparatorChar}Release{Path.DirectorySeparatorChar}", StringComparison.Ordinal) ? "Release" : "Debug";

    /// <summary>A path below the root, written with slashes.</summary>
    public static string PathOf(string path) => Path.Combine(Root, path.Replace('/', Path.DirectorySeparatorChar));

    /// <summary>The text of a file, with line feeds alone.</summary>
    public static string Read(string path) => File.ReadAllText(PathOf(path)).ReplaceLineEndings("\n");

    private static string FindRoot()
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
            if (File.Exists(Path.Combine(folder.FullName, "RlKit.sln"))) return folder.FullName;
        throw new DirectoryNotFoundException($"No RlKit.sln above '{AppContext.BaseDirectory}'.");
    }
}
