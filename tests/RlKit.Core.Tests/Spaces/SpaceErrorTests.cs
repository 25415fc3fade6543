using System.Text.Json;

namespace RlKit.Tests;

/// <summary>What is wrong is named with its value, and what to do about it.</summary>
[TestFixture]
public class SpaceErrorTests
{
    [Test]
    public void Discrete()
    {
        Assert.That(() => new Discrete(0), Throws.TypeOf<ArgumentOutOfRangeException>().With.Message.Contains("n of 1 or more").And.Message.Contains("0"));
        Assert.That(() => new Discrete(-3), Throws.TypeOf<ArgumentOutOfRangeException>().With.Message.Contains("-3"));
        Assert.That(() => new Discrete(2, int.MaxValue), Throws.TypeOf<ArgumentOutOfRangeException>().With.Message.Contains("does not fit an int"));
        Assert.That(() => new Discrete(2).Sample([true]), Throws.ArgumentException.With.Message.Contains("mask has 1 elements").And.Message.Contains("needs 2"));
        Assert.That(() => new Discrete(2).Sample([0.5]), Throws.ArgumentException.With.Message.Contains("probability has 1"));
        Assert.That(() => new Discrete(2).Sample([0.5, 0.6]), Throws.ArgumentException.With.Message.Contains("1.1"));
        Assert.That(() => new Discrete(2).Flatten(2), Throws.TypeOf<ArgumentOutOfRangeException>().With.Message.Contains("0..1"));
        Assert.That(() => new Discrete(2).Flatten(1, new float[3]), Throws.ArgumentException.With.Message.Contains("destination has 3"));
        Assert.That(() => new Discrete(2).Unflatten([0, 0]), Throws.ArgumentException.With.Message.Contains("All 2 numbers are 0"));
        Assert.That(() => new Discrete(2).Seed(-1), Throws.TypeOf<ArgumentOutOfRangeException>().With.Message.Contains("0 or more"));
        Assert.That(() => new Discrete(2).Flatten((object)"x"), Throws.ArgumentException.With.Message.Contains("Int32").And.Message.Contains("String"));
    }

    [Test]
    public void Boxes()
    {
        Assert.That(() => new Box<float>(1, 0, [2]), Throws.ArgumentException.With.Message.Contains("low[0] is 1, above high[0], 0"));
        Assert.That(() => new Box<float>([0, 5], [1, 4]), Throws.ArgumentException.With.Message.Contains("low[1] is 5"));
        Assert.That(() => new Box<float>(float.NaN, 0, [2]), Throws.ArgumentException.With.Message.Contains("low[0] is NaN"));
        Assert.That(() => new Box<double>(0, double.NaN, [2]), Throws.ArgumentException.With.Message.Contains("high[0] is NaN"));
        Assert.That(() => new Box<float>(float.PositiveInfinity, float.PositiveInfinity, [2]), Throws.ArgumentException.With.Message.Contains("minus infinity for none"));
        Assert.That(() => new Box<float>(0, float.NegativeInfinity, [2]), Throws.ArgumentException.With.Message.Contains("infinity for none"));
        Assert.That(() => new Box<float>(0, 1, [2, 0]), Throws.TypeOf<ArgumentOutOfRangeException>().With.Message.Contains("1 or more"));
        Assert.That(() => new Box<float>(0, 1, [-1]), Throws.TypeOf<ArgumentOutOfRangeException>().With.Message.Contains("-1"));
        Assert.That(() => new Box<float>([], []), Throws.TypeOf<ArgumentOutOfRangeException>());
        Assert.That(() => new Box<float>([0, 0], [1]), Throws.ArgumentException.With.Message.Contains("1 upper bounds"));
        Assert.That(() => new Box<float>([0, 0], [1, 1], [3]), Throws.ArgumentException.With.Message.Contains("2 lower bounds"));
        Assert.That(() => new Box<byte>(0, 1, [1 << 20, 1 << 20]), Throws.TypeOf<ArgumentOutOfRangeException>());
        Assert.That(() => new Box<decimal>(0, 1, [2]), Throws.TypeOf<NotSupportedException>().With.Message.Contains("Decimal").And.Message.Contains("float"));
        Assert.That(() => new Box<float>(0, 1, [2]).Sample(new float[3]), Throws.ArgumentException.With.Message.Contains("destination has 3"));
        Assert.That(() => new Box<double>(double.MinValue, double.MaxValue, [1]).Sample(), Throws.InvalidOperationException.With.Message.Contains("infinite or smaller"));
        Assert.That(() => new Box<float>(0, 1, [2]).Flatten(new float[1]), Throws.ArgumentException.With.Message.Contains("value has 1"));
        Assert.That(() => new Box<byte>(0, 1, [1]).Unflatten([300]), Throws.TypeOf<OverflowException>());
    }

