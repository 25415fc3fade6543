namespace RlKit;

/// <summary>What every environment has, whatever the types of its observations and actions.</summary>
public interface IEnvironment : IDisposable
{
    /// <summary>How the environment was registered; null for one that was made by its constructor.</summary>
    EnvironmentSpec? Spec { get; }

    /// <summary>The space that every observation lies in.</summary>
    Space ObservationSpace { get; }

    /// <summary>The space that actions come from.</summary>
    Space ActionSpace { get; }

    /// <summary>
    /// True when the observation (and the info) that a step returns is the environment's own and is overwritten by the
    /// next step or reset: copy what you keep. The built-in environments do so, and allocate nothing.
    /// </summary>
    bool ReusesObservation => false;

    /// <summary>The step at which the environment itself, or a wrapper in it, truncates an episode; null when nothing in it does.</summary>
    int? MaxEpisodeSteps => null;

    /// <summary>True when a step before the first reset is refused with an <see cref="InvalidOperationException"/>.</summary>
    bool EnforcesOrder => false;

    /// <summary>Draws the current state.</summary>
    /// <returns>A frame that is the caller's to keep.</returns>
    /// <exception cref="NotSupportedException">The environment does not draw.</exception>
    /// <exception cref="InvalidOperationException">The environment was not reset yet.</exception>
    Frame Render() => throw new NotSupportedException($"{GetType().Name} does not draw; override Render to return a frame.");

    /// <summary>Describes the current state as text.</summary>
    /// <returns>Several lines, each ending in a line feed.</returns>
    /// <exception cref="NotSupportedException">The environment has no text form.</exception>
    /// <exception cref="InvalidOperationException">The environment was not reset yet.</exception>
    string RenderText() => throw new NotSupportedException($"{GetType().Name} has no text form; override RenderText to return one.");

    /// <summary>Calls a visitor with the types of the environment.</summary>
    internal TResult Accept<TResult>(IEnvironmentVisitor<TResult> visitor) =>
        throw new NotSupportedException($"{GetType().Name} implements IEnvironment alone; implement IEnvironment<TObservation, TAction>.");
}
