using System.Globalization;
using System.Text.Json;
using RlKit.Tensors;

namespace RlKit.Tests;

/// <summary>What the end-to-end goldens share: networks and weights under the names of the files.</summary>
internal static class EndToEnd
{
    private const double Tolerance = 1e-4;

    public static Activation ActivationOf(JsonElement network) => Enum.Parse<Activation>(network.GetProperty("activation").GetString()!, ignoreCase: true);

    public static Sequential Mlp(ReadOnlySpan<int> sizes, Activation activation)
    {
        var generator = new Generator(0);
        var layers = new List<Layer>();
        for (int i = 0; i + 1 < sizes.Length; i++)
        {
            if (i > 0) layers.Add(activation);
            layers.Add(new Linear(sizes[i], sizes[i + 1], generator));
        }

        return new Sequential([.. layers]);
    }

    public static Adam AdamOf(ParameterBuffer parameters, JsonElement numbers, string rate = "lr") => new(
        parameters,
        numbers.GetProperty(rate).GetDouble(),
        numbers.TryGetProperty("betas", out JsonElement betas) ? betas[0].GetDouble() : 0.9,
        numbers.TryGetProperty("betas", out betas) ? betas[1].GetDouble() : 0.999,
        numbers.TryGetProperty("eps", out JsonElement epsilon) ? epsilon.GetDouble() : 1e-8);

    /// <summary>The linear layers of a network with the names they have in a file, such as <c>l{0}</c> for the layers l1, l2, ...</summary>
    public static IEnumerable<(string Name, Tensor Parameter)> Named(Module network, string pattern)
    {
        int number = 0;
        foreach (Linear linear in network.Modules().OfType<Linear>())
        {
            string name = string.Format(CultureInfo.InvariantCulture, pattern, ++number);
            yield return (name + ".w", linear.Weight);
            yield return (name + ".b", linear.Bias!.Value);
        }
    }

    public static void SetWeights(Module network, JsonElement weights, string pattern)
    {
        foreach ((string name, Tensor parameter) in Named(network, pattern))
        {
            Assert.That(weights.GetProperty(name).Shape(), Is.EqualTo(parameter.Shape), name);
            parameter.CopyFrom(weights.GetProperty(name).Singles());
        }
    }

    public static void AssertWeights(Module network, JsonElement weights, string pattern)
    {
        foreach ((string name, Tensor parameter) in Named(network, pattern)) GoldenValues.AssertClose(parameter, weights.GetProperty(name), Tolerance, name);
    }

    public static void AssertGradients(Module network, JsonElement gradients, string pattern)
    {
        foreach ((string name, Tensor parameter) in Named(network, pattern)) GoldenValues.AssertClose(parameter.Grad, gradients.GetProperty(name), 1e-5, $"gradient of {name}");
    }

    public static void AssertSeries(float actual, JsonElement series, string name, int index) =>
        GoldenValues.AssertClose(actual, series.GetProperty(name)[index], Tolerance, $"{name} of update {index}", series.GetProperty(name + "_err").GetDouble());
}
