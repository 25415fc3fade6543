namespace RlKit;

/// <summary>Writes files that are whole or not there: beside their place, flushed to the disk, renamed.</summary>
internal static class AtomicFile
{
    /// <summary>What the name of an unfinished file ends with.</summary>
    public const string PartialSuffix = ".partial";

    private const int BufferSize = 1 << 16;

    /// <summary>Writes a file; an existing one is replaced in one move.</summary>
    /// <param name="path">The file, in a folder that exists.</param>
    /// <param name="write">Writes it; the stream can be read and moved in as well.</param>
    /// <param name="isDurable">Whether to wait for the disk; without it a machine that goes down, though not a process, may leave the file as it was before.</param>
    /// <exception cref="IOException">The file could not be written; an existing one is still whole.</exception>
    public static void Write(string path, Action<Stream> write, bool isDurable = true)
    {
        string partial = path + PartialSuffix;
        try
        {
            using (var file = new FileStream(partial, FileMode.Create, FileAccess.ReadWrite, FileShare.Read, BufferSize))
            {
                write(file);
                file.Flush(flushToDisk: isDurable);
            }

            File.Move(partial, path, overwrite: true);
        }
        catch
        {
            RemovePartial(partial);
            throw;
        }
    }

    /// <summary>Removes what was written of a file that was not finished: a disk without room needs it.</summary>
    public static void RemovePartial(string partial)
    {
        try
        {
            File.Delete(partial);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // It stands in the way of nothing, and an error here would hide the one that left it.
        }
    }
}
