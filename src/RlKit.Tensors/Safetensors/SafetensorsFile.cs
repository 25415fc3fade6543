using System.Buffers.Binary;
using System.Globalization;
using System.Text.Json;
using System.Text.Unicode;

namespace RlKit.Tensors;

/// <summary>A safetensors file, read and checked as a whole: named tensors and a map of text.</summary>
/// <remarks>
/// The format is Hugging Face's (https://github.com/huggingface/safetensors): eight bytes with the length of a JSON header, the header, and the
/// data, which the tensors cover without a gap. Anything else is refused with a <see cref="SafetensorsFormatException"/>, before any tensor is handed out.
/// Write such files with <see cref="SafetensorsWriter"/>.
/// </remarks>
public sealed class SafetensorsFile
{
    internal const string MetadataKey = "__metadata__";

    private const int PrefixLength = 8;

    // The format's own limit; it keeps a wrong length from asking for gigabytes.
    private const int MaximumHeaderLength = 100_000_000;

    private readonly Dictionary<string, SafetensorsEntry> _byName;

    private SafetensorsFile(SafetensorsEntry[] entries, Dictionary<string, string> metadata)
    {
        Entries = entries;
        Metadata = metadata;
        _byName = entries.ToDictionary(entry => entry.Name, StringComparer.Ordinal);
    }

    /// <summary>The tensors, in the order of their data in the file.</summary>
    public IReadOnlyList<SafetensorsEntry> Entries { get; }

    /// <summary>The file's text, by key; empty when it has none.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; }

    /// <summary>The tensor of a name.</summary>
    /// <param name="name">The name, as written in the file.</param>
    /// <exception cref="KeyNotFoundException">The file has no tensor of that name.</exception>
    public SafetensorsEntry this[string name] => _byName.TryGetValue(name, out SafetensorsEntry? entry)
        ? entry
        : throw new KeyNotFoundException($"The safetensors file has no tensor '{name}'; it has {Listed(_byName.Keys)}.");

    /// <summary>Whether the file has a tensor of a name.</summary>
    /// <param name="name">The name, as written in the file.</param>
    /// <returns>True if it has.</returns>
    public bool Contains(string name) => _byName.ContainsKey(name);

    /// <summary>Reads a file.</summary>
    /// <param name="path">The file's path.</param>
    /// <returns>The tensors, with their data in memory.</returns>
    /// <exception cref="SafetensorsFormatException">The file is malformed or cut short.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static SafetensorsFile Read(string path)
    {
        using FileStream stream = new(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 1);
        return Read(stream);
    }

    /// <summary>Reads everything from a stream's position to its end.</summary>
    /// <param name="stream">The stream; offsets in errors count from its position now.</param>
    /// <returns>The tensors, with their data in memory.</returns>
    /// <exception cref="SafetensorsFormatException">The content is malformed or cut short.</exception>
    public static SafetensorsFile Read(Stream stream)
    {
        ArgumentNullException.ThrowIfNull(stream);
        if (!stream.CanSeek)
        {
            // Sizes are checked against the real length before anything is allocated, so the length must be known.
            using var whole = new MemoryStream();
            stream.CopyTo(whole);
            return Parse(whole.GetBuffer().AsSpan(0, (int)whole.Length));
        }

        long length = stream.Length - stream.Position;
        var prefix = new byte[Math.Min(PrefixLength, length)];
        ReadAll(stream, prefix, 0);
        var header = new byte[HeaderLength(prefix, length)];
        ReadAll(stream, header, PrefixLength);
        (SafetensorsFile file, long position) = ParseHeader(header, length - PrefixLength - header.Length);
        foreach (SafetensorsEntry entry in file.Entries)
        {
            ReadAll(stream, entry.Data, position);
            position += entry.Data.Length;
        }

        return file;
    }

    /// <summary>Reads a file that is in memory.</summary>
    /// <param name="bytes">The whole file; its data is copied.</param>
    /// <returns>The tensors.</returns>
    /// <exception cref="SafetensorsFormatException">The bytes are malformed or cut short.</exception>
    public static SafetensorsFile Parse(ReadOnlySpan<byte> bytes)
    {
        ReadOnlySpan<byte> header = bytes.Slice(PrefixLength, HeaderLength(bytes, bytes.Length));
        (SafetensorsFile file, long position) = ParseHeader(header, bytes.Length - PrefixLength - header.Length);
        ReadOnlySpan<byte> data = bytes[(int)position..];
        foreach (SafetensorsEntry entry in file.Entries)
        {
            data[..entry.Data.Length].CopyTo(entry.Data);
            data = data[entry.Data.Length..];
        }

        return file;
    }

    internal static string Listed(IEnumerable<string> names)
    {
        string[] all = [.. names];
        if (all.Length == 0) return "none";
        string shown = string.Join(", ", all.Take(8).Select(name => $"'{name}'"));
        return all.Length > 8 ? string.Create(CultureInfo.InvariantCulture, $"{shown} and {all.Length - 8} more") : shown;
    }

