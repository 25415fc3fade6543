using System.Text;

namespace RlKit.Cli.Training;

/// <summary>A text whose lines are given to someone one by one.</summary>
internal sealed class LineWriter(Action<string> writeLine) : TextWriter
{
    private readonly StringBuilder _line = new();

    public override Encoding Encoding => Encoding.UTF8;

    public override void Write(char value)
    {
        if (value == '\r') return;
        if (value != '\n')
        {
            _line.Append(value);
            return;
        }

        writeLine(_line.ToString());
        _line.Clear();
    }
}
