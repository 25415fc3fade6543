using System.Text;
using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;

namespace RlKit.Tests;

[TestFixture]
public class SpaceTests
{
    private static readonly Gen<Space> Basic = Gen.OneOf(
        from n in Gen.Choose(1, 20) from start in Gen.Choose(-10, 10) select (Space)new Discrete(n, start),
        from shape in Shapes() from sides in Gen.Choose(0, 3).ArrayOf(Size(shape)) select (Space)FloatBox(shape, sides),
        from shape in Shapes() from low in Gen.Choose(0, 100) from high in Gen.Choose(100, 255) select (Space)new Box<byte>((byte)low, (byte)high, shape),
        from shape in Shapes() from low in Gen.Choose(-1000, 0) from high in Gen.Choose(0, 1000) select (Space)new Box<int>(low, high, shape),
        from shape in Shapes() from counts in Gen.Choose(1, 9).ArrayOf(Size(shape)) from start in Gen.Choose(-9, 9).ArrayOf(Size(shape)) select (Space)new MultiDiscrete(counts, start, shape),
        from shape in Shapes().Where(shape => shape.Length > 0) select (Space)new MultiBinary(shape),
        from min in Gen.Choose(0, 5) from more in Gen.Choose(1, 5) select (Space)new TextSpace(min + more, min));

    private static readonly Gen<Space> Any = Gen.OneOf(
        Basic,
        from parts in Basic.NonEmptyListOf() select (Space)new TupleSpace([.. parts]),
        from parts in Basic.NonEmptyListOf() from inner in Basic select (Space)new DictSpace([.. parts.Select((space, i) => ($"part {i}", space)), ("inner", new TupleSpace(inner))]));

    [Test]
    public void Samples_are_contained_and_survive_flattening() => Properties.Check(Prop.ForAll(Any.ToArbitrary(), space =>
    {
        space.Seed(1);
        for (int i = 0; i < 10; i++)
        {
            object sample = space.Sample();
            Assert.That(space.Contains(sample));
            float[] flat = space.Flatten(sample);
            Assert.That(flat, Has.Length.EqualTo(space.FlatSize));
            Assert.That(space.FlattenSpace().Contains(flat));
            Assert.That(space.Unflatten(flat), Is.EqualTo(sample));
        }
    }));

    [Test]
    public void A_description_reads_back_as_an_equal_space() => Properties.Check(Prop.ForAll(Any.ToArbitrary(), space =>
    {
        Space read = ReadBack(space);
        Assert.That(read, Is.EqualTo(space));
        Assert.That(read == space);
        Assert.That(read.GetHashCode(), Is.EqualTo(space.GetHashCode()));
        Assert.That(read.ToString(), Is.EqualTo(space.ToString()));
        Assert.That(read, Is.Not.EqualTo(new Discrete(9999)));
    }));

    [Test]
    public void A_restored_state_reproduces_the_samples() => Properties.Check(Prop.ForAll(Any.ToArbitrary(), space =>
    {
        space.Seed(3);
        space.Sample();
        using var stream = new MemoryStream();
        using (var writer = new BinaryWriter(stream, Encoding.UTF8, leaveOpen: true)) space.SaveState(writer);
        stream.Position = 0;
        Space other = ReadBack(space);
        using (var reader = new BinaryReader(stream)) other.LoadState(reader);
        for (int i = 0; i < 5; i++) Assert.That(other.Sample(), Is.EqualTo(space.Sample()));
    }));

    [Test]
    public void Spaces_that_differ_are_not_equal()
    {
        Space[] spaces =
        [
            new Discrete(3), new Discrete(4), new Discrete(3, start: 1),
            new Box<float>(0, 1, [3]), new Box<float>(0, 2, [3]), new Box<float>(-1, 1, [3]), new Box<float>(0, 1, [4]), new Box<float>(0, 1, [3, 1]), new Box<double>(0, 1, [3]), new Box<byte>(0, 1, [3]),
            new MultiDiscrete([3, 3]), new MultiDiscrete([3, 4]), new MultiDiscrete([3, 3], start: [0, 1]), new MultiDiscrete([3, 3], shape: [2, 1]),
            new MultiBinary(4), new MultiBinary(5), new MultiBinary([2, 2]),
            new TextSpace(4), new TextSpace(5), new TextSpace(4, 2), new TextSpace(4, 1, "ab"), new TextSpace(4, 1, "ba"),
            new TupleSpace(new Discrete(3)), new TupleSpace(new Discrete(4)), new TupleSpace(new Discrete(3), new Discrete(3)),
            new DictSpace(("a", new Discrete(3))), new DictSpace(("b", new Discrete(3))), new DictSpace(("a", new Discrete(4))),
            new DictSpace(("a", new Discrete(3)), ("b", new Discrete(3))), new DictSpace(("b", new Discrete(3)), ("a", new Discrete(3))),
        ];
        foreach (Space one in spaces)
            foreach (Space other in spaces)
                Assert.That(one == other, Is.EqualTo(ReferenceEquals(one, other)), $"{one} and {other}");
        Assert.That(new Discrete(3).Equals(null), Is.False);
        Assert.That(new Discrete(3) != null);
    }

