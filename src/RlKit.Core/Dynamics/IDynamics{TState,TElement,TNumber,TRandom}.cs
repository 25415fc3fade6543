namespace RlKit.Dynamics;

/// <summary>
/// The rules of an environment over one row of state, written once: <see cref="DynamicsEnvironment{TDynamics, TState, TObservation, TAction}"/>
/// runs them as a single environment, <see cref="DynamicsVectorEnvironment{TDynamics, TState, TElement, TNumber, TRandom}"/> as many copies in flat buffers.
/// </summary>
/// <typeparam name="TState">One row of state.</typeparam>
/// <typeparam name="TElement">The type of a flattened observation's elements: <c>float</c> or <c>byte</c>.</typeparam>
/// <typeparam name="TNumber">The type of an action's numbers: <c>int</c> or <c>float</c>.</typeparam>
/// <typeparam name="TRandom">What draws the random numbers of a row: <see cref="Pcg64"/>, or what the environment that is reproduced uses.</typeparam>
/// <remarks>Implement it by a readonly struct, so that the loops over rows are compiled for it. Several threads may call it at once, each with rows of its own.</remarks>
public interface IDynamics<TState, TElement, TNumber, TRandom> : IDynamics<TState>
    where TState : struct
    where TElement : unmanaged
    where TNumber : unmanaged
    where TRandom : class, IRandomGenerator<TRandom>
{
    /// <summary>Puts a row into a first state.</summary>
    /// <param name="state">The row: all zeros where a seed was given, else as the episode before has left it.</param>
    /// <param name="random">The random numbers of this row.</param>
    /// <param name="options">What the caller asked for; null for nothing.</param>
    /// <exception cref="ArgumentException">An option is unknown or out of its range. Nothing was drawn then.</exception>
    void Reset(ref TState state, TRandom random, EnvironmentOptions? options);

    /// <summary>True when an action may be taken: in every state, or in none.</summary>
    /// <param name="action">Whole numbers: one for a <see cref="Discrete"/>, one for each choice of a <see cref="MultiDiscrete"/>; else as many numbers as the flattened action has.</param>
    bool Accepts(ReadOnlySpan<TNumber> action);

    /// <summary>Takes one action.</summary>
    /// <param name="state">The row, which becomes the state after the action.</param>
    /// <param name="action">An action that <see cref="Accepts"/> lets pass.</param>
    /// <param name="random">The random numbers of this row.</param>
    /// <param name="terminated">True when the task itself has ended.</param>
    /// <returns>The reward.</returns>
    double Step(ref TState state, ReadOnlySpan<TNumber> action, TRandom random, out bool terminated);

    /// <summary>Writes the flattened observation of a row.</summary>
    /// <param name="state">The row.</param>
    /// <param name="observation">As long as the flattened observation; every element is written.</param>
    void Observe(in TState state, Span<TElement> observation);
}
