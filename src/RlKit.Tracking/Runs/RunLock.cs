namespace RlKit.Tracking;

/// <summary>Held by the process that trains a run, and let go by the operating system when that process ends in whatever way.</summary>
internal static class RunLock
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    /// <summary>Takes the lock.</summary>
    /// <returns>What holds it until disposed; null when another process has it.</returns>
    /// <exception cref="IOException">The folder cannot be written to.</exception>
    public static FileStream? Take(string path)
    {
        // One that looks whether the run is alive holds the lock for a moment.
        for (long end = Environment.TickCount64 + (long)Patience.TotalMilliseconds; ;)
        {
            try
            {
                return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, bufferSize: 1);
            }
            catch (IOException) when (File.Exists(path) && (IsHeld(path) || Environment.TickCount64 < end))
            {
                if (Environment.TickCount64 >= end) return null;
                Thread.Sleep(10);
            }
            catch (UnauthorizedAccessException error)
            {
                throw new IOException(error.Message, error);
            }
        }
    }

    /// <summary>Whether a process holds the lock.</summary>
    public static bool IsHeld(string path)
    {
        try
        {
            // Shared, so that two who look do not take each other for the owner.
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 1);
            return false;
        }
        catch (FileNotFoundException)
        {
            return false;
        }
        catch (IOException)
        {
            return true;
        }
    }
}
