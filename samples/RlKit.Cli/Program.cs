using System.CommandLine;
using RlKit.Cli;
using RlKit.Cli.Commands;

var root = new RootCommand("Reinforcement learning for .NET: look at environments, try them, check them.")
{
    EnvsCommand.Create(),
    RandomCommand.Create(),
};
return await CommandRunner.RunAsync(root, args);
