namespace RlKit;

/// <summary>The set that actions come from or observations lie in.</summary>
/// <typeparam name="T">The type of its values: int for <see cref="Discrete"/>, float[] for <c>Box&lt;float&gt;</c>, ...</typeparam>
public abstract class Space<T> : Space
    where T : notnull
{
    /// <summary>For a space of one's own.</summary>
    /// <param name="shape">The shape of one value; empty for a scalar and for what is no array.</param>
    protected Space(ReadOnlySpan<int> shape)
        : base(shape)
    {
    }

    /// <summary>A random value of the space; an array is the caller's to keep.</summary>
    public abstract new T Sample();

    /// <summary>Whether a value lies in the space.</summary>
    public abstract bool Contains(T value);

    /// <inheritdoc cref="Space.Flatten(object)"/>
    public float[] Flatten(T value)
    {
        float[] flat = new float[FlatSize];
        Flatten(value, flat);
        return flat;
    }

    /// <inheritdoc cref="Space.Flatten(object, Span{float})"/>
    public abstract void Flatten(T value, Span<float> destination);

    /// <inheritdoc cref="Space.Unflatten"/>
    public abstract new T Unflatten(ReadOnlySpan<float> flat);

    /// <inheritdoc/>
    protected internal sealed override object SampleObject() => Sample();

    /// <inheritdoc/>
    protected internal override bool ContainsObject(object? value) => value is T typed && Contains(typed);

    /// <inheritdoc/>
    protected internal override void FlattenObject(object value, Span<float> destination)
    {
        if (value is not T typed)
            throw new ArgumentException($"A value of {this} is a {typeof(T).Name}, not {(value is null ? "null" : "a " + value.GetType().Name)}.", nameof(value));
        Flatten(typed, destination);
    }

    /// <inheritdoc/>
    protected internal sealed override object UnflattenObject(ReadOnlySpan<float> flat) => Unflatten(flat);
}
