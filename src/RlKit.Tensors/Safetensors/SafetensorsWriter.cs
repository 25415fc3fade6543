using System.Buffers;
using System.Buffers.Binary;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace RlKit.Tensors;

/// <summary>Collects named tensors and text, and writes them as a safetensors file that <see cref="SafetensorsFile"/> and PyTorch read.</summary>
/// <remarks>Adding copies the elements, so that a file can be written while the tensors already change.</remarks>
public sealed class SafetensorsWriter
{
    private static readonly JsonWriterOptions HeaderOptions = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly List<SafetensorsEntry> _entries = [];
    private readonly HashSet<string> _names = new(StringComparer.Ordinal);

    /// <summary>Text that is stored beside the tensors, by key.</summary>
    public IDictionary<string, string> Metadata { get; } = new SortedDictionary<string, string>(StringComparer.Ordinal);

    /// <summary>Adds a tensor.</summary>
    /// <typeparam name="T">float, double, Half, or an integer of 1 to 8 bytes.</typeparam>
    /// <param name="name">The tensor's name, for instance <c>0.weight</c>.</param>
    /// <param name="shape">The length of every axis; empty for a scalar.</param>
    /// <param name="values">The elements, row-major.</param>
    /// <exception cref="ArgumentException">The name is taken, reserved or not Unicode; the shape does not match the number of values; or the format has no such element type.</exception>
    public void Add<T>(string name, ReadOnlySpan<int> shape, ReadOnlySpan<T> values)
        where T : unmanaged
    {
        ArgumentNullException.ThrowIfNull(name);
        if (name == SafetensorsFile.MetadataKey) throw new ArgumentException($"'{name}' is reserved by the format; choose another name.", nameof(name));
        CheckUnicode(name, nameof(name));
        SafetensorsType type = TypeOf<T>();
        long count = 1;
        foreach (int length in shape)
        {
            ArgumentOutOfRangeException.ThrowIfNegative(length, nameof(shape));
            count = checked(count * length);
        }

        if (count != values.Length)
        {
            throw new ArgumentException(
                string.Create(CultureInfo.InvariantCulture, $"Tensor '{name}' of shape ({string.Join(", ", shape.ToArray())}) has {count} elements, but {values.Length} values were given."),
                nameof(values));
        }

        byte[] data = MemoryMarshal.AsBytes(values).ToArray();
        if (!_names.Add(name)) throw new ArgumentException($"A tensor named '{name}' was added already.", nameof(name));
        _entries.Add(new SafetensorsEntry(name, type, shape.ToArray(), data));
    }

    /// <summary>Writes the file to a stream.</summary>
    /// <param name="stream">Where to write, from its present position.</param>
    public void Write(Stream stream)
    {
        ArgumentNullException.ThrowIfNull(stream);

        // Larger elements first and a header padded to eight bytes: every tensor is then aligned to its element, as readers that map the file want it.
        SafetensorsEntry[] ordered = [.. _entries.OrderByDescending(entry => SafetensorsEntry.SizeOf(entry.Type))];
        ReadOnlySpan<byte> header = Header(ordered);
        int padding = -header.Length & 7;
        Span<byte> prefix = stackalloc byte[8];
        BinaryPrimitives.WriteUInt64LittleEndian(prefix, (ulong)(header.Length + padding));
        stream.Write(prefix);
        stream.Write(header);
        stream.Write("       "u8[..padding]);
        foreach (SafetensorsEntry entry in ordered) stream.Write(entry.Bytes);
    }

    /// <summary>Writes the file beside its place, flushes it to the disk and renames it, so that the path never shows half a file.</summary>
    /// <param name="path">The file's path; a file that is there is replaced.</param>
    /// <exception cref="IOException">The file cannot be written; what was at <paramref name="path"/> is untouched.</exception>
    public void Save(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        string beside = path + ".tmp";
        try
        {
            using (FileStream stream = new(beside, FileMode.Create, FileAccess.Write, FileShare.None))
            {
                Write(stream);
                stream.Flush(flushToDisk: true);
            }

            File.Move(beside, path, overwrite: true);
        }
        catch
        {
            File.Delete(beside);
            throw;
        }
    }

    private ReadOnlySpan<byte> Header(SafetensorsEntry[] ordered)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using var json = new Utf8JsonWriter(buffer, HeaderOptions);
        json.WriteStartObject();
        if (Metadata.Count > 0)
        {
            json.WriteStartObject(SafetensorsFile.MetadataKey);
            foreach ((string key, string text) in Metadata)
            {
                CheckUnicode(key, nameof(Metadata));
                CheckUnicode(text, nameof(Metadata));
                json.WriteString(key, text);
            }

            json.WriteEndObject();
        }

        long offset = 0;
        foreach (SafetensorsEntry entry in ordered)
        {
            json.WriteStartObject(entry.Name);
            json.WriteString("dtype", entry.Type.ToString());
            json.WriteStartArray("shape");
            foreach (int length in entry.Shape) json.WriteNumberValue(length);
            json.WriteEndArray();
            json.WriteStartArray("data_offsets");
            json.WriteNumberValue(offset);
            json.WriteNumberValue(offset += entry.Data.Length);
            json.WriteEndArray();
            json.WriteEndObject();
        }

        json.WriteEndObject();
        json.Flush();
        return buffer.WrittenSpan;
    }

    private static SafetensorsType TypeOf<T>() =>
        typeof(T) == typeof(float) ? SafetensorsType.F32
        : typeof(T) == typeof(double) ? SafetensorsType.F64
        : typeof(T) == typeof(Half) ? SafetensorsType.F16
        : typeof(T) == typeof(long) ? SafetensorsType.I64
        : typeof(T) == typeof(int) ? SafetensorsType.I32
        : typeof(T) == typeof(short) ? SafetensorsType.I16
        : typeof(T) == typeof(sbyte) ? SafetensorsType.I8
        : typeof(T) == typeof(ulong) ? SafetensorsType.U64
        : typeof(T) == typeof(uint) ? SafetensorsType.U32
        : typeof(T) == typeof(ushort) ? SafetensorsType.U16
        : typeof(T) == typeof(byte) ? SafetensorsType.U8
        : throw new ArgumentException($"safetensors has no element type for {typeof(T).Name}; use float, double, Half or an integer of 1 to 8 bytes.", "values");

    // A lone surrogate has no UTF-8 form; written, it would come back as another name.
    private static void CheckUnicode(string text, string argument)
    {
        ReadOnlySpan<char> rest = text;
        while (!rest.IsEmpty)
        {
            if (Rune.DecodeFromUtf16(rest, out _, out int consumed) != OperationStatus.Done)
                throw new ArgumentException($"'{text}' is not valid Unicode: it has half of a surrogate pair.", argument);
            rest = rest[consumed..];
        }
    }
}
