namespace RlKit;

/// <summary>
/// The arrays that a wrapper's observations go into: the same one every time around an environment that reuses its own (nothing is allocated), a new one every time
/// around one that does not (the caller may keep it).
/// </summary>
internal sealed class ObservationBuffer<T>(IEnvironment environment, int length)
{
    private readonly T[]? _reused = environment.ReusesObservation ? new T[length] : null;

    public T[] Next() => _reused ?? new T[length];
}
