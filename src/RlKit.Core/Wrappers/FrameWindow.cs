namespace RlKit;

/// <summary>
/// The last frames of several copies, each copy's one after the other and the copies one after the other. A push writes only the new frames: the window as a
/// whole moves on by one frame in a longer buffer, and what was the oldest frame of the next copy becomes the place for the newest of this one.
/// </summary>
/// <typeparam name="T">The type of the elements.</typeparam>
internal sealed class FrameWindow<T>
    where T : unmanaged
{
    // The frames that are held move back to the front of the buffer once in so many pushes.
    private const int PushesPerMove = 32;

    private readonly T[] _buffer;
    private readonly int _copies;
    private readonly int _frames;
    private readonly int _frameLength;
    private int _start;

    public FrameWindow(int copies, int frames, int frameLength)
    {
        _copies = copies;
        _frames = frames;
        _frameLength = frameLength;
        _buffer = new T[checked((copies * frames + PushesPerMove) * frameLength)];
    }

    /// <summary>The elements of all copies.</summary>
    public Memory<T> All => _buffer.AsMemory(_start * _frameLength, _copies * _frames * _frameLength);

    /// <summary>The frames of one copy, the oldest first.</summary>
    public Span<T> Row(int copy) => _buffer.AsSpan((_start + copy * _frames) * _frameLength, _frames * _frameLength);

    /// <summary>The newest frame of one copy: write it after <see cref="Advance"/>.</summary>
    public Span<T> Newest(int copy) => Row(copy)[((_frames - 1) * _frameLength)..];

    /// <summary>Forgets the oldest frame of every copy; the newest frames hold nothing sensible until they are written.</summary>
    public void Advance()
    {
        if (_start < PushesPerMove)
        {
            _start++;
            return;
        }

        int held = (_copies * _frames - 1) * _frameLength;
        _buffer.AsSpan((_start + 1) * _frameLength, held).CopyTo(_buffer);
        _start = 0;
    }

    /// <summary>Makes all frames of a copy the same.</summary>
    public void Fill(int copy, ReadOnlySpan<T> frame)
    {
        Span<T> row = Row(copy);
        for (int i = 0; i < _frames; i++) frame.CopyTo(row[(i * _frameLength)..]);
    }
}