    private static int HeaderLength(ReadOnlySpan<byte> start, long fileLength)
    {
        if (fileLength < PrefixLength) throw Fault(fileLength, $"it has {fileLength} bytes, fewer than the {PrefixLength} of the header's length");
        ulong length = BinaryPrimitives.ReadUInt64LittleEndian(start);
        if (length > MaximumHeaderLength) throw Fault(0, $"the header's length is given as {length} bytes, more than the {MaximumHeaderLength} allowed");
        if ((long)length > fileLength - PrefixLength) throw Fault(fileLength, $"the header's length is given as {length} bytes, but only {fileLength - PrefixLength} follow");
        return (int)length;
    }

    // Everything that can be wrong is found here, before the data is read.
    private static (SafetensorsFile File, long DataStart) ParseHeader(ReadOnlySpan<byte> header, long dataLength)
    {
        long dataStart = PrefixLength + header.Length;
        if (header.Length == 0 || header[0] != (byte)'{') throw Fault(PrefixLength, "the header does not begin with '{'");
        if (!Utf8.IsValid(header)) throw Fault(PrefixLength + FirstInvalidUtf8(header), "the header is not UTF-8");

        var infos = new List<(string Name, SafetensorsType Type, int[] Shape, long Begin, long End, long At)>();
        var metadata = new Dictionary<string, string>(StringComparer.Ordinal);
        var seen = new HashSet<string>(StringComparer.Ordinal);
        var reader = new Utf8JsonReader(header);
        try
        {
            Next(ref reader, JsonTokenType.StartObject, "the header");
            while (NextIsProperty(ref reader))
            {
                long at = PrefixLength + reader.TokenStartIndex;
                string name = reader.GetString()!;
                if (!seen.Add(name)) throw Fault(at, $"the name '{name}' occurs twice");
                if (name == MetadataKey)
                {
                    ReadMetadata(ref reader, metadata);
                }
                else
                {
                    (SafetensorsType type, int[] shape, long begin, long end) = ReadInfo(ref reader, name, at);
                    infos.Add((name, type, shape, begin, end, at));
                }
            }

            if (reader.Read()) throw Fault(PrefixLength + reader.TokenStartIndex, "something follows the header's JSON object");
        }
        catch (JsonException error)
        {
            throw new SafetensorsFormatException($"the header is not valid JSON: {error.Message.TrimEnd('.')}", PrefixLength + reader.BytesConsumed, error);
        }
        catch (InvalidOperationException error)
        {
            // GetString: an escaped half of a surrogate pair.
            throw new SafetensorsFormatException("the header has text that is not Unicode", PrefixLength + reader.TokenStartIndex, error);
        }

        infos.Sort((a, b) => a.Begin != b.Begin ? a.Begin.CompareTo(b.Begin) : a.End.CompareTo(b.End));
        long covered = 0;
        foreach (var info in infos)
        {
            if (info.End > dataLength)
                throw Fault(info.At, $"tensor '{info.Name}' ends at byte {info.End} of the data, but the file has only {dataLength} bytes of data");
            if (info.Begin < covered) throw Fault(info.At, $"tensor '{info.Name}' begins at byte {info.Begin} of the data, inside the tensor before it, which ends at {covered}");
            if (info.Begin > covered) throw Fault(info.At, $"tensor '{info.Name}' begins at byte {info.Begin} of the data, leaving a gap after {covered}");
            covered = info.End;
        }

        if (covered != dataLength) throw Fault(dataStart + covered, $"{dataLength - covered} bytes follow the last tensor");
        return (new SafetensorsFile([.. infos.Select(info => new SafetensorsEntry(info.Name, info.Type, info.Shape, new byte[info.End - info.Begin]))], metadata), dataStart);
    }

    private static void ReadMetadata(ref Utf8JsonReader reader, Dictionary<string, string> metadata)
    {
        Next(ref reader, JsonTokenType.StartObject, MetadataKey);
        while (NextIsProperty(ref reader))
        {
            long at = PrefixLength + reader.TokenStartIndex;
            string key = reader.GetString()!;
            Next(ref reader, JsonTokenType.String, $"{MetadataKey}['{key}']");
            if (!metadata.TryAdd(key, reader.GetString()!)) throw Fault(at, $"the key '{key}' of {MetadataKey} occurs twice");
        }
    }

