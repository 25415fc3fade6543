using RlKit.Tensors;

namespace RlKit.Tests;

public class GeneratorTests
{
    [Test]
    public void Words_are_Philox4x32_10s()
    {
        // The known answer of Random123 for counter 0 and key 0.
        var generator = new Generator(0);
        Assert.That(Enumerable.Range(0, 4).Select(_ => generator.NextUInt32()), Is.EqualTo(new uint[] { 0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8 }));
    }

    [Test]
    public void A_restored_state_continues_the_stream([Range(0, 9)] int drawn)
    {
        var generator = new Generator(17);
        for (int i = 0; i < drawn; i++) generator.NextUInt32();
        GeneratorState state = generator.State;
        uint[] expected = [.. Enumerable.Range(0, 9).Select(_ => generator.NextUInt32())];
        var other = new Generator(1) { State = state };
        Assert.That(Enumerable.Range(0, 9).Select(_ => other.NextUInt32()), Is.EqualTo(expected));
        Assert.That(other.State, Is.EqualTo(generator.State));
    }

    [Test]
    public void A_state_from_elsewhere_is_refused() =>
        Assert.That(() => new Generator(1).State = new GeneratorState(1, 0, 2), Throws.ArgumentException);

    [Test]
    public void Uniform_and_normal_draws_have_their_moments()
    {
        var generator = new Generator(3);
        float[] values = new float[100_001];
        generator.FillUniform(values, -1, 3);
        Assert.That(values, Is.All.InRange(-1f, 3f));
        Assert.That(values.Average(), Is.EqualTo(1).Within(0.02));
        generator.FillNormal(values, 2, 0.5f);
        Assert.That(values.Average(), Is.EqualTo(2).Within(0.01));
        Assert.That(values.Average(v => (v - 2) * (v - 2)), Is.EqualTo(0.25).Within(0.01));
        Assert.That(values.Count(v => Math.Abs(v - 2) > 1) / 100_001.0, Is.EqualTo(0.0455).Within(0.004));
    }

    [Test]
    public void Whole_numbers_are_equally_likely()
    {
        var generator = new Generator(4);
        int[] counts = new int[7];
        for (int i = 0; i < 70_000; i++) counts[generator.NextInt32(7)]++;
        Assert.That(counts, Is.All.InRange(9600, 10400));
        Assert.That(() => generator.NextInt32(0), Throws.TypeOf<ArgumentOutOfRangeException>());
    }

    [Test]
    public void A_shuffle_keeps_all_elements()
    {
        int[] values = [.. Enumerable.Range(0, 100)];
        new Generator(5).Shuffle(values);
        Assert.That(values, Is.Not.Ordered);
        Assert.That(values, Is.EquivalentTo(Enumerable.Range(0, 100)));
    }
}
