using System.Buffers.Binary;
using System.Text;

namespace RlKit.Tracking.MLflow;

/// <summary>Reads a file of metrics from its beginning to as far as it is written, and goes on when there is more.</summary>
internal sealed class MLflowQueueReader : IDisposable
{
    private readonly Dictionary<uint, string> _names = [];
    private readonly FileStream _file;
    private byte[] _content = new byte[1024];
    private long _position = MetricsFile.HeaderLength;

    public MLflowQueueReader(string path) => _file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, 1 << 16);

    /// <summary>The next record that is whole; null where there is none yet.</summary>
    public MLflowRecord? Read()
    {
        Span<byte> frame = stackalloc byte[MetricsFile.FrameLength];
        while (true)
        {
            if (_file.Position != _position) _file.Position = _position;
            if (_file.ReadAtLeast(frame, frame.Length, throwOnEndOfStream: false) < frame.Length) return null;
            uint length = BinaryPrimitives.ReadUInt32LittleEndian(frame);
            if (length < 5 || length > _file.Length - _position - frame.Length) return null;
            if (_content.Length < length) _content = new byte[length];
            Span<byte> content = _content.AsSpan(0, (int)length);
            if (_file.ReadAtLeast(content, content.Length, throwOnEndOfStream: false) < content.Length) return null;
            if (MetricsFile.Checksum(content) != BinaryPrimitives.ReadUInt32LittleEndian(frame[4..])) return null;
            _position += frame.Length + length;
            uint number = MetricsFile.NameNumber(content);
            if (content[0] == MetricsFile.NameKind)
            {
                _names[number] = Encoding.UTF8.GetString(content[5..]);
                continue;
            }

            ReadOnlySpan<byte> rest = content[MetricsFile.StampLength..];
            long time = (long)(BinaryPrimitives.ReadDoubleLittleEndian(content[13..]) * 1000);
            bool isScalar = content[0] == (byte)MetricKind.Scalar;
            return new MLflowRecord(content[0], _names[number], MetricsFile.Step(content), time, isScalar ? BinaryPrimitives.ReadDoubleLittleEndian(rest) : 0, isScalar ? "" : Encoding.UTF8.GetString(rest), _position);
        }
    }

    public void Dispose() => _file.Dispose();
}
