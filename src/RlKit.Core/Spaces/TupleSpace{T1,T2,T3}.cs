namespace RlKit;

/// <summary>Values of three typed parts without names, as <c>gymnasium.spaces.Tuple</c>.</summary>
/// <typeparam name="T1">The type of the first part.</typeparam>
/// <typeparam name="T2">The type of the second part.</typeparam>
/// <typeparam name="T3">The type of the third part.</typeparam>
public sealed class TupleSpace<T1, T2, T3> : CompositeSpace<(T1, T2, T3)>
    where T1 : notnull
    where T2 : notnull
    where T3 : notnull
{
    private readonly Space<T1> _first;
    private readonly Space<T2> _second;
    private readonly Space<T3> _third;

    /// <summary>A space of tuples.</summary>
    /// <param name="first">The space of the first part.</param>
    /// <param name="second">The space of the second part.</param>
    /// <param name="third">The space of the third part.</param>
    /// <exception cref="ArgumentNullException">One is null.</exception>
    public TupleSpace(Space<T1> first, Space<T2> second, Space<T3> third)
        : base([first, second, third])
    {
        _first = first;
        _second = second;
        _third = third;
    }

    /// <inheritdoc/>
    public override (T1, T2, T3) Sample() => (_first.Sample(), _second.Sample(), _third.Sample());

    /// <summary>A random value, with masks or probabilities for some parts.</summary>
    /// <param name="first">For the first part what the typed overload of its Sample takes, as an array; null for none.</param>
    /// <param name="second">For the second part what the typed overload of its Sample takes, as an array; null for none.</param>
    /// <param name="third">For the third part what the typed overload of its Sample takes, as an array; null for none.</param>
    /// <exception cref="ArgumentException">One does not fit its part.</exception>
    public (T1, T2, T3) Sample(object? first, object? second, object? third) => (
        first is null ? _first.Sample() : (T1)_first.SampleObject(first),
        second is null ? _second.Sample() : (T2)_second.SampleObject(second),
        third is null ? _third.Sample() : (T3)_third.SampleObject(third));

    /// <inheritdoc/>
    public override bool Contains((T1, T2, T3) value) => _first.Contains(value.Item1) && _second.Contains(value.Item2) && _third.Contains(value.Item3);

    /// <inheritdoc/>
    public override void Flatten((T1, T2, T3) value, Span<float> destination)
    {
        RequireFlatSize(destination.Length, nameof(destination));
        _first.Flatten(value.Item1, destination[.._first.FlatSize]);
        _second.Flatten(value.Item2, destination.Slice(_first.FlatSize, _second.FlatSize));
        _third.Flatten(value.Item3, destination[^_third.FlatSize..]);
    }

    /// <inheritdoc/>
    public override (T1, T2, T3) Unflatten(ReadOnlySpan<float> flat)
    {
        RequireFlatSize(flat.Length, nameof(flat));
        return (
            _first.Unflatten(flat[.._first.FlatSize]),
            _second.Unflatten(flat.Slice(_first.FlatSize, _second.FlatSize)),
            _third.Unflatten(flat[^_third.FlatSize..]));
    }
}
