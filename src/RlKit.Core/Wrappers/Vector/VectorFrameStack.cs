using System.Runtime.InteropServices;

namespace RlKit;

/// <summary>Gives the last n observations of each copy together, the oldest first: <see cref="FrameStack{T,TAction}"/> for a vector environment.</summary>
/// <remarks>
/// Frames that are held are not copied at a step: the window of all copies moves on by one frame in a longer buffer, whose content moves back once in 32 steps. The final observations are stacks too,
/// of the frames of the ended episode.
/// </remarks>
public sealed class VectorFrameStack : VectorWrapper
{
    private readonly FrameWindow<float>? _floats;
    private readonly FrameWindow<byte>? _bytes;
    private readonly float[] _finalFloats = [];
    private readonly byte[] _finalBytes = [];
    private readonly bool[] _resets;

    /// <summary>Stacks observations.</summary>
    /// <param name="environment">The vector environment to wrap.</param>
    /// <param name="count">The frames in a stack, 1 or more.</param>
    /// <exception cref="ArgumentOutOfRangeException">There are less than one frame.</exception>
    public VectorFrameStack(IVectorEnvironment environment, int count)
        : base(environment)
    {
        if (count < 1) throw new ArgumentOutOfRangeException(nameof(count), count, $"A stack of {count} frames was asked for; give 1 or more.");
        _resets = new bool[Count];
        ObservationSpace = environment.ObservationSpace switch
        {
            Box<float> box => new StackedBox<float>(box, count),
            Box<byte> box => new StackedBox<byte>(box, count),
            StackedBox<byte> stack => new StackedBox<byte>(stack.Box, count),
            Space other => new StackedBox<float>(other.FlattenSpace(), count),
        };
        ObservationSize = checked(count * Inner.ObservationSize);
        if (ObservationType == ObservationType.UInt8)
        {
            _bytes = new FrameWindow<byte>(Count, count, Inner.ObservationSize);
            _finalBytes = new byte[checked(Count * ObservationSize)];
        }
        else
        {
            _floats = new FrameWindow<float>(Count, count, Inner.ObservationSize);
            _finalFloats = new float[checked(Count * ObservationSize)];
        }
    }

    /// <inheritdoc/>
    public override Space ObservationSpace { get; }

    /// <inheritdoc/>
    public override int ObservationSize { get; }

    /// <inheritdoc/>
    public override ReadOnlySpan<float> Observations => _floats is null ? Inner.Observations : _floats.All.Span;

    /// <inheritdoc/>
    public override ReadOnlySpan<byte> ByteObservations => _bytes is null ? Inner.ByteObservations : _bytes.All.Span;

    /// <inheritdoc/>
    public override ReadOnlySpan<float> FinalObservations => _floats is null ? Inner.FinalObservations : _finalFloats;

    /// <inheritdoc/>
    public override ReadOnlySpan<byte> FinalByteObservations => _bytes is null ? Inner.FinalByteObservations : _finalBytes;

    /// <inheritdoc/>
    public override void Reset(long? seed = null, EnvironmentOptions? options = null)
    {
        Inner.Reset(seed, options);
        Array.Fill(_resets, true);
        Refill();
    }

    /// <inheritdoc/>
    public override void Reset(ReadOnlySpan<long> seeds, EnvironmentOptions? options = null)
    {
        Inner.Reset(seeds, options);
        Array.Fill(_resets, true);
        Refill();
    }

    /// <inheritdoc/>
    public override void ResetWhere(ReadOnlySpan<bool> mask)
    {
        Inner.ResetWhere(mask);
        mask.CopyTo(_resets);
        Refill();
    }

    /// <inheritdoc/>
    public override void Step(ReadOnlySpan<int> actions)
    {
        NoteResets();
        Inner.Step(actions);
        Push();
    }

    /// <inheritdoc/>
    public override void Step(ReadOnlySpan<float> actions)
    {
        NoteResets();
        Inner.Step(actions);
        Push();
    }

    /// <inheritdoc/>
    public override void SaveState(BinaryWriter writer)
    {
        base.SaveState(writer);
        if (_bytes is not null) Save(writer, _bytes, _finalBytes);
        else Save(writer, _floats!, _finalFloats);
    }

    /// <inheritdoc/>
    public override void LoadState(BinaryReader reader)
    {
        base.LoadState(reader);
        if (_bytes is not null) Load(reader, _bytes, _finalBytes);
        else Load(reader, _floats!, _finalFloats);
    }

    private static void Save<T>(BinaryWriter writer, FrameWindow<T> window, T[] finals)
        where T : unmanaged
    {
        writer.Write(MemoryMarshal.AsBytes(window.All.Span));
        writer.Write(MemoryMarshal.AsBytes<T>(finals));
    }

    private static void Load<T>(BinaryReader reader, FrameWindow<T> window, T[] finals)
        where T : unmanaged
    {
        reader.ReadExactly(MemoryMarshal.AsBytes(window.All.Span));
        reader.ReadExactly(MemoryMarshal.AsBytes(finals.AsSpan()));
    }

    /// <summary>In next-step mode the coming step resets the copies whose episodes have ended.</summary>
    private void NoteResets()
    {
        for (int i = 0; i < Count; i++) _resets[i] = VectorActions.Ignores(Inner, i);
    }

    private void Refill()
    {
        if (_bytes is not null) Refill(_bytes, Inner.ByteObservations);
        else Refill(_floats!, Inner.Observations);
    }

    private void Refill<T>(FrameWindow<T> window, ReadOnlySpan<T> frames)
        where T : unmanaged
    {
        for (int i = 0; i < Count; i++)
            if (_resets[i]) window.Fill(i, Frame(frames, i));
    }

    private void Push()
    {
        if (_bytes is not null) Push(_bytes, Inner.ByteObservations, Inner.FinalByteObservations, _finalBytes);
        else Push(_floats!, Inner.Observations, Inner.FinalObservations, _finalFloats);
    }

    private void Push<T>(FrameWindow<T> window, ReadOnlySpan<T> frames, ReadOnlySpan<T> finalFrames, T[] finals)
        where T : unmanaged
    {
        window.Advance();
        bool sameStep = AutoresetMode == AutoresetMode.SameStep;
        ReadOnlySpan<bool> terminated = Terminated, truncated = Truncated;
        for (int i = 0; i < Count; i++)
        {
            bool ended = terminated[i] || truncated[i];
            Frame(ended ? finalFrames : frames, i).CopyTo(window.Newest(i));
            if (ended) window.Row(i).CopyTo(finals.AsSpan(i * ObservationSize));
            if (_resets[i] || (ended && sameStep)) window.Fill(i, Frame(frames, i));
        }
    }

    private ReadOnlySpan<T> Frame<T>(ReadOnlySpan<T> frames, int i) => frames.Slice(i * Inner.ObservationSize, Inner.ObservationSize);
}
