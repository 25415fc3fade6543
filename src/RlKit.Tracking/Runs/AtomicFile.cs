namespace RlKit.Tracking;

/// <summary>Writes files that are whole or not there: beside their place, flushed to the disk, renamed.</summary>
internal static class AtomicFile
{
    /// <summary>What the name of an unfinished file ends with.</summary>
    public const string PartialSuffix = ".partial";

    /// <summary>Writes a file; an existing one is replaced in one move.</summary>
    /// <param name="path">The file.</param>
    /// <param name="write">Writes it.</param>
    /// <param name="isDurable">Whether to wait for the disk; without it a machine that goes down, though not a process, may leave the file as it was before.</param>
    public static void Write(string path, Action<Stream> write, bool isDurable = true)
    {
        string partial = path + PartialSuffix;
        try
        {
            using (var file = new FileStream(partial, FileMode.Create, FileAccess.Write, FileShare.Read))
            {
                write(file);
                file.Flush(flushToDisk: isDurable);
            }

            File.Move(partial, path, overwrite: true);
        }
        catch
        {
            Remove(partial);
            throw;
        }
    }

    // A disk without room needs what half a file takes.
    private static void Remove(string partial)
    {
        try
        {
            File.Delete(partial);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
        }
    }
}
