namespace RlKit.Replay;

/// <summary>What a <see cref="ReplayBuffer"/> holds, and how it is sampled.</summary>
public sealed record ReplayOptions
{
    /// <summary>
    /// Transitions to keep, over all copies: 1 or more, and no fewer than <see cref="Copies"/>. A buffer keeps whole steps of all copies;
    /// <see cref="ReplayBuffer.Capacity"/> is this number rounded down to a multiple of <see cref="Copies"/>.
    /// </summary>
    public required int Capacity { get; init; }

    /// <summary>Elements in the flattened observation that the environment gives; with frames stacked, of the whole stack. 1 or more.</summary>
    public required int ObservationSize { get; init; }

    /// <summary>The type of the observations' elements, <see cref="ObservationType.Float32"/> or <see cref="ObservationType.UInt8"/>.</summary>
    public ObservationType ObservationType { get; init; } = ObservationType.Float32;

    /// <summary>Numbers in one action, 1 or more.</summary>
    public int ActionSize { get; init; } = 1;

    /// <summary>True for actions of real numbers (float32), false for whole numbers (int).</summary>
    public bool ContinuousActions { get; init; }

    /// <summary>Copies of the environment that step together, 1 or more.</summary>
    public int Copies { get; init; } = 1;

    /// <summary>
    /// The number of frames that an observation is a stack of, along its first axis, the newest one last; 1 for no stack. Each frame is
    /// stored once, and stacks are put together again when they are sampled.
    /// </summary>
    public int FrameStack { get; init; } = 1;

    /// <summary>Steps that a sampled return sums over (n-step returns), 1 or more.</summary>
    public int NStep { get; init; } = 1;

    /// <summary>The discount, in [0, 1].</summary>
    public double Gamma { get; init; } = 0.99;

    /// <summary>The options for the transitions of a vector environment. Stacks of bytes (<see cref="StackedBox{T}"/>) are stored frame by frame.</summary>
    /// <param name="environments">Whose sizes and types to take.</param>
    /// <param name="capacity">Transitions to keep, over all copies.</param>
    public static ReplayOptions For(IVectorEnvironment environments, int capacity)
    {
        ArgumentNullException.ThrowIfNull(environments);
        return new()
        {
            Capacity = capacity,
            ObservationSize = environments.ObservationSize,
            ObservationType = environments.ObservationType,
            ActionSize = environments.ActionSize,
            ContinuousActions = environments.ActionSpace is Box<float>,
            Copies = environments.Count,
            FrameStack = environments.ObservationSpace is StackedBox<byte> stack ? stack.Count : 1,
        };
    }

    internal void Validate()
    {
        AtLeastOne(Capacity, nameof(Capacity));
        AtLeastOne(ObservationSize, nameof(ObservationSize));
        AtLeastOne(ActionSize, nameof(ActionSize));
        AtLeastOne(Copies, nameof(Copies));
        AtLeastOne(FrameStack, nameof(FrameStack));
        AtLeastOne(NStep, nameof(NStep));
        if (Capacity < Copies)
            throw new ArgumentOutOfRangeException(nameof(Capacity), Capacity, $"A capacity of {Capacity} does not hold one step of {Copies} copies; make it {Copies} or more.");
        if (ObservationType is not (ObservationType.Float32 or ObservationType.UInt8))
            throw new ArgumentOutOfRangeException(nameof(ObservationType), ObservationType, $"Observations of {ObservationType} cannot be stored; use Float32 or UInt8.");
        if (ObservationSize % FrameStack != 0)
            throw new ArgumentOutOfRangeException(nameof(FrameStack), FrameStack, $"An observation of {ObservationSize} elements is no stack of {FrameStack} frames; give the size of the whole stack and its number of frames.");
        if (!(Gamma >= 0 && Gamma <= 1))
            throw new ArgumentOutOfRangeException(nameof(Gamma), Gamma, FormattableString.Invariant($"Gamma is {Gamma}; it has to lie in [0, 1]."));

        // One step more than the capacity is on its way, and a stack needs the frames before its oldest transition.
        long rows = (long)Capacity + (long)FrameStack * Copies;
        if (rows > Array.MaxLength)
            throw new ArgumentOutOfRangeException(nameof(Capacity), Capacity, $"A capacity of {Capacity} (with {FrameStack} frames of {Copies} copies) goes beyond {Array.MaxLength} rows; lower it.");
        long rowBytes = (long)ObservationSize * (ObservationType == ObservationType.Float32 ? sizeof(float) : sizeof(byte));
        if (rowBytes > Array.MaxLength)
            throw new ArgumentOutOfRangeException(nameof(ObservationSize), ObservationSize, $"An observation of {rowBytes} bytes goes beyond {Array.MaxLength}; make it smaller.");
    }

    private static void AtLeastOne(int value, string name)
    {
        if (value < 1) throw new ArgumentOutOfRangeException(name, value, $"{name} is {value}; it has to be 1 or more.");
    }
}
