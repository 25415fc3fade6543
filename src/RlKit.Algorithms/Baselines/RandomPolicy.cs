using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json;

namespace RlKit;

/// <summary>Draws every action uniformly from the action space: the first row of any comparison.</summary>
[SuppressMessage("Reliability", "CA1001", Justification = "A policy lives as long as it is referenced, and a ThreadLocal then frees itself.")]
public sealed class RandomPolicy : Policy
{
    // Sampling moves a space's own generator, so that every thread has a space of its own.
    private readonly ThreadLocal<Space> _spaces;

    /// <summary>A policy for two spaces.</summary>
    /// <param name="observationSpace">What it is shown, and does not look at.</param>
    /// <param name="actionSpace">Where actions come from.</param>
    /// <param name="seed">Seeds the draws of calls that bring no generator of their own, on each thread; 0 or more.</param>
    public RandomPolicy(Space observationSpace, Space actionSpace, long seed = 0)
        : base(observationSpace, actionSpace)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(seed);
        _spaces = new ThreadLocal<Space>(() =>
        {
            Space copy = Copy(actionSpace);
            copy.Seed(seed);
            return copy;
        });
    }

    /// <inheritdoc/>
    public override void Act(ObservationBatch observations, Span<int> actions, bool deterministic = true, Pcg64? random = null)
    {
        int rows = RequireRows(observations, actions.Length);
        Space space = _spaces.Value!;
        Pcg64 own = space.Random;
        if (random is not null) space.Random = random;
        for (int row = 0; row < rows; row++) Sample(space, actions.Slice(row * ActionSize, ActionSize));
        space.Random = own;
    }

    /// <inheritdoc/>
    public override void Act(ObservationBatch observations, Span<float> actions, bool deterministic = true, Pcg64? random = null)
    {
        int rows = RequireRows(observations, actions.Length);
        if (_spaces.Value is not Box<float> space) throw new InvalidOperationException($"Actions of {ActionSpace} are whole numbers; give room for ints.");
        Pcg64 own = space.Random;
        if (random is not null) space.Random = random;
        for (int row = 0; row < rows; row++) space.Sample(actions.Slice(row * ActionSize, ActionSize));
        space.Random = own;
    }

    /// <inheritdoc/>
    public override Policy Snapshot() => this;

    private static void Sample(Space space, Span<int> action)
    {
        switch (space)
        {
            case Discrete discrete:
                action[0] = discrete.Sample();
                break;
            case MultiDiscrete several:
                several.Sample(action);
                break;
            case MultiBinary bits:
                Span<byte> drawn = stackalloc byte[action.Length];
                bits.Sample(drawn);
                for (int i = 0; i < action.Length; i++) action[i] = drawn[i];
                break;
            default:
                throw new InvalidOperationException($"Actions of {space} are real numbers; give room for floats.");
        }
    }

    private static Space Copy(Space space)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer)) space.WriteJson(json);
        using JsonDocument document = JsonDocument.Parse(buffer.WrittenMemory);
        return Space.ReadJson(document.RootElement);
    }
}
