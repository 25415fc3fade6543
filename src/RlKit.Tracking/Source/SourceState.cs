using System.Globalization;
using System.Text;

namespace RlKit.Tracking;

/// <summary>Keeps the state of a project's sources in a folder.</summary>
internal static class SourceState
{
    /// <summary>The longest file that is copied, the most bytes and files in all, and the longest list of changes.</summary>
    internal const int MostBytesInFile = 1 << 18, MostBytes = 1 << 22, MostFiles = 1_000, MostBytesOfChanges = 1 << 20;

    internal const string ChangesName = "changes.diff", FilesName = "files", LeftOutName = "left-out.txt";

    // Settings and data are not among them: they are where passwords are.
    private static readonly string[] Extensions =
        [".cs", ".csproj", ".fs", ".fsi", ".fsx", ".fsproj", ".vb", ".vbproj", ".sln", ".slnx", ".props", ".targets", ".razor", ".xaml", ".py", ".sh", ".ps1", ".c", ".cpp", ".h", ".cu"];

    private static readonly string[] Secrets = ["secret", "credential", "password", "apikey", "api-key", "api_key"];
    private static readonly string[] Skipped = ["bin", "obj", "node_modules", "packages", "runs", "wandb", "TestResults", "artifacts"];

    /// <summary>Keeps the state.</summary>
    /// <param name="projectFolder">The project; null to look for the one that the program was built from.</param>
    /// <param name="target">The folder to write to; it is made when there is something to write.</param>
    /// <returns>The commit, and whether the sources differ from it; null where that is not known.</returns>
    /// <exception cref="IOException">The target cannot be written.</exception>
    public static (string? Commit, bool? IsDirty) Capture(string? projectFolder, string target)
    {
        string? project = projectFolder ?? FindProject(AppContext.BaseDirectory);
        string folder = project ?? Environment.CurrentDirectory;
        var leftOut = new List<string>();
        (string Root, string Commit)? repository = FindCommit(folder);
        string[] listed = repository is null ? [] : Lines(Git.Run(folder, MostBytes, "ls-files", "-z", "-t", "--cached", "--others", "--exclude-standard", "--full-name", "--", "."));
        // A folder in somebody's repository that it ignores is not under its control.
        if (repository is not var (root, commit) || !listed.Any(line => line.StartsWith("H ", StringComparison.Ordinal)))
        {
            if (project is null) return (null, null);
            Copy(project, EnumerateSources(project, leftOut), target, leftOut);
            WriteLeftOut(target, leftOut);
            return (null, null);
        }

        string[] untracked = [.. listed.Where(line => line.StartsWith("? ", StringComparison.Ordinal)).Select(line => line[2..]).Where(path => IsSource(path))];
        bool? hasChanges = Git.Run(root, MostBytes, "status", "--porcelain", "-z", "--untracked-files=no") is var (changes, _) ? changes.Length > 0 : null;
        if (hasChanges == true) WriteChanges(root, target, leftOut);
        Copy(root, untracked, target, leftOut);
        WriteLeftOut(target, leftOut);
        return (commit, untracked.Length > 0 ? true : hasChanges);
    }

    /// <summary>The first folder above one that has a project file; null where there is none.</summary>
    internal static string? FindProject(string folder)
    {
        for (DirectoryInfo? at = new(folder); at is not null; at = at.Parent)
            if (at.Exists && at.EnumerateFiles("*.*proj").Any(file => file.Extension is ".csproj" or ".fsproj" or ".vbproj")) return at.FullName;
        return null;
    }

    /// <summary>Whether a file is a source, by its name, and neither it nor a folder that it is in is hidden or tells of secrets.</summary>
    /// <param name="path">Its path in the project or the repository.</param>
    internal static bool IsSource(string path) =>
        Extensions.Contains(Path.GetExtension(path), StringComparer.OrdinalIgnoreCase)
        && !path.Split('/', '\\').Any(name => name.StartsWith('.') || Secrets.Any(secret => name.Contains(secret, StringComparison.OrdinalIgnoreCase)));

    private static (string Root, string Commit)? FindCommit(string folder)
    {
        if (Git.Run(folder, MostBytesInFile, "rev-parse", "--show-toplevel", "HEAD") is not var (output, _)) return null;
        string[] lines = Encoding.UTF8.GetString(output).Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        return lines.Length == 2 && lines[1].All(char.IsAsciiHexDigit) ? (lines[0], lines[1]) : null;
    }

