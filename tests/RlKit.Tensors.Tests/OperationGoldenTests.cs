using System.Text.Json;
using RlKit.Tensors;

namespace RlKit.Tests;

/// <summary>Every operation against PyTorch's results and gradients, on all cases of the golden ops_* files but the distributions, which DistributionTests reads.</summary>
[Category("Golden")]
public class OperationGoldenTests
{
    private static IEnumerable<string> Files() => Golden.Names("torch").Where(name => name.StartsWith("ops_", StringComparison.Ordinal) && name != "ops_distributions");

    [Test]
    public void There_are_files() => Assert.That(Files().Count(), Is.GreaterThanOrEqualTo(9));

    [TestCaseSource(nameof(Files))]
    public void Results_and_gradients_are_PyTorchs(string file)
    {
        using JsonDocument document = Golden.Read($"torch/{file}");
        JsonElement cases = document.RootElement.GetProperty("cases");
        Assert.That(cases.GetArrayLength(), Is.GreaterThan(0));
        Assert.Multiple(() =>
        {
            foreach (JsonElement golden in cases.EnumerateArray())
            {
                using var scope = new TensorScope();
                Check(golden);
            }
        });
    }

    private static void Check(JsonElement golden)
    {
        string name = golden.GetProperty("name").GetString()!;
        var inputs = new OperationInputs(golden.GetProperty("inputs"), golden.GetProperty("attrs"));
        Dictionary<string, object> outputs = GoldenOperation.Run(golden.GetProperty("op").GetString()!, inputs);
        Tensor total = Tensor.Scalar(0);
        bool differentiable = false;
        foreach (JsonProperty expected in golden.GetProperty("outputs").EnumerateObject())
        {
            Assert.That(outputs, Does.ContainKey(expected.Name), name);
            switch (outputs[expected.Name])
            {
                case Tensor tensor:
                    Compare($"{name}: {expected.Name}", tensor, expected.Value);
                    if (!golden.GetProperty("upstream").TryGetProperty(expected.Name, out JsonElement upstream)) break;
                    total += (tensor * upstream.Tensor()).Sum();
                    differentiable = true;
                    break;
                case IndexTensor indices:
                    Assert.That(indices.Shape, Is.EqualTo(expected.Value.Shape()), name);
                    Assert.That(indices.ToArray(), Is.EqualTo(expected.Value.Ints()), name);
                    break;
            }
        }

        if (!differentiable) return;
        total.Backward();
        foreach (JsonProperty expected in golden.GetProperty("grads").EnumerateObject())
            Compare($"{name}: gradient of {expected.Name}", inputs[expected.Name].Grad, expected.Value);
    }

    private static void Compare(string what, Tensor actual, JsonElement expected)
    {
        Assert.That(actual.Shape, Is.EqualTo(expected.Shape()), what);
        float[] values = actual.ToArray(), reference = expected.Singles();
        double error = expected.TryGetProperty("err", out JsonElement rounding) ? rounding.Double() : 0;
        double largest = reference.Where(float.IsFinite).Select(v => (double)Math.Abs(v)).DefaultIfEmpty(0).Max();
        for (int i = 0; i < values.Length; i++)
        {
            if (values[i].Equals(reference[i])) continue;
            // 1e-5 relative; or a small multiple of what rounding alone does in the reference, and of the last bit of the largest value.
            double allowed = Math.Max(1e-5 * Math.Abs(reference[i]), 4 * error + 4 * Math.Pow(2, -23) * largest);
            if (Math.Abs(values[i] - (double)reference[i]) <= allowed) continue;
            Assert.Fail($"{what}: element {i} is {values[i]:R}, PyTorch's {reference[i]:R} (allowed {allowed:G3})");
            return;
        }
    }
}
