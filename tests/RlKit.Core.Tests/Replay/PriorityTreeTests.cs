using FsCheck;
using FsCheck.Fluent;
using RlKit.Replay;

namespace RlKit.Tests.Replay;

[TestFixture]
internal sealed class PriorityTreeTests
{
    [Test]
    public void Sum_minimum_and_leaves_hold_after_any_sequence_of_changes()
    {
        Property property = Prop.ForAll(
            ArbMap.Default.ArbFor<PositiveInt>(),
            ArbMap.Default.ArbFor<(byte Kind, ushort First, ushort Second, PositiveInt Priority)[]>(),
            (size, operations) =>
            {
                int leaves = size.Get % 40 + 1;
                var tree = new PriorityTree(leaves);
                float[] model = new float[leaves];
                foreach ((byte kind, ushort first, ushort second, PositiveInt priority) in operations)
                {
                    int start = first % leaves;
                    float value = priority.Get / 7f;
                    switch (kind % 8)
                    {
                        case 0:
                            tree.Clear();
                            Array.Clear(model);
                            break;
                        case 1 or 2:
                            int count = second % (leaves - start + 1);
                            tree.Fill(start, count, value);
                            Array.Fill(model, value, start, count);
                            break;
                        case 3:
                            float[] range = [.. Enumerable.Range(0, second % (leaves - start + 1)).Select(i => value + i)];
                            tree.Set(start, range);
                            range.CopyTo(model, start);
                            break;
                        default:
                            int[] indices = [start, second % leaves, (first + second) % leaves];
                            tree.Set(indices, [value, 2 * value, 3 * value]);
                            for (int i = 0; i < 3; i++) model[indices[i]] = (i + 1) * value;
                            break;
                    }

                    Check(tree, model);
                }
            });
        FsCheck.Check.One(Config.QuickThrowOnFailure.WithMaxTest(300).WithReplay(20251120UL, 1UL), property);
    }

    [Test]
    public void Find_gives_each_leaf_its_share([Values(1, 2, 3, 7, 8, 100)] int leaves)
    {
        var tree = new PriorityTree(leaves);
        float[] priorities = [.. Enumerable.Range(0, leaves).Select(i => i % 3 == 1 && leaves > 3 ? 0 : i + 1f)];
        for (int i = 0; i < leaves; i++)
        {
            if (priorities[i] > 0) tree.Set([i], [priorities[i]]);
        }

        double before = 0;
        for (int i = 0; i < leaves; i++)
        {
            if (priorities[i] == 0) continue;
            Assert.That(Find(tree, before), Is.EqualTo(i), "the left edge");
            Assert.That(Find(tree, Math.BitDecrement(before + priorities[i])), Is.EqualTo(i), "the right edge");
            before += priorities[i];
        }
    }

    [Test]
    public void A_mass_at_or_beyond_the_sum_finds_the_last_leaf_that_is_not_empty()
    {
        // Masses of 0.1 do not add up to what their count says, and the leaves at the right are empty.
        var tree = new PriorityTree(1000);
        tree.Fill(0, 700, 0.1f);
        foreach (double mass in new[] { tree.Sum, Math.BitIncrement(tree.Sum), Math.BitDecrement(tree.Sum), tree.Sum * 1.001 })
            Assert.That(Find(tree, mass), Is.EqualTo(699));
        Assert.That(Find(tree, 0), Is.Zero);

        var one = new PriorityTree(5);
        one.Set([2], [float.Epsilon]);
        foreach (double mass in new[] { 0, one.Sum, 1.0 }) Assert.That(Find(one, mass), Is.EqualTo(2));
    }

    [Test]
    public void No_draw_ever_finds_an_empty_leaf()
    {
        var random = new Pcg64(11);
        double[] masses = new double[64];
        int[] found = new int[64];
        for (int round = 0; round < 300; round++)
        {
            int leaves = random.Integers(1, 300);
            var tree = new PriorityTree(leaves);
            int filled = random.Integers(1, leaves + 1);
            for (int i = 0; i < filled; i++) tree.Set([random.Integers(0, leaves)], [(float)Math.Pow(10, random.Uniform(-30, 30))]);
            for (int i = 0; i < masses.Length; i++) masses[i] = i % 4 == 0 ? tree.Sum : random.NextDouble() * tree.Sum;
            tree.Find(masses, found);
            foreach (int leaf in found) Assert.That(tree[leaf], Is.GreaterThan(0));
        }
    }

    [Test]
    public void Bad_input_is_refused_and_changes_nothing()
    {
        Assert.That(() => new PriorityTree(0), Throws.InstanceOf<ArgumentOutOfRangeException>().With.Message.Contains("0 leaves"));
        var tree = new PriorityTree(3);
        Assert.That(() => tree.Find([0.0], [0]), Throws.InvalidOperationException);
        tree.Fill(0, 3, 2);
        foreach (float bad in new[] { float.NaN, 0, -1, float.PositiveInfinity })
        {
            Assert.That(() => tree.Set([0, 1], [1, bad]), Throws.ArgumentException.With.Message.Contains("above zero"));
            Assert.That(() => tree.Set(0, [1, bad]), Throws.ArgumentException.With.Message.Contains("above zero"));
            Assert.That(() => tree.Fill(0, 1, bad), Throws.ArgumentException.With.Message.Contains("above zero"));
        }

        Assert.That(() => tree.Set([0, 3], [1, 1]), Throws.InstanceOf<ArgumentOutOfRangeException>().With.Message.Contains("no leaf 3"));
        Assert.That(() => tree.Set([0, -1], [1, 1]), Throws.InstanceOf<ArgumentOutOfRangeException>().With.Message.Contains("-1"));
        Assert.That(() => tree.Set([0], [1, 1]), Throws.ArgumentException.With.Message.Contains("2 priorities for 1 leaves"));
        Assert.That(() => tree.Set(2, [1, 1]), Throws.InstanceOf<ArgumentOutOfRangeException>());
        Assert.That(() => tree.Fill(-1, 1, 1), Throws.InstanceOf<ArgumentOutOfRangeException>());
        Assert.That(() => tree.Fill(1, 3, 1), Throws.InstanceOf<ArgumentOutOfRangeException>());
        Assert.That(() => tree.Fill(1, -1, 1), Throws.InstanceOf<ArgumentOutOfRangeException>());
        Assert.That(() => tree[3], Throws.InstanceOf<ArgumentOutOfRangeException>());
        Assert.That(() => tree.Find([0.0, 1], [0]), Throws.ArgumentException);
        Check(tree, [2, 2, 2]);
    }

    private static int Find(PriorityTree tree, double mass)
    {
        int[] found = [-1];
        tree.Find([mass], found);
        return found[0];
    }

    private static void Check(PriorityTree tree, float[] model)
    {
        Assert.That(Enumerable.Range(0, model.Length).Select(i => tree[i]), Is.EqualTo(model));
        double sum = model.Sum(value => (double)value);
        Assert.That(tree.Sum, Is.EqualTo(sum).Within(1e-12 * sum));
        Assert.That(tree.Min, Is.EqualTo(model.Where(value => value > 0).DefaultIfEmpty(float.PositiveInfinity).Min()));

        // Whatever came before, the sums are those of a tree that was filled at once: nothing drifts.
        var anew = new PriorityTree(model.Length);
        for (int i = 0; i < model.Length; i++)
        {
            if (model[i] > 0) anew.Set([i], [model[i]]);
        }

        Assert.That(tree.Sum, Is.EqualTo(anew.Sum));
    }
}
