namespace RlKit;

/// <summary>Values of two typed parts without names, as <c>gymnasium.spaces.Tuple</c>.</summary>
/// <typeparam name="T1">The type of the first part.</typeparam>
/// <typeparam name="T2">The type of the second part.</typeparam>
public sealed class TupleSpace<T1, T2> : CompositeSpace<(T1, T2)>
    where T1 : notnull
    where T2 : notnull
{
    private readonly Space<T1> _first;
    private readonly Space<T2> _second;

    /// <summary>A space of tuples.</summary>
    /// <param name="first">The space of the first part.</param>
    /// <param name="second">The space of the second part.</param>
    /// <exception cref="ArgumentNullException">One is null.</exception>
    public TupleSpace(Space<T1> first, Space<T2> second)
        : base([first, second])
    {
        _first = first;
        _second = second;
    }

    /// <inheritdoc/>
    public override (T1, T2) Sample() => (_first.Sample(), _second.Sample());

    /// <summary>A random value, with masks or probabilities for some parts.</summary>
    /// <param name="first">For the first part what the typed overload of its Sample takes, as an array; null for none.</param>
    /// <param name="second">For the second part what the typed overload of its Sample takes, as an array; null for none.</param>
    /// <exception cref="ArgumentException">One does not fit its part.</exception>
    public (T1, T2) Sample(object? first, object? second) => (
        first is null ? _first.Sample() : (T1)_first.SampleObject(first),
        second is null ? _second.Sample() : (T2)_second.SampleObject(second));

    /// <inheritdoc/>
    public override bool Contains((T1, T2) value) => _first.Contains(value.Item1) && _second.Contains(value.Item2);

    /// <inheritdoc/>
    public override void Flatten((T1, T2) value, Span<float> destination)
    {
        RequireFlatSize(destination.Length, nameof(destination));
        _first.Flatten(value.Item1, destination[.._first.FlatSize]);
        _second.Flatten(value.Item2, destination[^_second.FlatSize..]);
    }

    /// <inheritdoc/>
    public override (T1, T2) Unflatten(ReadOnlySpan<float> flat)
    {
        RequireFlatSize(flat.Length, nameof(flat));
        return (
            _first.Unflatten(flat[.._first.FlatSize]),
            _second.Unflatten(flat[^_second.FlatSize..]));
    }
}