    [Test]
    public void A_stack_equals_its_box_in_every_respect()
    {
        var stack = new StackedBox<float>(new Box<float>([0, -1], [1, float.PositiveInfinity]), 3);
        foreach (Space same in new Space[] { stack.Box, new StackedBox<float>(new Box<float>([0, -1], [1, float.PositiveInfinity]), 3), ReadBack(stack) })
        {
            Assert.That(stack == same && same == stack);
            Assert.That(same.GetHashCode(), Is.EqualTo(stack.GetHashCode()));
            Assert.That(same.ToString(), Is.EqualTo(stack.ToString()));
        }

        foreach (Space other in new Space[] { stack.Frame, new StackedBox<float>(stack.Frame, 2), new StackedBox<float>(new Box<float>([0, 0], [1, float.PositiveInfinity]), 3), new StackedBox<byte>(new Box<byte>(0, 1, [2]), 3) })
            Assert.That(stack != other && other != stack);
    }

    [Test]
    public void The_generator_does_not_count_in_comparisons()
    {
        var one = new Discrete(3);
        var other = new Discrete(3);
        one.Seed(1);
        other.Seed(2);
        Assert.That(one, Is.EqualTo(other));
    }

    [Test]
    public void A_space_may_share_a_generator()
    {
        var random = new Pcg64(5);
        var one = new Discrete(1000) { Random = random };
        var other = new Discrete(1000) { Random = random };
        Pcg64 expected = random.Clone();
        Assert.That(new[] { one.Sample(), other.Sample() }, Is.EqualTo(new[] { expected.Integers(1000), expected.Integers(1000) }));
        Assert.That(() => one.Random = null!, Throws.ArgumentNullException);
    }

    [Test]
    public void Typed_tuples_equal_untyped_ones_in_every_respect()
    {
        var typed = new TupleSpace<int, float[], int>(new Discrete(32), new Box<float>(-1, 1, [2]), new Discrete(2));
        var untyped = new TupleSpace(new Discrete(32), new Box<float>(-1, 1, [2]), new Discrete(2));
        Assert.That(typed, Is.EqualTo(untyped));
        Assert.That(untyped, Is.EqualTo(typed));
        Assert.That(typed.GetHashCode(), Is.EqualTo(untyped.GetHashCode()));
        Assert.That(typed.ToString(), Is.EqualTo(untyped.ToString()));
        Assert.That(ReadBack(typed), Is.EqualTo(typed));
        Assert.That(typed.Seed(7), Is.EqualTo(untyped.Seed(7)));

        (int, float[], int) sample = typed.Sample();
        Assert.That(untyped.Sample(), Is.EqualTo(new object[] { sample.Item1, sample.Item2, sample.Item3 }));
        Assert.That(untyped.Contains((object)sample), "an untyped tuple takes a value tuple");
        Assert.That(untyped.Flatten((object)sample), Is.EqualTo(typed.Flatten(sample)));
        Assert.That(typed.Unflatten(typed.Flatten(sample)), Is.EqualTo(sample));
        Assert.That(typed.Contains((1, [0f, 0f], 2)), Is.False);
        Assert.That(typed.Sample(null, null, new[] { false, true }).Item3, Is.EqualTo(1));

        var pair = new TupleSpace<int, string>(new Discrete(2), new TextSpace(3));
        (int, string) value = pair.Sample();
        Assert.That(pair.Contains(value));
        Assert.That(pair.Unflatten(pair.Flatten(value)), Is.EqualTo(value));
        Assert.That(pair.Sample(new[] { 0.0, 1.0 }, null).Item1, Is.EqualTo(1));
        Assert.That(new TupleSpace(new Discrete(2), new TextSpace(3)), Is.EqualTo(pair));
    }

