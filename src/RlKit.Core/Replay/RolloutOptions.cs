namespace RlKit.Replay;

/// <summary>What a <see cref="RolloutBuffer"/> holds.</summary>
public sealed record RolloutOptions
{
    /// <summary>Steps of each copy in one rollout, 1 or more.</summary>
    public required int Steps { get; init; }

    /// <summary>Elements in the flattened observation, 1 or more.</summary>
    public required int ObservationSize { get; init; }

    /// <summary>Copies of the environment that step together, 1 or more.</summary>
    public int Copies { get; init; } = 1;

    /// <summary>The type of the observations' elements, <see cref="ObservationType.Float32"/> or <see cref="ObservationType.UInt8"/>.</summary>
    public ObservationType ObservationType { get; init; } = ObservationType.Float32;

    /// <summary>Numbers in one action, 1 or more.</summary>
    public int ActionSize { get; init; } = 1;

    /// <summary>True for actions of real numbers (float32), false for whole numbers (int).</summary>
    public bool ContinuousActions { get; init; }

    /// <summary>Flags in the mask of legal actions that goes with an observation; 0 for no masks.</summary>
    public int ActionMaskSize { get; init; }

    /// <summary>The options for rollouts of a vector environment, without action masks.</summary>
    /// <param name="environments">Whose sizes and types to take.</param>
    /// <param name="steps">Steps of each copy in one rollout.</param>
    public static RolloutOptions For(IVectorEnvironment environments, int steps)
    {
        ArgumentNullException.ThrowIfNull(environments);
        return new()
        {
            Steps = steps,
            ObservationSize = environments.ObservationSize,
            Copies = environments.Count,
            ObservationType = environments.ObservationType,
            ActionSize = environments.ActionSize,
            ContinuousActions = environments.ActionSpace is Box<float>,
        };
    }

    internal void Validate()
    {
        AtLeast(1, Steps, nameof(Steps));
        AtLeast(1, ObservationSize, nameof(ObservationSize));
        AtLeast(1, Copies, nameof(Copies));
        AtLeast(1, ActionSize, nameof(ActionSize));
        AtLeast(0, ActionMaskSize, nameof(ActionMaskSize));
        if (ObservationType is not (ObservationType.Float32 or ObservationType.UInt8))
            throw new ArgumentOutOfRangeException(nameof(ObservationType), ObservationType, $"Observations of {ObservationType} cannot be stored; use Float32 or UInt8.");
        long rows = (long)Steps * Copies;
        if (rows * Math.Max(Math.Max(ObservationSize, ActionSize), ActionMaskSize) > Array.MaxLength)
            throw new ArgumentOutOfRangeException(nameof(Steps), Steps, $"{Steps} steps of {Copies} copies with {ObservationSize} elements in an observation go beyond one array; collect fewer steps at a time.");
    }

    private static void AtLeast(int least, int value, string name)
    {
        if (value < least) throw new ArgumentOutOfRangeException(name, value, $"{name} is {value}; it has to be {least} or more.");
    }
}
