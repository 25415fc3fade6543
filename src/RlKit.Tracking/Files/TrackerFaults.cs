namespace RlKit.Tracking.Files;

/// <summary>Tells of a tracker's errors without letting them out.</summary>
internal sealed class TrackerFaults(Action<Exception>? onError)
{
    private Exception? _first;

    /// <summary>The first error; null for none.</summary>
    public Exception? First => Volatile.Read(ref _first);

    public void Report(Exception error)
    {
        Keep(error);
        Tell(error);
    }

    /// <summary>The first half of <see cref="Report"/>, for whoever holds a lock.</summary>
    public void Keep(Exception error) => Interlocked.CompareExchange(ref _first, error, null);

    /// <summary>The second half: calls the listener.</summary>
    public void Tell(Exception error)
    {
        try
        {
            onError?.Invoke(error);
        }
#pragma warning disable CA1031 // Whatever the listener throws: it must not end the training.
        catch (Exception)
#pragma warning restore CA1031
        {
        }
    }

    /// <summary>Does something that may fail, and reports it if it does.</summary>
    public void Guard(Action action)
    {
        try
        {
            action();
        }
#pragma warning disable CA1031 // Whatever a picture or a file does: it must not end the training.
        catch (Exception error)
#pragma warning restore CA1031
        {
            Report(error);
        }
    }
}
