using RlKit.Tracking;
using Spectre.Console;

namespace RlKit.Cli.Training;

/// <summary>Hands what goes to the console to a run's tracker, as long as it lives.</summary>
internal sealed class ConsoleCapture : IDisposable
{
    private readonly TextWriter _output = Console.Out, _error = Console.Error;

    public ConsoleCapture(ITracker tracker)
    {
        Console.SetOut(new ConsoleTee(new Lasting(_output), tracker, isError: false));
        Console.SetError(new ConsoleTee(new Lasting(_error), tracker, isError: true));
        Log = new ConsoleTee(TextWriter.Null, tracker, isError: false);
    }

    /// <summary>What is not shown, and goes to the tracker only.</summary>
    public TextWriter Log { get; }

    /// <summary>The terminal for what moves on it, which is nothing for a log.</summary>
    public IAnsiConsoleOutput Terminal => new ErrorTerminal(new Lasting(_error));

    public void Dispose()
    {
        Console.SetOut(_output);
        Console.SetError(_error);
    }

    // No training ends because its terminal does: what cannot be shown is in the run's log.
    private sealed class Lasting(TextWriter writer) : TextWriter
    {
        public override System.Text.Encoding Encoding => writer.Encoding;

        public override void Write(char value) => Write(value.ToString());

        public override void Write(string? value) => Try(() => writer.Write(value));

        public override void Flush() => Try(writer.Flush);

        private static void Try(Action write)
        {
            try
            {
                write();
            }
            catch (IOException)
            {
            }
        }
    }

    // Spectre's own takes a writer for a terminal only when it is the console's, which is the capturing one.
    private sealed class ErrorTerminal(TextWriter writer) : IAnsiConsoleOutput
    {
        public TextWriter Writer => writer;

        public bool IsTerminal => true;

        // A terminal that no window shows has no size.
        public int Width => Console.WindowWidth is > 0 and int width ? width : 80;

        public int Height => Console.WindowHeight is > 0 and int height ? height : 24;

        public void SetEncoding(System.Text.Encoding encoding)
        {
        }
    }
}
