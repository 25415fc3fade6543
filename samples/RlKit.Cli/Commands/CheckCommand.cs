using System.CommandLine;

namespace RlKit.Cli.Commands;

/// <summary><c>rlkit check</c>: whether an environment keeps its promises.</summary>
internal static class CheckCommand
{
    public static Command Create()
    {
        Option<string> environmentId = EnvironmentId.Option();
        var command = new Command("check", "Check an environment: spaces, types, seeding, the order of calls. Errors give the exit code 1, warnings do not.") { environmentId };
        command.SetAction(parsed =>
        {
            EnvironmentSpec spec = EnvironmentId.Find(parsed.GetValue(environmentId)!);
            using IEnvironment environment = Environments.Make(spec.Id);
            EnvironmentReport report = EnvironmentChecker.Check(environment);
            foreach (EnvironmentFinding finding in report.Findings) Console.WriteLine(finding);
            Console.WriteLine(report.Findings.Count == 0 ? $"{spec.Id}: nothing found" : $"{spec.Id}: {report.Errors.Count()} errors, {report.Warnings.Count()} warnings");
            return report.IsValid ? CommandRunner.Success : CommandRunner.Failure;
        });
        return command;
    }
}
