using System.CommandLine;
using RlKit.Cli;
using RlKit.Cli.Commands;

var root = new RootCommand("Reinforcement learning for .NET: train agents, evaluate them, compare them; look at environments, try them, check them.")
{
    EnvsCommand.Create(),
    RandomCommand.Create(),
    TrainCommand.Create(args),
    EvalCommand.Create(),
    CompareCommand.Create(),
    ReportCommand.Create(),
    RunsCommand.Create(),
    CompareRunsCommand.Create(),
    ExportCommand.Create(),
    SyncCommand.Create(),
    WatchCommand.Create(),
    CheckCommand.Create(),
    DoctorCommand.Create(),
};
return await CommandRunner.RunAsync(root, args);
