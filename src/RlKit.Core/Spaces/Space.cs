using System.Text.Json;

namespace RlKit;

/// <summary>The set that actions come from or observations lie in, as <c>gymnasium.spaces.Space</c>, whatever the type of its values.</summary>
/// <remarks>
/// Two spaces are equal when they describe the same set; their generators do not count. Sampling moves the space's own
/// generator, so that a space must not be sampled from several threads at once.
/// </remarks>
public abstract class Space : IEquatable<Space>, IStateful
{
    private readonly int[] _shape;
    private Pcg64? _random;

    /// <summary>For a space of one's own.</summary>
    /// <param name="shape">The shape of one value; empty for a scalar and for what is no array.</param>
    protected Space(ReadOnlySpan<int> shape) => _shape = shape.ToArray();

    /// <summary>The shape of one value; empty for a scalar and for what is no array. Values are held flat, in row-major order.</summary>
    public ReadOnlySpan<int> Shape => _shape;

    /// <summary>How many numbers a flattened value takes.</summary>
    public abstract int FlatSize { get; }

    /// <summary>In words, what a value has to be: for messages about one that is not.</summary>
    public virtual string LegalRange => $"a value of {this}";

    /// <summary>The generator that samples are drawn with: seeded by the operating system until <see cref="Seed(ulong)"/> is called or another is set.</summary>
    /// <exception cref="ArgumentNullException">It is set to null.</exception>
    public Pcg64 Random
    {
        get => _random ??= new Pcg64();
        set => _random = value ?? throw new ArgumentNullException(nameof(value), "A space needs a generator; give a new Pcg64.");
    }

    /// <summary>Whether two spaces describe the same set.</summary>
    public static bool operator ==(Space? left, Space? right) => left is null ? right is null : left.Equals(right);

    /// <summary>Whether two spaces describe different sets.</summary>
    public static bool operator !=(Space? left, Space? right) => !(left == right);

    /// <summary>Reads a space that <see cref="WriteJson"/> wrote.</summary>
    /// <exception cref="FormatException">It is no description of a space; the message says why.</exception>
    /// <exception cref="ArgumentException">It describes a space that cannot be.</exception>
    public static Space ReadJson(JsonElement element) => SpaceJson.Read(element);

    /// <summary>Seeds the space and those within it; the same seed gives the same samples as in Gymnasium.</summary>
    /// <param name="seed">0 or more.</param>
    /// <returns>The seed of every basic space within, in order: the seed itself for a basic space.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The seed is negative.</exception>
    public ulong[] Seed(long seed)
    {
        if (seed < 0)
            throw new ArgumentOutOfRangeException(nameof(seed), seed, "A seed has to be 0 or more; take its absolute value, or do not seed for a random one.");
        return Seed((ulong)seed);
    }

    /// <inheritdoc cref="Seed(long)"/>
    public virtual ulong[] Seed(ulong seed)
    {
        if (_random is null) _random = new Pcg64(seed);
        else _random.Reseed(seed);
        return [seed];
    }

    /// <summary>A random value of the space.</summary>
    public object Sample() => SampleObject();

    /// <summary>Whether a value is of the right type and lies in the space.</summary>
    public bool Contains(object? value) => ContainsObject(value);

    /// <summary>A value as numbers: one-hot for discrete spaces, the elements for boxes, one part after the other for tuples and dictionaries.</summary>
    /// <param name="value">A value of the space.</param>
    /// <returns><see cref="FlatSize"/> numbers.</returns>
    /// <exception cref="ArgumentException">The value is not one of the space.</exception>
    public float[] Flatten(object value)
    {
        float[] flat = new float[FlatSize];
        FlattenObject(value, flat);
        return flat;
    }

    /// <inheritdoc cref="Flatten(object)"/>
    /// <param name="value">A value of the space.</param>
    /// <param name="destination">Where the <see cref="FlatSize"/> numbers go.</param>
    public void Flatten(object value, Span<float> destination) => FlattenObject(value, destination);

    /// <summary>The value that was flattened.</summary>
    /// <param name="flat">What <see cref="Flatten(object)"/> gave, <see cref="FlatSize"/> numbers.</param>
    /// <exception cref="ArgumentException">It is not a flattened value of the space.</exception>
    public object Unflatten(ReadOnlySpan<float> flat) => UnflattenObject(flat);

    /// <summary>The box that flattened values lie in.</summary>
    public abstract Box<float> FlattenSpace();

    /// <summary>Writes the description of the space as a JSON object.</summary>
    public abstract void WriteJson(Utf8JsonWriter writer);

    /// <summary>Writes the state of the generator, and of those of the spaces within.</summary>
    public virtual void SaveState(BinaryWriter writer) => Random.SaveState(writer);

    /// <summary>Reads what <see cref="SaveState"/> wrote.</summary>
    /// <exception cref="InvalidDataException">The data is no such state, or ends early.</exception>
    public virtual void LoadState(BinaryReader reader) => Random.LoadState(reader);

    /// <summary>Whether another space describes the same set.</summary>
    public abstract bool Equals(Space? other);

    /// <inheritdoc/>
    public sealed override bool Equals(object? obj) => Equals(obj as Space);

    /// <inheritdoc/>
    public abstract override int GetHashCode();

    /// <summary>Gymnasium's notation, for example <c>Discrete(6)</c>.</summary>
    public abstract override string ToString();

    /// <summary>As <see cref="Sample()"/>.</summary>
    protected internal abstract object SampleObject();

    /// <summary>As <see cref="Contains(object?)"/>.</summary>
    protected internal abstract bool ContainsObject(object? value);

    /// <summary>As <see cref="Flatten(object, Span{float})"/>.</summary>
    protected internal abstract void FlattenObject(object value, Span<float> destination);

    /// <summary>As <see cref="Unflatten"/>.</summary>
    protected internal abstract object UnflattenObject(ReadOnlySpan<float> flat);

    /// <summary>A sample under a mask or with probabilities, for spaces that have them.</summary>
    /// <param name="mask">What the typed overload of Sample takes, as an array.</param>
    /// <exception cref="ArgumentException">The space has none of this type.</exception>
    protected internal virtual object SampleObject(object mask) =>
        throw new ArgumentException($"{this} cannot be sampled with a mask or probabilities, but a {mask?.GetType().Name} was given; give null for this space.", nameof(mask));

    /// <summary>Throws when a flat destination or source has another length than <see cref="FlatSize"/>.</summary>
    protected void RequireFlatSize(int length, string name)
    {
        if (length != FlatSize)
            throw new ArgumentException($"{name} has {length} elements; a flattened value of {this} has {FlatSize}.", name);
    }
}
