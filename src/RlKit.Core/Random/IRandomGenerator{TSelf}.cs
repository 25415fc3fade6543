namespace RlKit;

/// <summary>A generator of random numbers that every copy of an environment can have one of.</summary>
/// <typeparam name="TSelf">The generator itself.</typeparam>
public interface IRandomGenerator<TSelf> : IStateful
    where TSelf : class, IRandomGenerator<TSelf>
{
    /// <summary>A generator.</summary>
    /// <param name="seed">0 or more; null for one that the operating system seeds.</param>
    static abstract TSelf Create(long? seed);

    /// <summary>Starts again from a seed, as a new generator would, without an allocation.</summary>
    /// <param name="seed">0 or more.</param>
    void Reseed(long seed);
}