    [Test]
    public void MultiDiscretes()
    {
        Assert.That(() => new MultiDiscrete([]), Throws.ArgumentException.With.Message.Contains("no elements"));
        Assert.That(() => new MultiDiscrete([2, 0]), Throws.TypeOf<ArgumentOutOfRangeException>().With.Message.Contains("nvec[1]"));
        Assert.That(() => new MultiDiscrete([2, 2], start: [1]), Throws.ArgumentException.With.Message.Contains("1 smallest values for 2"));
        Assert.That(() => new MultiDiscrete([2, 2], shape: [3]), Throws.ArgumentException.With.Message.Contains("(3,)"));
        Assert.That(() => new MultiDiscrete([2], start: [int.MaxValue]), Throws.TypeOf<ArgumentOutOfRangeException>().With.Message.Contains("does not fit"));
        Assert.That(() => new MultiDiscrete([2, 2]).Sample([true, true]), Throws.ArgumentException.With.Message.Contains("mask has 2"));
        Assert.That(() => new MultiDiscrete([2, 2]).Sample([0.5, 0.5]), Throws.ArgumentException.With.Message.Contains("probability has 2"));
        Assert.That(() => new MultiDiscrete([2, 2]).Sample([0.5, 0.5, 0.5, 0.4]), Throws.ArgumentException.With.Message.Contains("0.9"));
        Assert.That(() => new MultiDiscrete([2, 2]).Sample(new int[3]), Throws.ArgumentException.With.Message.Contains("destination has 3"));
        Assert.That(() => new MultiDiscrete([2, 2]).Flatten([0, 2]), Throws.TypeOf<ArgumentOutOfRangeException>().With.Message.Contains("Element 1"));
        Assert.That(() => new MultiDiscrete([2, 2]).Unflatten([1, 0, 0, 0]), Throws.ArgumentException.With.Message.Contains("element 1"));
    }

    [Test]
    public void MultiBinaries()
    {
        Assert.That(() => new MultiBinary(0), Throws.TypeOf<ArgumentOutOfRangeException>().With.Message.Contains("n of 1 or more"));
        Assert.That(() => new MultiBinary([]), Throws.ArgumentException.With.Message.Contains("shape is empty"));
        Assert.That(() => new MultiBinary([2, 0]), Throws.TypeOf<ArgumentOutOfRangeException>().With.Message.Contains("1 or more"));
        Assert.That(() => new MultiBinary(2).Sample(new bool?[] { true }), Throws.ArgumentException.With.Message.Contains("mask has 1"));
        Assert.That(() => new MultiBinary(2).Sample([0.5, 1.5]), Throws.ArgumentException.With.Message.Contains("probability[1] is 1.5"));
        Assert.That(() => new MultiBinary(2).Flatten([0, 3]), Throws.TypeOf<ArgumentOutOfRangeException>().With.Message.Contains("Element 1"));
        Assert.That(() => new MultiBinary(2).Unflatten([0, 0.5f]), Throws.ArgumentException.With.Message.Contains("Number 1 is 0.5"));
    }

