namespace RlKit.Dynamics;

/// <summary>The rules of an environment whose random numbers come from a <see cref="Pcg64"/>, as those of a new one should.</summary>
/// <inheritdoc cref="IDynamics{TState, TElement, TNumber, TRandom}"/>
public interface IDynamics<TState, TElement, TNumber> : IDynamics<TState, TElement, TNumber, Pcg64>
    where TState : struct
    where TElement : unmanaged
    where TNumber : unmanaged;
