namespace RlKit;

/// <summary>
/// A world that an agent acts in: reset it, then step it until the episode ends. The interface of Gymnasium's Env.
/// </summary>
/// <typeparam name="TObservation">What the agent sees: <c>float[]</c> or <c>byte[]</c> for a <see cref="Box{T}"/>, <c>int</c> for a <see cref="Discrete"/>.</typeparam>
/// <typeparam name="TAction">What the agent does: <c>int</c> for a <see cref="Discrete"/>, <c>float[]</c> for a <see cref="Box{T}"/>.</typeparam>
public interface IEnvironment<TObservation, TAction> : IEnvironment
    where TObservation : notnull
    where TAction : notnull
{
    /// <summary>The space that every observation lies in.</summary>
    new Space<TObservation> ObservationSpace { get; }

    /// <summary>The space that actions come from.</summary>
    new Space<TAction> ActionSpace { get; }

    Space IEnvironment.ObservationSpace => ObservationSpace;

    Space IEnvironment.ActionSpace => ActionSpace;

    /// <summary>Starts a new episode.</summary>
    /// <param name="seed">Seeds the environment's random numbers, 0 or more; null goes on with the present ones (the first reset without a seed takes one from the operating system).</param>
    /// <param name="options">What the environment lets a caller choose about the first state; null for the usual.</param>
    /// <returns>The first observation, and what else is known.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The seed is below zero.</exception>
    ResetResult<TObservation> Reset(long? seed = null, EnvironmentOptions? options = null);

    /// <summary>Takes one action.</summary>
    /// <param name="action">An element of <see cref="ActionSpace"/>.</param>
    /// <returns>What followed. When it is <see cref="StepResult{TObservation}.Done"/>, the next call has to be <see cref="Reset"/>.</returns>
    /// <exception cref="InvalidOperationException">The environment was not reset, or its episode has ended.</exception>
    /// <exception cref="ArgumentException">The action is not in the action space.</exception>
    StepResult<TObservation> Step(TAction action);

    TResult IEnvironment.Accept<TResult>(IEnvironmentVisitor<TResult> visitor) => visitor.Visit(this);
}
