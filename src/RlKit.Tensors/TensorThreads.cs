namespace RlKit.Tensors;

/// <summary>How many threads large operations of the managed engine use. Results do not depend on it; small operations stay on the calling thread.</summary>
public static class TensorThreads
{
    /// <summary>The number of threads, the calling one included; at first the number of processors.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The number is not positive.</exception>
    public static int Count
    {
        get => Engines.Managed.ManagedEngine.Threads;
        set => Engines.Managed.ManagedEngine.Threads = value;
    }
}
