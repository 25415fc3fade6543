using System.CommandLine;
using System.CommandLine.Parsing;

namespace RlKit.Cli;

/// <summary>Runs the command that a command line names. An error is one line on the error stream, and tells by the exit code what kind it is.</summary>
internal static class CommandRunner
{
    /// <summary>All is well.</summary>
    public const int Success = 0;

    /// <summary>The command found something wrong, or failed.</summary>
    public const int Failure = 1;

    /// <summary>The command line is wrong.</summary>
    public const int Usage = 2;

    /// <summary>The user pressed Ctrl+C, or the process was asked to end; the number is what shells give for the first.</summary>
    public const int Cancelled = 130;

    /// <summary>What the line of an error begins with.</summary>
    public const string ErrorPrefix = "error: ";

    public static async Task<int> RunAsync(RootCommand root, string[] arguments)
    {
        ParseResult result = root.Parse(arguments);
        if (result.Errors.Count > 0)
        {
            string command = string.Join(' ', Names(result.CommandResult).Reverse());
            // A word that is not known is the reason for whatever else is wrong.
            string message = result.UnmatchedTokens.Count > 0 ? $"'{result.UnmatchedTokens[0]}' is not known here." : result.Errors[0].Message;
            WriteError($"{message} ('{command} --help' tells what there is.)");
            return Usage;
        }

        try
        {
            using var signals = new TerminationSignals();
            // The signals are handled here: a run that is cancelled has a checkpoint to write, however long that takes.
            return await result.InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null }, signals.Token);
        }
        catch (UsageException error)
        {
            WriteError(error.Message);
            return Usage;
        }
        catch (OperationCanceledException)
        {
            WriteError("cancelled");
            return Cancelled;
        }
        catch (Exception error)
        {
            // What an argument is called in the code is of no use here.
            WriteError(error is ArgumentException ? error.Message.Split(" (Parameter", 2)[0] : error.Message);
            return Failure;
        }
    }

    private static IEnumerable<string> Names(CommandResult command)
    {
        for (SymbolResult? part = command; part is not null; part = part.Parent)
            if (part is CommandResult { Command: { } named }) yield return named is RootCommand ? "rlkit" : named.Name;
    }

    private static void WriteError(string message)
    {
        const string red = "\e[31m", normal = "\e[0m";
        string line = ErrorPrefix + message.ReplaceLineEndings(" ");
        bool isColored = !Console.IsErrorRedirected && string.IsNullOrEmpty(System.Environment.GetEnvironmentVariable("NO_COLOR"));
        Console.Error.WriteLine(isColored ? red + line + normal : line);
    }
}