    [Test]
    public void A_dictionary_given_as_such_is_sorted_and_pairs_keep_their_order()
    {
        var parts = new Dictionary<string, Space> { ["z"] = new Discrete(2), ["a"] = new Discrete(3) };
        Assert.That(new DictSpace(parts).Keys, Is.EqualTo(new[] { "a", "z" }));
        var ordered = new DictSpace(("z", new Discrete(2)), ("a", new Discrete(3)));
        Assert.That(ordered.Keys, Is.EqualTo(new[] { "z", "a" }));
        Assert.That(ordered["a"], Is.EqualTo(new Discrete(3)));
        Assert.That(() => ordered["b"], Throws.TypeOf<KeyNotFoundException>().With.Message.Contains("'z', 'a'"));
        Assert.That(ordered.Seed(new Dictionary<string, ulong> { ["a"] = 1, ["z"] = 2 }), Is.EqualTo(new ulong[] { 2, 1 }));
    }

    [Test]
    public void Masks_of_composite_spaces_reach_their_parts()
    {
        var tuple = new TupleSpace(new Discrete(3), new MultiBinary(2), new MultiDiscrete([2, 2]));
        object[] sample = tuple.Sample([new[] { false, false, true }, new bool?[] { true, false }, null]);
        Assert.That(sample[0], Is.EqualTo(2));
        Assert.That(sample[1], Is.EqualTo(new byte[] { 1, 0 }));

        var dict = new DictSpace(("inner", tuple), ("text", new TextSpace(3)));
        Dictionary<string, object> value = dict.Sample(new Dictionary<string, object?> { ["inner"] = new object?[] { new[] { 0.0, 1, 0 }, null, new[] { true, false, false, true } }, ["text"] = null });
        Assert.That(((object[])value["inner"])[0], Is.EqualTo(1));
        Assert.That(((object[])value["inner"])[2], Is.EqualTo(new[] { 0, 1 }));

        Assert.That(() => tuple.Sample([null]), Throws.ArgumentException.With.Message.Contains("1 parts"));
        Assert.That(() => tuple.Sample([new int[3], null, null]), Throws.ArgumentException.With.Message.Contains("bool[]").And.Message.Contains("Int32[]"));
        Assert.That(() => new TupleSpace(new Box<float>(0, 1, [1])).Sample([new[] { true }]), Throws.ArgumentException.With.Message.Contains("cannot be sampled with a mask"));
        Assert.That(() => dict.Sample(new Dictionary<string, object?> { ["text"] = null }), Throws.ArgumentException.With.Message.Contains("'inner'"));
    }

    [Test]
    public void What_is_not_in_a_space_is_not_contained()
    {
        Assert.That(new Discrete(3, start: int.MaxValue - 2).Contains(int.MinValue), Is.False);
        Assert.That(new Discrete(3).Contains((object)1.0), Is.False);
        Assert.That(new Discrete(3).Contains(null), Is.False);
        Assert.That(new Box<float>(0, 1, [2]).Contains([0f, float.NaN]), Is.False);
        Assert.That(new Box<float>(float.NegativeInfinity, float.PositiveInfinity, [1]).Contains([float.NaN]), Is.False);
        Assert.That(new Box<float>(0, 1, [2]).Contains([0f]), Is.False);
        Assert.That(new Box<float>(0, 1, [2]).Contains((float[])null!), Is.False);
        Assert.That(new MultiDiscrete([2, 2]).Contains([0, 2]), Is.False);
        Assert.That(new MultiBinary(2).Contains([0, 2]), Is.False);
        Assert.That(new TextSpace(3).Contains(""), Is.False);
        Assert.That(new TextSpace(3).Contains("a-b"), Is.False);
        Assert.That(new TupleSpace(new Discrete(2)).Contains([2]), Is.False);
        Assert.That(new TupleSpace(new Discrete(2)).Contains([0, 0]), Is.False);
        Assert.That(new DictSpace(("a", new Discrete(2))).Contains(new Dictionary<string, object> { ["b"] = 0 }), Is.False);
        Assert.That(new DictSpace(("a", new Discrete(2))).Contains(new Dictionary<string, object> { ["a"] = 0, ["b"] = 0 }), Is.False);
    }

