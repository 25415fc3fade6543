using System.Text.Json;
using RlKit.Tensors;

namespace RlKit.Tests;

public class NormAndRecurrentLayerTests
{
    private static IEnumerable<string> GoldenCases()
    {
        using JsonDocument document = Golden.Read("torch/ops_norm_recurrent");
        return [.. document.RootElement.GetProperty("cases").EnumerateArray().Select(item => item.GetProperty("name").GetString()!)];
    }

    [Category("Golden")]
    [TestCaseSource(nameof(GoldenCases))]
    public void Norm_and_recurrent_layers_are_those_of_PyTorch(string name)
    {
        using JsonDocument document = Golden.Read("torch/ops_norm_recurrent");
        JsonElement item = document.RootElement.GetProperty("cases").EnumerateArray().Single(item => item.GetProperty("name").GetString() == name);
        JsonElement inputs = item.GetProperty("inputs");
        var leaves = new Dictionary<string, Tensor>();
        var results = new Dictionary<string, Tensor>();
        Module layer;
        var generator = new Generator(1);
        Shape input = inputs.GetProperty("x").Shape();
        switch (item.GetProperty("op").GetString())
        {
            case "layer_norm":
                JsonElement attributes = item.GetProperty("attrs");
                var norm = new LayerNorm(new Shape(attributes.GetProperty("normalized_shape").Ints()), attributes.GetProperty("eps").GetSingle(), attributes.GetProperty("affine").GetBoolean());
                SetParameters(layer = norm, parameter => parameter == "weight" ? "w" : "b");
                results["y"] = norm.Forward(Leaf("x"));
                break;
            case "lstm":
                Shape state = inputs.GetProperty("h0").Shape();
                var lstm = new Lstm(input[-1], state[-1], generator, state[0]);
                SetParameters(layer = lstm, ToGolden);
                (results["y"], results["hn"], results["cn"]) = lstm.Forward(Leaf("x"), Leaf("h0"), Leaf("c0"));
                break;
            case "gru":
                state = inputs.GetProperty("h0").Shape();
                var gru = new Gru(input[-1], state[-1], generator, state[0]);
                SetParameters(layer = gru, ToGolden);
                (results["y"], results["hn"]) = gru.Forward(Leaf("x"), Leaf("h0"));
                break;
            case "lstm_cell":
                var cell = new Lstm(input[-1], inputs.GetProperty("h").Shape()[-1], generator);
                SetParameters(layer = cell, ToGolden);
                (_, Tensor hidden, Tensor memory) = cell.Forward(Leaf("x").Unsqueeze(0), Leaf("h").Unsqueeze(0), Leaf("c").Unsqueeze(0));
                (results["h1"], results["c1"]) = (hidden.Squeeze(0), memory.Squeeze(0));
                break;
            case "gru_cell":
                var unit = new Gru(input[-1], inputs.GetProperty("h").Shape()[-1], generator);
                SetParameters(layer = unit, ToGolden);
                (_, hidden) = unit.Forward(Leaf("x").Unsqueeze(0), Leaf("h").Unsqueeze(0));
                results["h1"] = hidden.Squeeze(0);
                break;
            default:
                Assert.Fail($"There is no layer for '{item.GetProperty("op").GetString()}'.");
                return;
        }

        Tensor total = default;
        foreach (JsonProperty output in item.GetProperty("outputs").EnumerateObject())
        {
            GoldenValues.AssertClose(results[output.Name], output.Value, 1e-5, output.Name);
            Tensor share = (results[output.Name] * item.GetProperty("upstream").GetProperty(output.Name).Tensor()).Sum();
            total = total.IsDefault ? share : total + share;
        }

        total.Backward();
        foreach (JsonProperty gradient in item.GetProperty("grads").EnumerateObject()) GoldenValues.AssertClose(leaves[gradient.Name].Grad, gradient.Value, 1e-5, $"gradient of {gradient.Name}");

        Tensor Leaf(string name) => leaves[name] = inputs.GetProperty(name).Tensor().RequireGrad();

        static string ToGolden(string parameter) => parameter.Replace("weight_", "w_", StringComparison.Ordinal).Replace("bias_", "b_", StringComparison.Ordinal);

        void SetParameters(Module module, Func<string, string> golden)
        {
            foreach ((string parameter, Tensor tensor) in module.NamedParameters())
            {
                tensor.CopyFrom(inputs.GetProperty(golden(parameter)).Singles());
                leaves[golden(parameter)] = tensor;
            }
        }
    }

    [Test]
    public void A_recurrent_layer_that_is_reset_begins_again()
    {
        var lstm = new Lstm(3, 4, new Generator(1), layers: 2);
        var gru = new Gru(3, 4, new Generator(2), layers: 2);
        Tensor sequence = Tensor.Normal([6, 2, 3], new Generator(3)), state = Tensor.Normal([2, 2, 4], new Generator(4)), zero = Tensor.Zeros([2, 2, 4]);
        Tensor resets = Tensor.Zeros([6, 2]);
        resets.Span[(3 * 2) + 0] = resets.Span[(3 * 2) + 1] = 1;
        Tensor later = sequence.Slice(0, 3, 6);
        (Tensor whole, Tensor hidden, Tensor cell) = lstm.Forward(sequence, state, state, resets);
        (Tensor part, Tensor lastHidden, Tensor lastCell) = lstm.Forward(later, zero, zero);
        Assert.That(whole.Slice(0, 3, 6).ToArray(), Is.EqualTo(part.ToArray()));
        Assert.That(hidden.ToArray(), Is.EqualTo(lastHidden.ToArray()));
        Assert.That(cell.ToArray(), Is.EqualTo(lastCell.ToArray()));
        Assert.That(gru.Forward(sequence, state, resets).Output.Slice(0, 3, 6).ToArray(), Is.EqualTo(gru.Forward(later, zero).Output.ToArray()));
        Assert.That(() => lstm.Forward(sequence, state.Slice(0, 0, 1), state), Throws.ArgumentException.With.Message.Contains("hidden has the shape [2, 2, 4]").And.Message.Contains("not [1, 2, 4]"));
        Assert.That(() => gru.Forward(sequence.Reshape(12, 3), state), Throws.ArgumentException.With.Message.Contains("(time, batch, inputs)"));
    }

    [Test]
    public void Recurrent_layers_start_within_one_over_the_root_of_their_units()
    {
        var lstm = new Lstm(3, 16, new Generator(1), layers: 2);
        Assert.That(lstm.NamedParameters().Select(parameter => parameter.Key), Is.EqualTo(new[]
        {
            "weight_ih_l0", "weight_hh_l0", "bias_ih_l0", "bias_hh_l0", "weight_ih_l1", "weight_hh_l1", "bias_ih_l1", "bias_hh_l1",
        }));
        Assert.That(lstm.Parameters.Values.ToArray(), Is.All.InRange(-0.25f, 0.25f));
        Assert.That(lstm.Parameters.Values.ToArray().Select(MathF.Abs).Max(), Is.GreaterThan(0.24f));
    }
}
