namespace RlKit;

/// <summary>
/// Several copies of one environment, stepped together. Observations, rewards and flags lie in flat buffers that belong to the
/// vector environment and are overwritten by the next call; row i is copy i. A step allocates nothing.
/// </summary>
/// <remarks>
/// Observations are flattened (as <see cref="Space"/>'s Flatten does: a <see cref="Discrete"/> is one-hot, a Dict is its parts in order): float32,
/// or uint8 for a <see cref="Box{T}"/> of bytes. Actions are given flat too: one int for each copy for a <see cref="Discrete"/>, k ints for a
/// MultiDiscrete or MultiBinary of k, and the box's elements as float32 for a <see cref="Box{T}"/>.
/// </remarks>
public interface IVectorEnvironment : IDisposable
{
    /// <summary>The number of copies.</summary>
    int Count { get; }

    /// <summary>How the environment was registered; null where it was not.</summary>
    EnvironmentSpec? Spec { get; }

    /// <summary>The observation space of one copy, before flattening.</summary>
    Space ObservationSpace { get; }

    /// <summary>The action space of one copy.</summary>
    Space ActionSpace { get; }

    /// <summary>What happens at an episode's end.</summary>
    AutoresetMode AutoresetMode { get; }

    /// <summary>The type of the observations' elements: <see cref="ObservationType.Float32"/> or <see cref="ObservationType.UInt8"/>.</summary>
    ObservationType ObservationType { get; }

    /// <summary>Elements in the flattened observation of one copy.</summary>
    int ObservationSize { get; }

    /// <summary>Numbers in the action of one copy.</summary>
    int ActionSize { get; }

    /// <summary>The observations, Count x ObservationSize, row-major. Valid until the next call.</summary>
    /// <exception cref="InvalidOperationException">The observations are bytes; read <see cref="ByteObservations"/>.</exception>
    ReadOnlySpan<float> Observations { get; }

    /// <summary>The observations of an environment whose observations are bytes, Count x ObservationSize.</summary>
    /// <exception cref="InvalidOperationException">The observations are float32; read <see cref="Observations"/>.</exception>
    ReadOnlySpan<byte> ByteObservations { get; }

    /// <summary>The rewards of the last step, one for each copy.</summary>
    ReadOnlySpan<double> Rewards { get; }

    /// <summary>Which copies terminated in the last step.</summary>
    ReadOnlySpan<bool> Terminated { get; }

    /// <summary>Which copies were truncated in the last step.</summary>
    ReadOnlySpan<bool> Truncated { get; }

    /// <summary>
    /// The last observations of episodes, Count x ObservationSize: row i holds the last observation of the episode that copy i ended most recently.
    /// It is valid in every mode right after the step that ended the episode.
    /// </summary>
    /// <exception cref="InvalidOperationException">The observations are bytes; read <see cref="FinalByteObservations"/>.</exception>
    ReadOnlySpan<float> FinalObservations { get; }

    /// <summary>As <see cref="FinalObservations"/>, for observations that are bytes.</summary>
    /// <exception cref="InvalidOperationException">The observations are float32; read <see cref="FinalObservations"/>.</exception>
    ReadOnlySpan<byte> FinalByteObservations { get; }

    /// <summary>What copy <paramref name="index"/> told with its present observation.</summary>
    Info Info(int index);

    /// <summary>What copy <paramref name="index"/> told at the last step of the episode that it ended most recently.</summary>
    Info FinalInfo(int index);

    /// <summary>Resets all copies; copy i is seeded with <paramref name="seed"/> + i.</summary>
    /// <param name="seed">0 or more; null goes on with the present random numbers.</param>
    /// <param name="options">As for the single environment.</param>
    /// <exception cref="ArgumentOutOfRangeException">The seed is below zero.</exception>
    void Reset(long? seed = null, EnvironmentOptions? options = null);

    /// <summary>Resets all copies, each with its own seed.</summary>
    /// <param name="seeds">One of 0 or more for each copy.</param>
    /// <param name="options">As for the single environment.</param>
    /// <exception cref="ArgumentException">There are more or fewer seeds than copies.</exception>
    void Reset(ReadOnlySpan<long> seeds, EnvironmentOptions? options = null);

    /// <summary>Resets the copies that the mask names and leaves the others alone; their rewards and flags become 0 and false.</summary>
    /// <param name="mask">One flag for each copy.</param>
    /// <exception cref="ArgumentException">The mask has more or fewer flags than there are copies.</exception>
    void ResetWhere(ReadOnlySpan<bool> mask);

    /// <summary>Steps all copies of an environment with whole-number actions.</summary>
    /// <param name="actions">Count x ActionSize.</param>
    /// <exception cref="InvalidOperationException">The environment was not reset, an ended copy was not reset (<see cref="AutoresetMode.Disabled"/>), or its actions are real numbers.</exception>
    /// <exception cref="ArgumentException">The actions are too many or too few, or one is not in the action space; the message names the copy. No copy was stepped.</exception>
    void Step(ReadOnlySpan<int> actions);

    /// <summary>Steps all copies of an environment with real-number actions.</summary>
    /// <param name="actions">Count x ActionSize.</param>
    /// <exception cref="InvalidOperationException">As above, or its actions are whole numbers.</exception>
    /// <exception cref="ArgumentException">As above.</exception>
    void Step(ReadOnlySpan<float> actions);

    /// <summary>Draws the state of one copy.</summary>
    /// <exception cref="NotSupportedException">The environment does not draw.</exception>
    Frame Render(int index);
}