    [Test]
    public void Samples_of_the_widest_integer_boxes_are_contained()
    {
        Space[] boxes =
        [
            new Box<long>(long.MinValue, long.MaxValue, [1]), new Box<long>(long.MaxValue - 5, long.MaxValue - 1, [1]), new Box<long>((1L << 60) + 1, (1L << 60) + 3, [1]),
            new Box<int>(int.MinValue, int.MaxValue, [1]), new Box<int>(int.MaxValue, int.MaxValue, [1]), new Box<byte>(255, 255, [1]), new Box<float>(float.MinValue, float.MaxValue, [1]),
        ];
        foreach (Space box in boxes)
            for (int i = 0; i < 1000; i++) Assert.That(box.Contains(box.Sample()), $"{box}");
    }

    [Test]
    public void Box_notation_is_Gymnasiums() => Assert.That(
        new Box<float>([-4.8f, float.NegativeInfinity, -0.41887903f, float.NegativeInfinity], [4.8f, float.PositiveInfinity, 0.41887903f, float.PositiveInfinity]).ToString(),
        Is.EqualTo("Box([-4.8               -inf -0.41887903        -inf], [4.8               inf 0.41887903        inf], (4,), float32)"));

    [Test]
    public void Legal_ranges_are_told_in_words()
    {
        Assert.That(new Discrete(3, 1).LegalRange, Is.EqualTo("a whole number from 1 to 3"));
        Assert.That(new Box<float>(-1, 1, [2]).LegalRange, Is.EqualTo("2 numbers, each from -1.0 to 1.0"));
        Assert.That(new Box<float>(-2, 2, [1]).LegalRange, Is.EqualTo("1 number from -2.0 to 2.0"));
        Assert.That(new Box<float>([-1, 0], [1, 1]).LegalRange, Is.EqualTo("2 numbers, from [-1.  0.] to 1.0"));
        Assert.That(new MultiDiscrete([5, 2]).LegalRange, Is.EqualTo("2 whole numbers, from [0 0] to [4 1]"));
        Assert.That(new MultiBinary(4).LegalRange, Is.EqualTo("4 zeros and ones"));
        Assert.That(new TextSpace(4, 1, "ab").LegalRange, Is.EqualTo("a text of 1 to 4 of the characters ab"));
    }

    [Test]
    public void Sampling_into_a_span_allocates_nothing()
    {
        var discrete = new Discrete(6);
        var box = new Box<float>([-1, float.NegativeInfinity, 0, float.NegativeInfinity], [1, float.PositiveInfinity, float.PositiveInfinity, 0]);
        var image = new Box<byte>(0, 255, [84, 84]);
        var multi = new MultiDiscrete([5, 2, 2]);
        var binary = new MultiBinary(7);
        float[] values = new float[4];
        byte[] pixels = new byte[84 * 84];
        int[] integers = new int[3];
        byte[] bits = new byte[7];
        float[] flat = new float[9];
        bool[] mask = [true, false, true, true, false, true];
        double[] probability = [0.5, 0, 0, 0, 0, 0.5];
        bool contained = true;
        Allocation.AssertNone(
            () =>
            {
                contained &= discrete.Contains(discrete.Sample());
                contained &= discrete.Contains(discrete.Sample(mask));
                contained &= discrete.Contains(discrete.Sample(probability));
                discrete.Flatten(2, flat.AsSpan(0, 6));
                box.Sample(values);
                contained &= box.Contains(values.AsSpan());
                image.Sample(pixels.AsSpan());
                multi.Sample(integers.AsSpan());
                contained &= multi.Contains(integers.AsSpan());
                multi.Flatten(integers, flat);
                binary.Sample(bits.AsSpan());
                contained &= binary.Contains(bits.AsSpan());
            },
            repetitions: 100);
        Assert.That(contained);
    }

    private static Space ReadBack(Space space)
    {
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream)) space.WriteJson(writer);
        using JsonDocument document = JsonDocument.Parse(stream.ToArray());
        return Space.ReadJson(document.RootElement);
    }

    private static Gen<int[]> Shapes() => Gen.Choose(0, 3).SelectMany(length => Gen.Choose(1, 4).ArrayOf(length));

    private static int Size(int[] shape) => shape.Aggregate(1, (size, side) => size * side);

    private static Box<float> FloatBox(int[] shape, int[] sides) => new(
        [.. sides.Select((side, i) => (side & 1) == 0 ? -1f - i : float.NegativeInfinity)],
        [.. sides.Select((side, i) => (side & 2) == 0 ? 0.5f * i : float.PositiveInfinity)],
        shape);
}
