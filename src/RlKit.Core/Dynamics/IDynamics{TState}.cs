namespace RlKit.Dynamics;

/// <summary>The part of an environment's rules that does not depend on how observations and actions are stored.</summary>
/// <typeparam name="TState">One row of state: everything that decides the future of one copy, beside its random numbers.</typeparam>
public interface IDynamics<TState>
    where TState : struct
{
    /// <summary>The space that every observation lies in.</summary>
    Space ObservationSpace { get; }

    /// <summary>The space that actions come from.</summary>
    Space ActionSpace { get; }

    /// <summary>Puts what is known beside the observation into an empty info.</summary>
    void Describe(in TState state, Info info);

    /// <summary>Writes a row.</summary>
    void SaveState(in TState state, BinaryWriter writer);

    /// <summary>Reads what <see cref="SaveState"/> wrote.</summary>
    /// <exception cref="InvalidDataException">The data is not such a row.</exception>
    void LoadState(ref TState state, BinaryReader reader);

    /// <summary>Draws a row.</summary>
    /// <exception cref="NotSupportedException">These rules have no picture.</exception>
    Frame Render(in TState state) => throw new NotSupportedException($"{GetType().Name} does not draw.");

    /// <summary>Describes a row as text, several lines that each end in a line feed.</summary>
    /// <exception cref="NotSupportedException">These rules have no text form.</exception>
    string RenderText(in TState state) => throw new NotSupportedException($"{GetType().Name} has no text form.");
}
