using System.Diagnostics;
using System.Globalization;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace RlKit.Replay;

/// <summary>
/// Rows of equally many bytes in as few arrays as .NET's limit of 2 GB an array allows. The memory is reserved when it is asked for
/// and, as the system hands out pages when they are first written, taken as the rows fill.
/// </summary>
internal sealed class RowStore
{
    /// <summary>One array's bytes at most, unless a single row is longer.</summary>
    public const int DefaultChunkBytes = 1 << 30;

    private readonly int _rowBytes;
    private readonly int _shift;
    private readonly int _mask;
    private byte[][] _chunks = [];

    /// <summary>An empty store.</summary>
    public RowStore(int rowBytes, int chunkBytes = DefaultChunkBytes)
    {
        _rowBytes = rowBytes;
        _shift = BitOperations.Log2((uint)Math.Max(1, chunkBytes / rowBytes));
        _mask = (1 << _shift) - 1;
    }

    /// <summary>The rows that there is memory for.</summary>
    public int Rows { get; private set; }

    /// <summary>Rows in one array.</summary>
    public int ChunkRows => _mask + 1;

    /// <summary>The first byte of a row, which has to be one of the reserved ones.</summary>
    public ref byte this[int row]
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get
        {
            Debug.Assert((uint)row < (uint)Rows, "a row that was not reserved");
            return ref Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(_chunks[row >> _shift]), (nint)(row & _mask) * _rowBytes);
        }
    }

    /// <summary>A row's bytes.</summary>
    public Span<byte> Row(int row) => MemoryMarshal.CreateSpan(ref this[row], _rowBytes);

    /// <summary>Makes room for this many rows in all.</summary>
    /// <param name="rows">No fewer than there are.</param>
    /// <param name="purpose">What the memory is for, as in "a replay buffer of ...", for the message.</param>
    /// <exception cref="InsufficientMemoryException">The memory cannot be had; the message names how much was asked for.</exception>
    public void Reserve(int rows, string purpose)
    {
        long bytes = (long)rows * _rowBytes;
        long available = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes;
        if (available > 0 && bytes > available) throw Insufficient(bytes, purpose, null);
        try
        {
            while (Rows < rows)
            {
                int chunk = Rows >> _shift;
                if (chunk == _chunks.Length) Array.Resize(ref _chunks, Math.Max(chunk + 1, (rows + _mask) >> _shift));
                int chunkRows = Math.Min(ChunkRows, rows - (chunk << _shift));
                _chunks[chunk] = GC.AllocateUninitializedArray<byte>(checked(chunkRows * _rowBytes));
                Rows = (chunk << _shift) + chunkRows;
            }
        }
        catch (OutOfMemoryException exception)
        {
            throw Insufficient(bytes, purpose, exception);
        }
    }

    private static InsufficientMemoryException Insufficient(long bytes, string purpose, Exception? cause) => new(
        string.Create(
            CultureInfo.InvariantCulture,
            $"{purpose} needs {bytes / 1e9:0.00} GB ({bytes} bytes), which this process cannot have: {GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 1e9:0.00} GB are there in all. Lower the capacity, or run where there is more memory."),
        cause);
}
