using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text.Json;

namespace RlKit;

/// <summary>Arrays whose every element lies between a lower and an upper bound, as <c>gymnasium.spaces.Box</c>.</summary>
/// <typeparam name="T">float (NumPy's float32), byte (uint8, for images), double, int or long.</typeparam>
/// <remarks>Values are flat arrays in row-major order. An infinite bound of a float or double box leaves that side open.</remarks>
public sealed class Box<T> : Space<T[]>
    where T : unmanaged, INumber<T>, IMinMaxValue<T>
{
    private readonly T[] _low;
    private readonly T[] _high;
    private readonly bool _allBounded;

    /// <summary>A box with the same bounds for every element.</summary>
    /// <param name="low">The lowest value.</param>
    /// <param name="high">The highest value, low or more.</param>
    /// <param name="shape">The sides, 1 or more each; none for a single number.</param>
    /// <exception cref="ArgumentException">A bound is NaN, low is above high, or a side is below 1.</exception>
    /// <exception cref="NotSupportedException">There are no boxes of this type.</exception>
    public Box(T low, T high, ReadOnlySpan<int> shape)
        : this(Filled(low, SizeOf(shape)), Filled(high, SizeOf(shape)), shape)
    {
    }

    /// <summary>A box of one dimension with bounds for each element.</summary>
    /// <param name="low">The lowest value of each element.</param>
    /// <param name="high">The highest value of each element, as many as low.</param>
    /// <exception cref="ArgumentException">A bound is NaN, a low one is above its high one, or there are not as many of both.</exception>
    /// <exception cref="NotSupportedException">There are no boxes of this type.</exception>
    public Box(ReadOnlySpan<T> low, ReadOnlySpan<T> high)
        : this(low, high, [low.Length])
    {
    }

    /// <summary>A box with bounds for each element.</summary>
    /// <param name="low">The lowest value of each element, in row-major order.</param>
    /// <param name="high">The highest value of each element, as many as low.</param>
    /// <param name="shape">The sides, 1 or more each, whose product is the number of elements; none for a single number.</param>
    /// <exception cref="ArgumentException">A bound is NaN, a low one is above its high one, or the counts do not fit the shape.</exception>
    /// <exception cref="NotSupportedException">There are no boxes of this type.</exception>
    public Box(ReadOnlySpan<T> low, ReadOnlySpan<T> high, ReadOnlySpan<int> shape)
        : base(shape)
    {
        _ = DType;
        int size = SizeOf(shape);
        if (low.Length != size)
            throw new ArgumentException($"There are {low.Length} lower bounds, but the shape ({string.Join(", ", shape.ToArray())}) has {size} elements; give one for each.", nameof(low));
        if (high.Length != size)
            throw new ArgumentException($"There are {high.Length} upper bounds, but the shape ({string.Join(", ", shape.ToArray())}) has {size} elements; give one for each.", nameof(high));
        _allBounded = true;
        for (int i = 0; i < size; i++)
        {
            if (T.IsNaN(low[i]) || T.IsPositiveInfinity(low[i]))
                throw new ArgumentException(FormattableString.Invariant($"low[{i}] is {low[i]}; a lower bound is a number, or minus infinity for none."), nameof(low));
            if (T.IsNaN(high[i]) || T.IsNegativeInfinity(high[i]))
                throw new ArgumentException(FormattableString.Invariant($"high[{i}] is {high[i]}; an upper bound is a number, or infinity for none."), nameof(high));
            if (low[i] > high[i])
                throw new ArgumentException(FormattableString.Invariant($"low[{i}] is {low[i]}, above high[{i}], {high[i]}; exchange them."), nameof(low));
            _allBounded &= T.IsFinite(low[i]) && T.IsFinite(high[i]);
        }

        _low = low.ToArray();
        _high = high.ToArray();
    }

    private enum Side
    {
        None,
        Low,
        High,
        Both,
    }

    /// <summary>The lowest value of each element; minus infinity for none.</summary>
    public ReadOnlySpan<T> Low => _low;

    /// <summary>The highest value of each element; infinity for none.</summary>
    public ReadOnlySpan<T> High => _high;

    /// <summary>True when every element has both bounds.</summary>
    public bool IsBounded => _allBounded;

    /// <inheritdoc/>
    public override int FlatSize => _low.Length;

    /// <inheritdoc/>
    public override string LegalRange =>
        $"{(FlatSize == 1 ? "1 number" : $"{FlatSize} numbers,")} {(FlatSize > 1 && Low.IndexOfAnyExcept(_low[0]) < 0 && High.IndexOfAnyExcept(_high[0]) < 0 ? "each " : "")}from {NumPyText.Bounds<T>(_low, Shape)} to {NumPyText.Bounds<T>(_high, Shape)}";

    /// <summary>NumPy's name of the type.</summary>
    private static string DType =>
        typeof(T) == typeof(float) ? "float32"
        : typeof(T) == typeof(double) ? "float64"
        : typeof(T) == typeof(byte) ? "uint8"
        : typeof(T) == typeof(int) ? "int32"
        : typeof(T) == typeof(long) ? "int64"
        : throw new NotSupportedException($"There are no boxes of {typeof(T).Name}; take float, double, byte, int or long.");

    private static bool IsInteger => typeof(T) == typeof(byte) || typeof(T) == typeof(int) || typeof(T) == typeof(long);

    /// <inheritdoc cref="Sample(Span{T})"/>
    public override T[] Sample()
    {
        T[] sample = new T[_low.Length];
        Sample(sample);
        return sample;
    }

    /// <summary>
    /// Fills with a random value: each element uniform between its bounds, shifted exponential where one side is open,
    /// standard normal where both are.
    /// </summary>
    /// <param name="destination">Where the <see cref="Space.FlatSize"/> elements go.</param>
    /// <exception cref="ArgumentException">The destination has another length.</exception>
    /// <exception cref="InvalidOperationException">The distance between two bounds overflows a double.</exception>
    public void Sample(Span<T> destination)
    {
        RequireFlatSize(destination.Length, nameof(destination));
        Pcg64 random = Random;
        if (!_allBounded)
        {
            for (int i = 0; i < destination.Length; i++)
                if (SideOf(i) == Side.None) destination[i] = FromDouble(random.StandardNormal());
            for (int i = 0; i < destination.Length; i++)
                if (SideOf(i) == Side.Low) destination[i] = FromDouble(random.StandardExponential() + ToDouble(_low[i]));
            for (int i = 0; i < destination.Length; i++)
                if (SideOf(i) == Side.High) destination[i] = FromDouble(-random.StandardExponential() + ToDouble(_high[i]));
        }

        for (int i = 0; i < destination.Length; i++)
        {
            if (!_allBounded && SideOf(i) != Side.Both) continue;
            double low = ToDouble(_low[i]);
            double high = ToDouble(_high[i]);
            double range = (IsInteger ? high + 1 : high) - low;
            if (typeof(T) == typeof(double) && double.IsInfinity(range))
                throw new InvalidOperationException(FormattableString.Invariant($"Element {i} cannot be sampled between {_low[i]} and {_high[i]}: their distance overflows; make the bounds infinite or smaller."));
            double value = low + range * random.NextDouble();
            // The largest draws of whole numbers can round up to one above the highest.
            T sample = FromDouble(IsInteger ? Math.Min(Math.Floor(value), high) : value);
            // A double cannot tell the largest longs apart.
            destination[i] = typeof(T) == typeof(long) ? T.Clamp(sample, _low[i], _high[i]) : sample;
        }
    }

    /// <summary>Whether an array has the right length and every element lies within its bounds; NaN does not.</summary>
    public override bool Contains(T[] value) => value is not null && Contains(value.AsSpan());

    /// <summary>Whether there are the right number of elements and every one lies within its bounds; NaN does not.</summary>
    public bool Contains(ReadOnlySpan<T> value)
    {
        if (value.Length != _low.Length) return false;
        for (int i = 0; i < value.Length; i++)
            if (!(value[i] >= _low[i] && value[i] <= _high[i])) return false;
        return true;
    }

    /// <summary>The elements as they are, as floats (a double or a large integer loses digits).</summary>
    /// <param name="value">As many elements as the box has; they may lie outside its bounds.</param>
    /// <param name="destination">Where they go, as many.</param>
    /// <exception cref="ArgumentException">The value or the destination has another length.</exception>
    public override void Flatten(T[] value, Span<float> destination)
    {
        ArgumentNullException.ThrowIfNull(value);
        RequireFlatSize(value.Length, nameof(value));
        RequireFlatSize(destination.Length, nameof(destination));
        if (typeof(T) == typeof(float)) MemoryMarshal.Cast<T, float>(value).CopyTo(destination);
        else for (int i = 0; i < value.Length; i++) destination[i] = float.CreateTruncating(value[i]);
    }

    /// <inheritdoc/>
    /// <exception cref="OverflowException">A number does not fit the type of the elements.</exception>
    public override T[] Unflatten(ReadOnlySpan<float> flat)
    {
        RequireFlatSize(flat.Length, nameof(flat));
        T[] value = new T[flat.Length];
        for (int i = 0; i < flat.Length; i++) value[i] = T.CreateChecked(flat[i]);
        return value;
    }

    /// <inheritdoc/>
    public override Box<float> FlattenSpace()
    {
        float[] low = new float[_low.Length];
        float[] high = new float[_low.Length];
        Flatten(_low, low);
        Flatten(_high, high);
        return new Box<float>(low, high);
    }

    /// <inheritdoc/>
    public override void WriteJson(Utf8JsonWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.WriteStartObject();
        writer.WriteString("type", "Box");
        writer.WriteString("dtype", DType);
        SpaceJson.WriteIntegers(writer, "shape", Shape);
        SpaceJson.WriteBounds<T>(writer, "low", _low);
        SpaceJson.WriteBounds<T>(writer, "high", _high);
        writer.WriteEndObject();
    }

    /// <inheritdoc/>
    public override bool Equals(Space? other) =>
        (other as Box<T> ?? (other as StackedBox<T>)?.Box) is { } box && (ReferenceEquals(this, box)
            || (Shape.SequenceEqual(box.Shape) && Low.SequenceEqual(box.Low) && High.SequenceEqual(box.High)));

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        var hash = default(HashCode);
        hash.Add(DType);
        foreach (int side in Shape) hash.Add(side);
        hash.Add(_low[0]);
        hash.Add(_high[^1]);
        return hash.ToHashCode();
    }

    /// <inheritdoc/>
    public override string ToString() =>
        $"Box({NumPyText.Bounds<T>(_low, Shape)}, {NumPyText.Bounds<T>(_high, Shape)}, {NumPyText.Tuple(Shape)}, {DType})";

    private static T[] Filled(T value, int size)
    {
        T[] values = new T[size];
        Array.Fill(values, value);
        return values;
    }

    private static int SizeOf(ReadOnlySpan<int> shape)
    {
        long size = 1;
        foreach (int side in shape)
        {
            if (side < 1) throw new ArgumentOutOfRangeException(nameof(shape), side, "Every side of a Box has to be 1 or more; leave the shape empty for a single number.");
            size *= side;
            if (size > Array.MaxLength) throw new ArgumentOutOfRangeException(nameof(shape), side, $"A Box has at most {Array.MaxLength} elements.");
        }

        return (int)size;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static double ToDouble(T value) =>
        typeof(T) == typeof(float) ? Unsafe.BitCast<T, float>(value) : double.CreateTruncating(value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static T FromDouble(double value) =>
        typeof(T) == typeof(float) ? Unsafe.BitCast<float, T>((float)value)
        : typeof(T) == typeof(byte) ? Unsafe.BitCast<byte, T>((byte)value)
        : T.CreateTruncating(value);

    private Side SideOf(int i) =>
        T.IsFinite(_low[i]) ? T.IsFinite(_high[i]) ? Side.Both : Side.Low : T.IsFinite(_high[i]) ? Side.High : Side.None;
}