    [Test]
    public void Texts()
    {
        Assert.That(() => new TextSpace(0), Throws.TypeOf<ArgumentOutOfRangeException>().With.Message.Contains("greatest length"));
        Assert.That(() => new TextSpace(2, 3), Throws.TypeOf<ArgumentOutOfRangeException>().With.Message.Contains("least length"));
        Assert.That(() => new TextSpace(2, -1), Throws.TypeOf<ArgumentOutOfRangeException>());
        Assert.That(() => new TextSpace(2, 1, ""), Throws.ArgumentException);
        Assert.That(() => new TextSpace(2, 1, "aba"), Throws.ArgumentException.With.Message.Contains("'a' comes twice"));
        Assert.That(() => new TextSpace(2, 1, "ab").Sample([false, false]), Throws.ArgumentException.With.Message.Contains("allow one"));
        Assert.That(new TextSpace(2, 0, "ab").Sample([false, false]), Is.Empty);
        Assert.That(new TextSpace(2, 0, "ab").Sample([false, true], length: 2), Is.EqualTo("bb"));
        Assert.That(() => new TextSpace(2, 1, "ab").Sample([true, true], length: 3), Throws.TypeOf<ArgumentOutOfRangeException>().With.Message.Contains("1 to 2"));
        Assert.That(() => new TextSpace(2, 1, "ab").Sample([1.0]), Throws.ArgumentException.With.Message.Contains("probability has 1"));
        Assert.That(() => new TextSpace(2, 1, "ab").Flatten("abc"), Throws.ArgumentException.With.Message.Contains("'abc'"));
        Assert.That(() => new TextSpace(2, 1, "ab").Unflatten([0, 7]), Throws.ArgumentException.With.Message.Contains("7"));
    }

    [Test]
    public void Composites()
    {
        Assert.That(() => new TupleSpace(), Throws.ArgumentException.With.Message.Contains("at least one"));
        Assert.That(() => new TupleSpace(new Discrete(2), null!), Throws.ArgumentNullException);
        Assert.That(() => new TupleSpace(new Discrete(2)).Seed([1UL, 2UL]), Throws.ArgumentException.With.Message.Contains("seeds has 2 parts"));
        Assert.That(() => new TupleSpace(new Discrete(2)).Flatten([1, 1]), Throws.ArgumentException.With.Message.Contains("value has 2 parts"));
        Assert.That(() => new DictSpace(("a", new Discrete(2)), ("a", new Discrete(2))), Throws.ArgumentException.With.Message.Contains("'a'"));
        Assert.That(() => new DictSpace((null!, new Discrete(2))), Throws.ArgumentException.With.Message.Contains("part 0"));
        Assert.That(() => new DictSpace(("a", new Discrete(2))).Flatten(new Dictionary<string, object>()), Throws.ArgumentException.With.Message.Contains("lacks the part 'a'"));
        Assert.That(() => new DictSpace(("a", new Discrete(2))).Flatten(new Dictionary<string, object> { ["a"] = 0, ["b"] = 0 }), Throws.ArgumentException.With.Message.Contains("has 2 parts"));
        Assert.That(() => new DictSpace(("a", new Discrete(2))).Seed(new Dictionary<string, ulong>()), Throws.ArgumentException.With.Message.Contains("seeds lacks"));
    }

    [TestCase("""{"type":"Graph"}""", "Graph")]
    [TestCase("""{"n":3}""", "'type'")]
    [TestCase("""{"type":"Discrete","n":3}""", "'start'")]
    [TestCase("""{"type":"Box","dtype":"float16","shape":[1],"low":0,"high":1}""", "float16")]
    [TestCase("""{"type":"Box","dtype":"float32","shape":[1],"low":"lots","high":1}""", "lots")]
    [TestCase("""{"type":"Dict","keys":["a"],"spaces":[]}""", "1 keys and 0 spaces")]
    [TestCase("""{"type":"Discrete","n":"x","start":0}""", "wrong kind")]
    [TestCase("3", "'type'")]
    public void Descriptions(string json, string named)
    {
        using JsonDocument document = JsonDocument.Parse(json);
        Assert.That(() => Space.ReadJson(document.RootElement), Throws.TypeOf<FormatException>().With.Message.Contains(named));
    }
}
