namespace RlKit.Tests.Cli;

internal sealed class CommandLineTests
{
    [TestCase("--ignore-action-rate is '0,5'; give a share from 0 to 1", "random", "--env-id", "CartPole-v1", "--ignore-action-rate", "0,5")]
    [TestCase("Did you mean 'CartPole-v1'", "random", "--env-id", "Cartpole-v1")]
    [TestCase("'rlkit envs' lists them", "random", "--env-id", "Tanks-v0")]
    [TestCase("its versions are CartPole-v0, CartPole-v1", "random", "--env-id", "CartPole-v9")]
    [TestCase("--env-id", "random")]
    [TestCase("--episodes is 0", "random", "--env-id", "CartPole-v1", "--episodes", "0")]
    [TestCase("'x'", "random", "--env-id", "CartPole-v1", "--episodes", "x")]
    [TestCase("--ignore-action-rate is 1.5", "random", "--env-id", "CartPole-v1", "--ignore-action-rate", "1.5")]
    [TestCase("--ignore-action-rate is NaN", "random", "--env-id", "CartPole-v1", "--ignore-action-rate", "NaN")]
    [TestCase("--seed is -1", "random", "--env-id", "CartPole-v1", "--seed", "-1")]
    [TestCase("'fly' is not known here", "fly")]
    [TestCase("rlkit --help")]
    public void AWrongCommandLineIsOneLineOnTheErrorStreamAndCode2(string told, params string[] arguments)
    {
        (int exitCode, string output, string errors) = Rlkit.Run(arguments);

        Assert.That(exitCode, Is.EqualTo(2));
        Assert.That(output, Is.Empty);
        Assert.That(errors.TrimEnd().Split('\n'), Has.Length.EqualTo(1));
        Assert.That(errors, Does.StartWith("error: ").And.Contain(told).And.Not.Contain("   at "));
    }

    [Test]
    public void AFailureIsOneLineAndCode1()
    {
        string file = Path.GetTempFileName();
        try
        {
            (int exitCode, _, string errors) = Rlkit.Run("random", "--env-id", "CartPole-v1", "--capture-video", Path.Combine(file, "videos"));
            Assert.That(exitCode, Is.EqualTo(1));
            Assert.That(errors.TrimEnd().Split('\n'), Has.Length.EqualTo(1));
            Assert.That(errors, Does.StartWith("error: ").And.Not.Contain("   at "));
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Test]
    public void HelpNamesTheCommands()
    {
        (int exitCode, string output, _) = Rlkit.Run("--help");

        Assert.That(exitCode, Is.Zero);
        Assert.That(output, Does.Contain("envs").And.Contain("random").And.Contain("check"));
    }
}
