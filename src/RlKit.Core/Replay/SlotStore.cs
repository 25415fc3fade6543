using System.Runtime.CompilerServices;

namespace RlKit.Replay;

/// <summary>Rows of bytes that come and go one at a time: a freed row is the next one handed out, and the memory grows when none is free.</summary>
internal sealed class SlotStore
{
    private const int ChunkBytes = 1 << 20;

    private readonly RowStore _rows;
    private readonly string _purpose;
    private int[] _free = [];
    private int _freeCount;
    private int _used;

    public SlotStore(int rowBytes, string purpose)
    {
        _rows = new RowStore(rowBytes, ChunkBytes);
        _purpose = purpose;
        Grow();
    }

    public ref byte this[int slot]
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => ref _rows[slot];
    }

    public Span<byte> Row(int slot) => _rows.Row(slot);

    public int Rent()
    {
        if (_freeCount > 0) return _free[--_freeCount];
        if (_used == _rows.Rows) Grow();
        return _used++;
    }

    public void Return(int slot) => _free[_freeCount++] = slot;

    public void Clear()
    {
        _freeCount = 0;
        _used = 0;
    }

    private void Grow()
    {
        _rows.Reserve(checked(_rows.Rows + _rows.ChunkRows), _purpose);
        Array.Resize(ref _free, _rows.Rows);
    }
}
