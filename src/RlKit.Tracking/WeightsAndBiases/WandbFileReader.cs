using System.Buffers.Binary;

namespace RlKit.Tracking.WeightsAndBiases;

/// <summary>
/// Reads the <c>.wandb</c> file of an offline run of Weights &amp; Biases (blocks of 32 KiB as in LevelDB's log, records of wandb/proto/wandb_internal.proto) and checks every
/// checksum. A file that another process still writes can be read too: at its end <see cref="Read"/> gives null, and goes on when there is more.
/// </summary>
public sealed class WandbFileReader : IDisposable
{
    private readonly FileStream _file;
    private readonly MemoryStream _record = new();
    private readonly byte[] _chunk = new byte[WandbLog.BlockLength];
    private long _end;

    /// <summary>Opens a file.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="IOException">The file cannot be opened.</exception>
    public WandbFileReader(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        _file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, 1 << 16);
    }

    /// <summary>Whether the file, as far as it was read, ends within a record, as a process that was killed leaves it.</summary>
    public bool IsCut
    {
        get
        {
            long rest = _file.Length - _end;
            return rest > 0 && (_end == 0 || rest > Padding(_end));
        }
    }

    /// <summary>Where the last record that was read ends in the file.</summary>
    public long End => _end;

    /// <summary>All whole records of a file.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="IOException">The file cannot be read.</exception>
    /// <exception cref="InvalidDataException">It is no such file, or a record is damaged.</exception>
    public static IEnumerable<WandbRecord> ReadAll(string path)
    {
        using var reader = new WandbFileReader(path);
        while (reader.Read() is { } record) yield return record;
    }

    /// <summary>The next record.</summary>
    /// <returns>Null at the end, also where the last record is cut.</returns>
    /// <exception cref="IOException">The file cannot be read.</exception>
    /// <exception cref="InvalidDataException">It is no such file, or the record is damaged.</exception>
    public WandbRecord? Read()
    {
        if (_end == 0 && !ReadHeader()) return null;
        long at = _end;
        _record.SetLength(0);
        List<WandbChunk> chunks = [];
        long offset = 0;
        do
        {
            if (!SkipPadding(ref at) || !ReadChunk(at, out int length)) return null;
            if (chunks.Count == 0) offset = at;
            var chunk = (WandbChunk)_chunk[6];
            bool continues = chunks.Count > 0;
            if (continues != chunk is WandbChunk.Middle or WandbChunk.Last) throw Damaged(at, continues ? "it has no end" : "it has no beginning");
            chunks.Add(chunk);
            _record.Write(_chunk, WandbLog.ChunkHeaderLength, length);
            at += WandbLog.ChunkHeaderLength + length;
        }
        while (chunks[^1] is WandbChunk.First or WandbChunk.Middle);

        try
        {
            (long number, string kind, IReadOnlyDictionary<string, object?> content) = WandbSchema.DecodeRecord(_record.GetBuffer().AsSpan(0, (int)_record.Length));
            _end = at;
            return new WandbRecord(number, kind, content, offset, at, (int)_record.Length, chunks);
        }
        catch (InvalidDataException exception)
        {
            throw Damaged(offset, exception.Message);
        }
    }

    /// <summary>Closes the file.</summary>
    public void Dispose()
    {
        _file.Dispose();
        _record.Dispose();
    }

    // The bytes, fewer than a chunk's header, that are left free at a block's end.
    private static long Padding(long at)
    {
        long left = WandbLog.BlockLength - at % WandbLog.BlockLength;
        return left < WandbLog.ChunkHeaderLength ? left : 0;
    }

    private bool ReadHeader()
    {
        Span<byte> header = stackalloc byte[WandbLog.FileHeader.Length];
        if (!ReadAt(0, header)) return false;
        if (!header.SequenceEqual(WandbLog.FileHeader)) throw new InvalidDataException($"'{_file.Name}' is no .wandb file of version 0: it begins with {Convert.ToHexString(header)}.");
        _end = header.Length;
        return true;
    }

    private bool SkipPadding(ref long at)
    {
        Span<byte> padding = stackalloc byte[(int)Padding(at)];
        if (!ReadAt(at, padding)) return false;
        if (padding.ContainsAnyExcept((byte)0)) throw Damaged(at, "the end of its block is not zero");
        at += padding.Length;
        return true;
    }

    private bool ReadChunk(long at, out int length)
    {
        length = 0;
        if (!ReadAt(at, _chunk.AsSpan(0, WandbLog.ChunkHeaderLength))) return false;
        length = BinaryPrimitives.ReadUInt16LittleEndian(_chunk.AsSpan(4));
        if (_chunk[6] is < (byte)WandbChunk.Full or > (byte)WandbChunk.Last) throw Damaged(at, $"there is no chunk of type {_chunk[6]}");
        if (at % WandbLog.BlockLength + WandbLog.ChunkHeaderLength + length > WandbLog.BlockLength) throw Damaged(at, "a chunk crosses the border of its block");
        if (!ReadAt(at + WandbLog.ChunkHeaderLength, _chunk.AsSpan(WandbLog.ChunkHeaderLength, length))) return false;
        if (Crc32.Append(0, _chunk.AsSpan(6, 1 + length)) != BinaryPrimitives.ReadUInt32LittleEndian(_chunk)) throw Damaged(at, "its content does not match its checksum");
        return true;
    }

    private bool ReadAt(long at, Span<byte> bytes)
    {
        if (_file.Position != at) _file.Position = at;
        return _file.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false) == bytes.Length;
    }

    private InvalidDataException Damaged(long at, string reason) => new($"The record at byte {at} of '{_file.Name}' is damaged: {reason}.");
}
