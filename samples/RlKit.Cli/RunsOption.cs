using System.CommandLine;

namespace RlKit.Cli;

/// <summary>The option that says where runs are.</summary>
internal static class RunsOption
{
    public static Option<string> Create() => new("--runs-dir") { Description = "The folder of runs. Default: runs, in the current folder.", DefaultValueFactory = _ => "runs", HelpName = "DIR" };
}
