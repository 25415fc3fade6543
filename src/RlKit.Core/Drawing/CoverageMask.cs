using System.Runtime.InteropServices;

namespace RlKit.Drawing;

/// <summary>
/// Which share of each pixel a shape covers, exactly: every edge adds its signed area to the cells that it crosses, and a running sum
/// along a row gives the covered share (the accumulation buffer of Raph Levien's font-rs).
/// </summary>
internal sealed class CoverageMask
{
    private float[] _cells = [];
    private int _left, _top, _width, _height, _stride;

    /// <summary>Starts a shape inside a rectangle of pixels; the cells are all zero between shapes.</summary>
    public void Begin(int left, int top, int width, int height)
    {
        (_left, _top, _width, _height, _stride) = (left, top, width, height, width + 2);
        if (_cells.Length < _stride * height) _cells = new float[_stride * height];
    }

    /// <summary>Adds one edge. A closed outline's edges cancel where nothing is covered.</summary>
    public void AddEdge(double x0, double y0, double x1, double y1)
    {
        if (y0 == y1) return;
        x0 -= _left;
        x1 -= _left;
        y0 -= _top;
        y1 -= _top;
        double direction = 1;
        if (y0 > y1)
        {
            (x0, y0, x1, y1) = (x1, y1, x0, y0);
            direction = -1;
        }

        if (y1 <= 0 || y0 >= _height) return;
        double slope = (x1 - x0) / (y1 - y0);
        if (y0 < 0) (x0, y0) = (x0 - y0 * slope, 0);
        if (y1 > _height) (x1, y1) = (x1 - (y1 - _height) * slope, _height);

        // What lies left of the rectangle covers whole rows of it; what lies right of it covers nothing.
        if (x0 < 0 && x1 > 0 || x0 > 0 && x1 < 0)
        {
            double y = Math.Clamp(y0 - x0 / slope, y0, y1);
            AddInRows(Math.Max(x0, 0), y0, 0, y, direction, x0 < 0);
            AddInRows(0, y, Math.Max(x1, 0), y1, direction, x1 < 0);
        }
        else
        {
            AddInRows(x0, y0, x1, y1, direction, x0 <= 0 && x1 <= 0);
        }
    }

    /// <summary>Gives each row's covered runs, from top to bottom, and clears the cells.</summary>
    public void Sweep<TSink>(ref TSink sink)
        where TSink : struct, ICoverageSink, allows ref struct
    {
        const float visible = 1f / 512;
        for (int row = 0; row < _height; row++)
        {
            Span<float> cells = _cells.AsSpan(row * _stride, _stride);
            Span<float> inside = cells[.._width];
            float sum = 0;
            int x = 0;
            while (x < inside.Length)
            {
                sum += inside[x];
                int run = MemoryMarshal.Cast<float, int>(inside[(x + 1)..]).IndexOfAnyExcept(0);
                int next = run < 0 ? inside.Length : x + 1 + run;
                float coverage = Math.Min(Math.Abs(sum), 1);
                if (coverage > visible) sink.Cover(_left + x, _top + row, next - x, coverage);
                x = next;
            }

            cells.Clear();
        }
    }

    private void AddInRows(double x0, double y0, double x1, double y1, double direction, bool isLeft)
    {
        if (y0 >= y1) return;
        if (isLeft) (x0, x1) = (0, 0);
        if (x0 >= _width && x1 >= _width) return;
        if (x0 > _width || x1 > _width)
        {
            double crossing = Math.Clamp(y0 + (_width - x0) * (y1 - y0) / (x1 - x0), y0, y1);
            if (x0 > _width) (x0, y0) = (_width, crossing);
            else (x1, y1) = (_width, crossing);
            if (y0 >= y1) return;
        }

        double slope = (x1 - x0) / (y1 - y0);
        double x = x0;
        int last = Math.Min(_height, (int)Math.Ceiling(y1));
        for (int row = (int)y0; row < last; row++)
        {
            double height = Math.Min(row + 1, y1) - Math.Max(row, y0);
            double next = Math.Clamp(x + slope * height, 0, _width);
            AddInRow(_cells.AsSpan(row * _stride, _stride), Math.Min(x, next), Math.Max(x, next), direction * height);
            x = next;
        }
    }

    private static void AddInRow(Span<float> cells, double x0, double x1, double area)
    {
        int first = (int)x0, end = (int)Math.Ceiling(x1);
        if (end <= first + 1)
        {
            double right = (0.5 * (x0 + x1) - first) * area;
            cells[first] += (float)(area - right);
            cells[first + 1] += (float)right;
            return;
        }

        // The covered share grows along the edge: a triangle in the first cell, equal steps between, a triangle in the last.
        double perCell = 1 / (x1 - x0);
        double into = x0 - first, beyond = x1 - end + 1;
        double firstShare = 0.5 * perCell * (1 - into) * (1 - into);
        double lastShare = 0.5 * perCell * beyond * beyond;
        cells[first] += (float)(area * firstShare);
        if (end == first + 2)
        {
            cells[first + 1] += (float)(area * (1 - firstShare - lastShare));
        }
        else
        {
            double second = perCell * (1.5 - into);
            cells[first + 1] += (float)(area * (second - firstShare));
            for (int i = first + 2; i < end - 1; i++) cells[i] += (float)(area * perCell);
            cells[end - 1] += (float)(area * (1 - second - (end - first - 3) * perCell - lastShare));
        }

        cells[end] += (float)(area * lastShare);
    }
}