    private static (SafetensorsType Type, int[] Shape, long Begin, long End) ReadInfo(ref Utf8JsonReader reader, string name, long at)
    {
        SafetensorsType? type = null;
        List<long>? shape = null;
        List<long>? offsets = null;
        Next(ref reader, JsonTokenType.StartObject, $"tensor '{name}'");
        while (NextIsProperty(ref reader))
        {
            long fieldAt = PrefixLength + reader.TokenStartIndex;
            string field = reader.GetString()!;
            string what = $"{field} of tensor '{name}'";
            bool twice = field switch { "dtype" => type is not null, "shape" => shape is not null, "data_offsets" => offsets is not null, _ => false };
            if (twice) throw Fault(fieldAt, $"{what} occurs twice");
            switch (field)
            {
                case "dtype":
                    Next(ref reader, JsonTokenType.String, what);
                    string typeName = reader.GetString()!;
                    type = TypeOf(typeName) ?? throw Fault(PrefixLength + reader.TokenStartIndex, $"tensor '{name}' has the unknown dtype '{typeName}'");
                    break;
                case "shape":
                    shape = ReadIntegers(ref reader, what);
                    break;
                case "data_offsets":
                    offsets = ReadIntegers(ref reader, what);
                    break;
                default:
                    throw Fault(fieldAt, $"tensor '{name}' has the unknown field '{field}'");
            }
        }

        if (type is null || shape is null || offsets is null)
            throw Fault(at, $"tensor '{name}' lacks {(type is null ? "dtype" : shape is null ? "shape" : "data_offsets")}");
        if (offsets.Count != 2) throw Fault(at, $"data_offsets of tensor '{name}' has {offsets.Count} numbers, not 2");
        (long begin, long end) = (offsets[0], offsets[1]);
        if (end < begin) throw Fault(at, $"tensor '{name}' ends at byte {end} of the data, before its begin {begin}");
        if (end - begin > Array.MaxLength) throw Fault(at, $"tensor '{name}' has {end - begin} bytes, more than the {Array.MaxLength} that an array holds");

        string dimensions = string.Join(", ", shape);
        UInt128 bytes = (UInt128)SafetensorsEntry.SizeOf(type.Value);
        foreach (long length in shape)
        {
            if (length > int.MaxValue) throw Fault(at, $"tensor '{name}' has shape ({dimensions}), an axis longer than {int.MaxValue}");
            bytes *= (UInt128)length;
            if (bytes > long.MaxValue) throw Fault(at, $"tensor '{name}' has shape ({dimensions}), too large");
        }

        if (bytes != (UInt128)(end - begin))
            throw Fault(at, $"tensor '{name}' of shape ({dimensions}) and dtype {type.Value} needs {bytes} bytes, but its data_offsets span {end - begin}");
        return (type.Value, [.. shape.Select(length => (int)length)], begin, end);
    }

    private static List<long> ReadIntegers(ref Utf8JsonReader reader, string what)
    {
        var values = new List<long>();
        Next(ref reader, JsonTokenType.StartArray, what);
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (reader.TokenType != JsonTokenType.Number || !reader.TryGetInt64(out long value) || value < 0)
                throw Fault(PrefixLength + reader.TokenStartIndex, $"{what} holds something else than integers from 0 to {long.MaxValue}");
            values.Add(value);
        }

        return values;
    }

    private static void Next(ref Utf8JsonReader reader, JsonTokenType expected, string what)
    {
        if (!reader.Read() || reader.TokenType != expected)
            throw Fault(PrefixLength + reader.TokenStartIndex, $"{what} is {reader.TokenType} where {expected} belongs");
    }

    // Read fails with a JsonException at the end of a cut-off header, so the next token is a property or the object's end.
    private static bool NextIsProperty(ref Utf8JsonReader reader) => reader.Read() && reader.TokenType == JsonTokenType.PropertyName;

    private static SafetensorsType? TypeOf(string name) => name switch
    {
        "F64" => SafetensorsType.F64,
        "F32" => SafetensorsType.F32,
        "F16" => SafetensorsType.F16,
        "BF16" => SafetensorsType.BF16,
        "I64" => SafetensorsType.I64,
        "I32" => SafetensorsType.I32,
        "I16" => SafetensorsType.I16,
        "I8" => SafetensorsType.I8,
        "U64" => SafetensorsType.U64,
        "U32" => SafetensorsType.U32,
        "U16" => SafetensorsType.U16,
        "U8" => SafetensorsType.U8,
        "BOOL" => SafetensorsType.Bool,
        _ => null,
    };

    private static void ReadAll(Stream stream, Span<byte> destination, long position)
    {
        int read = stream.ReadAtLeast(destination, destination.Length, throwOnEndOfStream: false);
        if (read < destination.Length) throw Fault(position + read, $"it ends {destination.Length - read} bytes early");
    }

    private static int FirstInvalidUtf8(ReadOnlySpan<byte> text)
    {
        int position = 0;
        while (System.Text.Rune.DecodeFromUtf8(text[position..], out _, out int consumed) == System.Buffers.OperationStatus.Done) position += consumed;
        return position;
    }

    private static SafetensorsFormatException Fault(long byteOffset, string message) => new(message, byteOffset);
}
