namespace RlKit;

/// <summary>
/// What acts: from observations to actions. It needs neither the environment nor what trained it, and is what an app ships.
/// </summary>
/// <remarks>A policy is used from any number of threads at once, and acting allocates nothing in the steady state.</remarks>
public abstract class Policy
{
    /// <summary>A policy between two spaces.</summary>
    protected Policy(Space observationSpace, Space actionSpace)
    {
        ArgumentNullException.ThrowIfNull(observationSpace);
        ArgumentNullException.ThrowIfNull(actionSpace);
        ObservationSpace = observationSpace;
        ActionSpace = actionSpace;
        ObservationSize = observationSpace.FlatSize;
        ActionSize = actionSpace switch
        {
            Discrete => 1,
            MultiDiscrete multi => multi.NVec.Length,
            MultiBinary binary => binary.FlatSize,
            Box<float> box => box.FlatSize,
            _ => throw new ArgumentException($"A policy acts in a Discrete, MultiDiscrete, MultiBinary or Box space, not in {actionSpace}.", nameof(actionSpace)),
        };
    }

    /// <summary>What observations look like, before flattening.</summary>
    public Space ObservationSpace { get; }

    /// <summary>Where actions come from.</summary>
    public Space ActionSpace { get; }

    /// <summary>Elements in one flattened observation.</summary>
    public int ObservationSize { get; }

    /// <summary>Numbers in one action.</summary>
    public int ActionSize { get; }

    /// <summary>Flags in the mask of legal actions for one observation, where the policy was trained with masks: one for each action, of each choice one after the other. Else 0.</summary>
    public virtual int ActionMaskSize => 0;

    /// <summary>Chooses whole-number actions, for all rows at once.</summary>
    /// <param name="observations">Rows of <see cref="ObservationSize"/> elements.</param>
    /// <param name="actions">As many rows of <see cref="ActionSize"/> numbers.</param>
    /// <param name="deterministic">The best action; else one drawn as in training.</param>
    /// <param name="random">Draws; needed where the policy draws and <paramref name="deterministic"/> is false.</param>
    /// <exception cref="ArgumentException">The lengths do not fit, or the elements are of the other type.</exception>
    /// <exception cref="InvalidOperationException">The policy acts by real numbers.</exception>
    public abstract void Act(ObservationBatch observations, Span<int> actions, bool deterministic = true, Pcg64? random = null);

    /// <summary>Chooses whole-number actions among those that are legal, for all rows at once.</summary>
    /// <param name="observations">Rows of <see cref="ObservationSize"/> elements.</param>
    /// <param name="masks">Which actions are legal, as many rows of <see cref="ActionMaskSize"/> flags; empty for all.</param>
    /// <param name="actions">As many rows of <see cref="ActionSize"/> numbers.</param>
    /// <param name="deterministic">The best action; else one drawn as in training.</param>
    /// <param name="random">Draws; needed where the policy draws and <paramref name="deterministic"/> is false.</param>
    /// <exception cref="ArgumentException">The lengths do not fit, the policy has no masks, or the elements are of the other type.</exception>
    /// <exception cref="InvalidOperationException">The policy acts by real numbers.</exception>
    public virtual void Act(ObservationBatch observations, ReadOnlySpan<bool> masks, Span<int> actions, bool deterministic = true, Pcg64? random = null)
    {
        if (!masks.IsEmpty) throw new ArgumentException($"There are {masks.Length} flags of legal actions, and this policy was made without masks; give none.", nameof(masks));
        Act(observations, actions, deterministic, random);
    }

    /// <summary>Chooses real-number actions, for all rows at once; they lie within the action space.</summary>
    /// <inheritdoc cref="Act(ObservationBatch, Span{int}, bool, Pcg64?)"/>
    public abstract void Act(ObservationBatch observations, Span<float> actions, bool deterministic = true, Pcg64? random = null);

    /// <summary>The best action of a <see cref="Discrete"/> space for one observation.</summary>
    public int Act(ObservationBatch observation)
    {
        int action = 0;
        Act(observation, new Span<int>(ref action));
        return action;
    }

    /// <summary>Writes the policy as one file, whole or not at all. Two equal policies give equal files.</summary>
    /// <param name="path">The file; an existing one is replaced.</param>
    /// <exception cref="NotSupportedException">The policy is no network.</exception>
    public virtual void Save(string path) => throw new NotSupportedException($"A {GetType().Name} is code, not weights, and cannot be saved.");

    /// <summary>Reads a policy that <see cref="Save"/> wrote.</summary>
    /// <param name="path">The file.</param>
    /// <param name="makeNetwork">Makes the network's structure where it is one of your own; else null.</param>
    /// <param name="device">Where it computes, whatever it was trained on; null for <see cref="RlKit.Tensors.Device.Default"/>, the managed engine.</param>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">The file is damaged, no policy, or of a newer format.</exception>
    public static Policy Load(string path, Func<RlKit.Tensors.Layer>? makeNetwork = null, RlKit.Tensors.Device? device = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        return NetworkPolicy.Read(path, makeNetwork, device);
    }

    /// <summary>A copy that does not change when the agent that this policy belongs to learns on.</summary>
    public abstract Policy Snapshot();

    /// <summary>The number of rows, after checking all lengths.</summary>
    protected int RequireRows(ObservationBatch observations, int actions)
    {
        int rows = observations.Length / ObservationSize;
        if (rows == 0 || rows * ObservationSize != observations.Length)
            throw new ArgumentException($"There are {observations.Length} observed elements, and one observation of {ObservationSpace} has {ObservationSize}; give whole rows.", nameof(observations));
        if (actions != rows * ActionSize)
            throw new ArgumentException($"{rows} {(rows == 1 ? "observation needs" : "observations need")} {rows * ActionSize} action elements, {ActionSize} for an action of {ActionSpace}, and there is room for {actions}; give Act(observations, actions) a span of that length.", nameof(actions));
        return rows;
    }
}
