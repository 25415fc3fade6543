using System.Buffers.Binary;
using RlKit.Tracking.Files;

namespace RlKit.Tracking.WeightsAndBiases;

/// <summary>Writes the records of one .wandb file in chunks that cross no border of its 32 KiB blocks.</summary>
internal sealed class WandbLog : IDisposable
{
    public const int BlockLength = 32768, ChunkHeaderLength = 7;

    private const int ChunkLength = BlockLength - ChunkHeaderLength;

    private readonly BackgroundFile _file;
    private int _inBlock;

    public WandbLog(string path, TimeSpan interval, TrackerFaults faults)
    {
        _file = new BackgroundFile(path, interval, faults);
        lock (_file.Gate)
        {
            Span<byte> room = _file.Reserve(FileHeader.Length);
            FileHeader.CopyTo(room);
            _file.Commit(FileHeader.Length);
            _inBlock = FileHeader.Length;
        }
    }

    /// <summary>What every file begins with: ":W&amp;B", a magic number, version 0.</summary>
    public static ReadOnlySpan<byte> FileHeader => [0x3A, 0x57, 0x26, 0x42, 0xE1, 0xBE, 0x00];

    public string FilePath => _file.FilePath;

    public void Append(ReadOnlySpan<byte> record)
    {
        int most = record.Length + ChunkHeaderLength * (record.Length / ChunkLength + 4);
        lock (_file.Gate)
        {
            Span<byte> room = _file.Reserve(most);
            if (room.IsEmpty) return;
            int at = 0, left = BlockLength - _inBlock;
            if (left < ChunkHeaderLength)
            {
                room[..left].Clear();
                (at, left) = (left, BlockLength);
            }

            bool isFirst = true;
            while (true)
            {
                int length = Math.Min(record.Length, left - ChunkHeaderLength);
                bool isLast = length == record.Length;
                WandbChunk kind = isFirst ? isLast ? WandbChunk.Full : WandbChunk.First : isLast ? WandbChunk.Last : WandbChunk.Middle;
                Span<byte> chunk = room.Slice(at, ChunkHeaderLength + length);
                record[..length].CopyTo(chunk[ChunkHeaderLength..]);
                chunk[6] = (byte)kind;
                BinaryPrimitives.WriteUInt16LittleEndian(chunk[4..], (ushort)length);
                BinaryPrimitives.WriteUInt32LittleEndian(chunk, Crc32.Append(0, chunk[6..]));
                at += chunk.Length;
                left -= chunk.Length;
                if (isLast) break;
                record = record[length..];
                (isFirst, left) = (false, BlockLength);
            }

            _inBlock = BlockLength - left;
            _file.Commit(at);
        }
    }

    public void Flush() => _file.Flush();

    public void Dispose() => _file.Dispose();
}
