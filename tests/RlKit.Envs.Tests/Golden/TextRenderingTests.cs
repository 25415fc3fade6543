using System.Text.Json;

namespace RlKit.Tests;

[TestFixture]
public sealed class TextRenderingTests
{
    [Test]
    [Category("Golden")]
    public void TextIsTheRecordedOne()
    {
        using JsonDocument document = Golden.Read("envs/ansi_rendering");
        JsonElement[] cases = [.. document.RootElement.GetProperty("cases").EnumerateArray()];
        Assert.That(cases, Is.Not.Empty);
        foreach (JsonElement one in cases)
        {
            using AnyEnvironment environment = AnyEnvironment.Make(one.GetProperty("id").GetString()!, GoldenEnvironments.Options(one.GetProperty("kwargs")));
            bool isFirst = true;
            foreach (JsonElement frame in one.GetProperty("frames").EnumerateArray())
            {
                JsonElement action = frame.GetProperty("action");
                double[] observation = action.ValueKind == JsonValueKind.Null
                    ? environment.Reset(isFirst ? one.GetProperty("seed").GetInt64() : null).Observation
                    : environment.Step(action.GetInt32()).Observation;
                isFirst = false;
                Assert.That(observation[0], Is.EqualTo(frame.GetProperty("obs").GetDouble()));
                Assert.That(environment.Environment.RenderText(), Is.EqualTo(frame.GetProperty("text").GetString()), $"{one.GetProperty("id")}, {frame}");
            }
        }
    }

    [Test]
    public void AnEnvironmentWithoutATextFormSaysSo()
    {
        using AnyEnvironment environment = AnyEnvironment.Make("CartPole-v1");
        environment.Reset(0);
        Assert.That(environment.Environment.RenderText, Throws.InstanceOf<NotSupportedException>().With.Message.Contains("no text form"));
    }

    [Test]
    public void TextBeforeTheFirstResetIsRefused()
    {
        using IEnvironment environment = Environments.Make("Taxi-v4");
        Assert.That(environment.RenderText, Throws.InvalidOperationException.With.Message.Contains("call Reset before"));
    }
}
