using System.Text.Json;

namespace RlKit.Tests;

[TestFixture]
internal sealed class CategoricalProjectionTests
{
    [Test]
    [Category("Golden")]
    public void Projections_are_the_reference()
    {
        using JsonDocument golden = Golden.Read("rl/c51_projection");
        int compared = 0;
        foreach (JsonElement item in golden.RootElement.GetProperty("cases").EnumerateArray())
        {
            float[] next = [.. item.GetProperty("next_pmf").GetProperty("data").EnumerateArray().Select(Golden.Single)];
            float[] rewards = [.. item.GetProperty("rewards").EnumerateArray().Select(Golden.Single)];
            float discount = item.GetProperty("discount").Single();
            float[] discounts = [.. item.GetProperty("terminated").EnumerateArray().Select(flag => flag.GetInt32() != 0 ? 0 : discount)];
            float[] targets = new float[next.Length];
            float vMin = item.GetProperty("v_min").Single();
            float vMax = item.GetProperty("v_max").Single();
            int atoms = item.GetProperty("n_atoms").GetInt32();
            CategoricalProjection.Project(next, rewards, discounts, vMin, vMax, atoms, targets);

            // A place is off by its reward's and discount's rounding to single precision, in units of atoms.
            double tolerance = 1e-6 + 1.2e-7 * (rewards.Max(Math.Abs) + Math.Max(Math.Abs(vMin), Math.Abs(vMax))) * (atoms - 1) / (vMax - vMin);
            double[] expected = [.. item.GetProperty("target_pmf").GetProperty("data").EnumerateArray().Select(Golden.Double)];
            for (int i = 0; i < expected.Length; i++) Assert.That(targets[i], Is.EqualTo(expected[i]).Within(tolerance), $"{item.GetProperty("name")}, element {i}");
            compared += expected.Length;
        }

        Assert.That(compared, Is.GreaterThan(0));
    }

    [Test]
    public void Mass_is_kept_always_and_the_mean_where_nothing_is_clamped([Values(2, 3, 51, 101)] int atoms)
    {
        const float VMin = -10;
        const float VMax = 10;
        var random = new Pcg64((ulong)atoms);
        for (int round = 0; round < 200; round++)
        {
            float[] next = new float[atoms];
            for (int i = 0; i < atoms; i++) next[i] = (float)random.StandardExponential();
            float sum = next.Sum();
            for (int i = 0; i < atoms; i++) next[i] /= sum;

            // A discount of d leaves room for rewards of (1 - d) times the range.
            float discount = round % 5 == 0 ? 0 : random.NextSingle();
            float reward = (float)random.Uniform(-10, 10) * (1 - discount);
            float[] target = new float[atoms];
            CategoricalProjection.Project(next, [reward], [discount], VMin, VMax, atoms, target);
            Assert.That(target, Is.All.GreaterThanOrEqualTo(0));
            Assert.That(target.Sum(p => (double)p), Is.EqualTo(next.Sum(p => (double)p)).Within(1e-6));
            Assert.That(Mean(target), Is.EqualTo(reward + discount * Mean(next)).Within(2e-5));

            // Far outside: all of it on the edge.
            CategoricalProjection.Project(next, [1000], [discount], VMin, VMax, atoms, target);
            Assert.That(target[^1], Is.EqualTo(1).Within(1e-6));
            CategoricalProjection.Project(next, [-1000], [discount], VMin, VMax, atoms, target);
            Assert.That(target[0], Is.EqualTo(1).Within(1e-6));
        }

        double Mean(float[] probabilities) => probabilities.Select((p, i) => (double)p * (VMin + i * ((double)VMax - VMin) / (atoms - 1))).Sum();
    }

    [Test]
    public void A_place_that_is_an_atom_keeps_its_mass()
    {
        float[] next = [0.1f, 0.2f, 0.3f, 0.15f, 0.25f];
        float[] target = new float[5];
        CategoricalProjection.Project(next, [0], [1], -2, 2, 5, target);
        Assert.That(target, Is.EqualTo(next), "the identity");
        CategoricalProjection.Project(next, [1], [1], -2, 2, 5, target);
        Assert.That(target, Is.EqualTo(new[] { 0, 0.1f, 0.2f, 0.3f, 0.4f }).Within(1e-7f), "up by one atom, the top clamped");
        CategoricalProjection.Project(next, [-2], [0], -2, 2, 5, target);
        Assert.That(target, Is.EqualTo(new[] { 1f, 0, 0, 0, 0 }).Within(1e-6f), "terminated at the lowest atom");
        CategoricalProjection.Project(next, [2], [0], -2, 2, 5, target);
        Assert.That(target, Is.EqualTo(new[] { 0, 0, 0, 0, 1f }).Within(1e-6f), "terminated at the highest atom");
        CategoricalProjection.Project(next, [0.25f], [0], -2, 2, 5, target);
        Assert.That(target, Is.EqualTo(new[] { 0, 0, 0.75f, 0.25f, 0 }).Within(1e-6f), "terminated between two atoms");
    }

    [Test]
    public void A_projection_allocates_nothing()
    {
        float[] next = new float[32 * 51];
        float[] target = new float[32 * 51];
        float[] rewards = new float[32];
        CategoricalProjection.Project(next, rewards, rewards, -10, 10, 51, target);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 100; i++) CategoricalProjection.Project(next, rewards, rewards, -10, 10, 51, target);
        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.Zero);
    }

    [Test]
    public void Bad_input_is_refused()
    {
        float[] six = [0, 0, 0, 0, 0, 0];
        Assert.That(() => Project(atoms: 1), Throws.InstanceOf<ArgumentOutOfRangeException>().With.Message.Contains("1 atoms"));
        Assert.That(() => Project(vMin: float.NaN), Throws.InstanceOf<ArgumentOutOfRangeException>().With.Message.Contains("vMin is NaN"));
        Assert.That(() => Project(vMin: 1), Throws.InstanceOf<ArgumentOutOfRangeException>().With.Message.Contains("vMax is 1"));
        Assert.That(() => Project(rewards: [0, float.NaN]), Throws.ArgumentException.With.Message.Contains("reward of sample 1 is NaN"));
        Assert.That(() => Project(discounts: [float.PositiveInfinity, 0]), Throws.ArgumentException.With.Message.Contains("discount of sample 0 is Infinity"));
        Assert.That(() => Project(discounts: [0]), Throws.ArgumentException.With.Message.Contains("1 elements in discounts; 2"));
        Assert.That(() => Project(next: new float[5]), Throws.ArgumentException.With.Message.Contains("5 elements in nextProbabilities; 6"));
        Assert.That(() => Project(targets: new float[7]), Throws.ArgumentException.With.Message.Contains("7 elements in targets; 6"));
        Assert.That(() => Project(targets: six), Throws.ArgumentException.With.Message.Contains("overlap"));
        Project();

        void Project(int atoms = 3, float vMin = -1, float[]? rewards = null, float[]? discounts = null, float[]? next = null, float[]? targets = null) =>
            CategoricalProjection.Project(next ?? six, rewards ?? [0, 0], discounts ?? [0, 0], vMin, 1, atoms, targets ?? new float[6]);
    }
}
