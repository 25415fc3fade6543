using Spectre.Console;
using Spectre.Console.Rendering;

namespace RlKit.Cli;

/// <summary>A table for a terminal, where columns that it is too narrow for are left out, or for a pipe, where a row is a line with all of them.</summary>
internal sealed class TerminalTable
{
    /// <summary>The cell of what there is not.</summary>
    public const string Nothing = "-";

    // What a border and the space beside it take.
    private const int Gap = 3, WidthWhenPiped = 100_000;

    private readonly List<(string Header, bool IsNumber, int Rank)> _columns = [];
    private readonly List<string[]> _rows = [];

    /// <summary>Whether the terminal shows more than ASCII.</summary>
    public static bool IsUnicode => Console.OutputEncoding.CodePage is 65001 or 1200 or 1201;

    /// <summary>Adds a column.</summary>
    /// <param name="header">Its title.</param>
    /// <param name="isNumber">It is aligned to the right.</param>
    /// <param name="rank">Columns of the highest rank are left out first, those of rank 0 never.</param>
    public TerminalTable AddColumn(string header, bool isNumber = false, int rank = 0)
    {
        _columns.Add((header, isNumber, rank));
        return this;
    }

    /// <summary>Adds a row with a cell for each column.</summary>
    public void AddRow(params string[] cells) => _rows.Add([.. cells.Select(cell => cell.ReplaceLineEndings(" "))]);

    /// <summary>Writes the table to the output.</summary>
    public void Write()
    {
        IAnsiConsole console = AnsiConsole.Create(new AnsiConsoleSettings());
        bool isPiped = Console.IsOutputRedirected;
        if (isPiped) console.Profile.Width = WidthWhenPiped;
        int[] shown = Shown(isPiped ? WidthWhenPiped : console.Profile.Width);
        Table table = new Table { Border = isPiped ? TableBorder.None : TableBorder.Simple, ShowRowSeparators = false };
        foreach (int index in shown)
        {
            TableColumn column = new TableColumn(new Text(_columns[index].Header)).NoWrap();
            table.AddColumn(_columns[index].IsNumber ? column.RightAligned() : column);
        }

        foreach (string[] row in _rows) table.AddRow(shown.Select(index => (IRenderable)new Text(row[index]).Ellipsis()));
        console.Write(table);
    }

    private int[] Shown(int width)
    {
        List<int> shown = [.. Enumerable.Range(0, _columns.Count)];
        // A column that nothing is in only takes room; whatever reads a pipe wants all.
        if (width < WidthWhenPiped) shown.RemoveAll(index => _columns[index].Rank > 0 && _rows.All(row => row[index] == Nothing));
        while (shown.Sum(Width) + 1 > width && shown.MaxBy(index => _columns[index].Rank) is var last && _columns[last].Rank > 0) shown.Remove(last);
        return [.. shown];
    }

    private int Width(int index) => _rows.Select(row => row[index]).Append(_columns[index].Header).Max(text => new Segment(text).CellCount()) + Gap;
}
