using System.Runtime.CompilerServices;

namespace RlKit.Tensors.Engines.Managed;

/// <summary>Memory for temporaries, handed out by moving a position and taken back all at once. It grows to what a step needs and stays.</summary>
internal sealed class Arena
{
    private const int Alignment = 16; // floats: one cache line, one 512-bit vector
    private const int ChunkLength = 1 << 18;

    private readonly List<float[]> _chunks = [];
    private float[] _chunk = [];
    private int _index = -1;
    private int _position;

    public ArenaMark Mark() => new(_index, _position);

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Reset(ArenaMark mark)
    {
        if (_index != mark.Chunk)
        {
            _index = mark.Chunk;
            _chunk = _index < 0 ? [] : _chunks[_index];
        }

        _position = mark.Position;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Allocate(int length, out float[] array, out int offset)
    {
        int next = _position + ((length + Alignment - 1) & -Alignment);
        if ((uint)next > (uint)_chunk.Length || _index < 0)
        {
            NextChunk(length);
            next = _position + ((length + Alignment - 1) & -Alignment);
        }

        array = _chunk;
        offset = _position;
        _position = next;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public Span<float> Allocate(int length)
    {
        Allocate(length, out float[] array, out int offset);
        return array.AsSpan(offset, length);
    }

    /// <summary>Memory outside the arena, which the garbage collector frees.</summary>
    public static void AllocateKept(int length, out float[] array, out int offset)
    {
        if (length < 64)
        {
            array = new float[length];
            offset = 0;
            return;
        }

        array = GC.AllocateUninitializedArray<float>(length + Alignment, pinned: true);
        offset = FirstAligned(array);
    }

    private void NextChunk(int length)
    {
        int needed = length + 2 * Alignment;
        _index++;
        if (_index == _chunks.Count) _chunks.Add(New(needed));
        // What comes behind the position is free: a chunk that is too small gives way, else every new size would stay beside the ones before.
        else if (_chunks[_index].Length < needed) _chunks[_index] = New(needed);
        _chunk = _chunks[_index];
        _position = FirstAligned(_chunk);
    }

    private static float[] New(int length) => GC.AllocateUninitializedArray<float>(Math.Max(length, ChunkLength), pinned: true);

    // The arrays are pinned, so an address once aligned stays so.
    private static unsafe int FirstAligned(float[] array)
    {
        nuint address = (nuint)Unsafe.AsPointer(ref System.Runtime.InteropServices.MemoryMarshal.GetArrayDataReference(array));
        return (int)((64 - (address & 63)) & 63) / sizeof(float);
    }
}
