namespace RlKit.Tests.Cli;

internal sealed class CheckCommandTests
{
    [TestCase("CartPole-v1")]
    [TestCase("Blackjack-v1")]
    public void ABuiltInEnvironmentHasNoErrors(string id)
    {
        (int exitCode, string output, string errors) = Rlkit.Run("check", "--env-id", id);

        Assert.That(exitCode, Is.Zero, output);
        Assert.That(errors, Is.Empty);
        Assert.That(output.TrimEnd().Split('\n')[^1], Does.StartWith(id + ": nothing found").Or.StartWith(id + ": 0 errors"));
    }

    [Test]
    public void AnUnknownIdIsAWrongCommandLine()
    {
        (int exitCode, string output, string errors) = Rlkit.Run("check", "--env-id", "Taxi-v3");

        Assert.That(exitCode, Is.EqualTo(2));
        Assert.That(output, Is.Empty);
        Assert.That(errors, Does.Contain("its versions are Taxi-v4"));
    }
}