    private static string[] Lines((byte[] Output, bool IsCut)? listed) => listed is var (output, _) ? Encoding.UTF8.GetString(output).Split('\0', StringSplitOptions.RemoveEmptyEntries) : [];

    private static void WriteChanges(string root, string target, List<string> leftOut)
    {
        IEnumerable<string> wanted = Extensions.Select(extension => ":(icase)*" + extension), unwanted = Secrets.Select(secret => $":(exclude,icase)*{secret}*").Append(":(exclude,glob)**/.*").Append(":(exclude,glob)**/.*/**");
        (byte[] Output, bool IsCut)? changes = Git.Run(root, MostBytesOfChanges, ["diff", "HEAD", "--no-color", "--no-ext-diff", "--no-textconv", "--", .. wanted, .. unwanted]);
        if (changes is not var (diff, isCut))
        {
            leftOut.Add("changes: git did not tell them");
            return;
        }

        if (isCut) leftOut.Add(string.Create(CultureInfo.InvariantCulture, $"changes: more than {MostBytesOfChanges / 1024:N0} KiB; the rest is cut off"));
        if (diff.Length == 0) return;
        Directory.CreateDirectory(target);
        AtomicFile.Write(Path.Combine(target, ChangesName), output => output.Write(diff));
    }

    private static IEnumerable<string> EnumerateSources(string project, List<string> leftOut)
    {
        var folders = new Stack<string>([project]);
        while (folders.TryPop(out string? folder))
        {
            FileSystemInfo[] entries;
            try
            {
                entries = [.. new DirectoryInfo(folder).EnumerateFileSystemInfos().OrderBy(entry => entry.Name, StringComparer.Ordinal)];
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException)
            {
                leftOut.Add($"{Path.GetRelativePath(project, folder)}: {error.Message}");
                continue;
            }

            foreach (FileSystemInfo entry in entries)
            {
                // A link may lead anywhere.
                if (entry.LinkTarget is not null || entry.Name.StartsWith('.')) continue;
                if (entry is DirectoryInfo && !Skipped.Contains(entry.Name, StringComparer.OrdinalIgnoreCase)) folders.Push(entry.FullName);
                else if (entry is FileInfo && Path.GetRelativePath(project, entry.FullName) is var path && IsSource(path)) yield return path;
            }
        }
    }

    private static void Copy(string from, IEnumerable<string> files, string target, List<string> leftOut)
    {
        int count = 0;
        long bytes = 0;
        foreach (string file in files)
        {
            if (count == MostFiles)
            {
                leftOut.Add(string.Create(CultureInfo.InvariantCulture, $"{file}: it, and whatever follows, is beyond {MostFiles:N0} files"));
                return;
            }

            string path = Path.Combine(from, file);
            byte[]? content;
            try
            {
                // A name that git lists may be a link, which may lead anywhere.
                if (new FileInfo(path).LinkTarget is not null) continue;
                content = ReadAtMost(path, MostBytesInFile);
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException)
            {
                // Deleted in between, or not to be read.
                leftOut.Add($"{file}: {error.Message}");
                continue;
            }

            if (content is null || bytes + content.Length > MostBytes)
            {
                leftOut.Add(string.Create(CultureInfo.InvariantCulture, $"{file}: {(content is null ? $"more than {MostBytesInFile / 1024} KiB" : $"beyond {MostBytes / 1024:N0} KiB in all")}"));
                continue;
            }

            string copy = Path.Combine(target, FilesName, file);
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            AtomicFile.Write(copy, output => output.Write(content));
            bytes += content.Length;
            count++;
        }
    }

    // A file may grow while it is read.
    private static byte[]? ReadAtMost(string path, int most)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        byte[] content = new byte[most + 1];
        int length = file.ReadAtLeast(content, content.Length, throwOnEndOfStream: false);
        return length > most ? null : content[..length];
    }

    private static void WriteLeftOut(string target, List<string> leftOut)
    {
        if (leftOut.Count == 0) return;
        Directory.CreateDirectory(target);
        AtomicFile.Write(Path.Combine(target, LeftOutName), output => output.Write(Encoding.UTF8.GetBytes(string.Join('\n', leftOut) + "\n")));
    }
}
