using System.CommandLine;

namespace RlKit.Cli;

/// <summary>The option that names an environment.</summary>
internal static class EnvironmentId
{
    public static Option<string> Option() => new("--env-id") { Description = "The environment, for example CartPole-v1; 'rlkit envs' lists them.", Required = true, HelpName = "ID" };

    /// <summary>How the environment was registered.</summary>
    /// <exception cref="UsageException">There is none of this id; the message names the closest ones.</exception>
    public static EnvironmentSpec Find(string id)
    {
        try
        {
            return Environments.Registry.Find(id);
        }
        catch (ArgumentException error)
        {
            // Names of the code mean nothing to whoever typed the command.
            throw new UsageException(error.Message.Split(" (Parameter", 2)[0]
                .Replace("Specs lists them.", "'rlkit envs' lists them; one of your own is trained and evaluated by a program (docs/writing-environments.md).", StringComparison.Ordinal));
        }
    }
}
