using System.Buffers.Binary;
using System.Text;
using FsCheck;
using FsCheck.Fluent;
using RlKit.Tensors;

namespace RlKit.Tests;

public class SafetensorsTests
{
    [Test]
    public void What_is_written_is_read()
    {
        var writer = new SafetensorsWriter { Metadata = { ["format"] = "pt", ["größe \"x\""] = "äöü \n 🙂" } };
        writer.Add<byte>("bytes", [3], [1, 2, 255]);
        writer.Add("0.weight", [2, 3], [1f, -2f, float.NaN, float.PositiveInfinity, float.Epsilon, -0f]);
        writer.Add<double>("double", [], [Math.PI]);
        writer.Add<float>("empty", [0, 7], []);
        writer.Add("step", [1], [long.MinValue]);
        writer.Add<Half>("half", [2], [(Half)0.1f, Half.NegativeInfinity]);
        writer.Add<sbyte>("i8", [1], [-1]);
        writer.Add<short>("i16", [1], [-2]);
        writer.Add<int>("i32", [1], [-3]);
        writer.Add<ushort>("u16", [1], [65535]);
        writer.Add<uint>("u32", [1], [uint.MaxValue]);
        writer.Add<ulong>("u64", [1], [ulong.MaxValue]);
        byte[] bytes = Bytes(writer);

        SafetensorsFile file = SafetensorsFile.Parse(bytes);
        Assert.Multiple(() =>
        {
            Assert.That(file.Metadata, Is.EquivalentTo(writer.Metadata));
            Assert.That(file.Entries.Select(entry => entry.Name), Is.EquivalentTo(new[] { "bytes", "0.weight", "double", "empty", "step", "half", "i8", "i16", "i32", "u16", "u32", "u64" }));
            Assert.That(file["0.weight"].Shape.ToArray(), Is.EqualTo(new[] { 2, 3 }));
            Assert.That(file["0.weight"].ToSingles().Select(BitConverter.SingleToUInt32Bits), Is.EqualTo(new[] { 1f, -2f, float.NaN, float.PositiveInfinity, float.Epsilon, -0f }.Select(BitConverter.SingleToUInt32Bits)));
            Assert.That(file["double"].Shape.Length, Is.Zero);
            Assert.That(file["double"].Count, Is.EqualTo(1));
            Assert.That(file["double"].ToSingles(), Is.EqualTo(new[] { (float)Math.PI }));
            Assert.That(Read<double>(file["double"]), Is.EqualTo(new[] { Math.PI }));
            Assert.That(file["empty"].Shape.ToArray(), Is.EqualTo(new[] { 0, 7 }));
            Assert.That(file["empty"].ToSingles(), Is.Empty);
            Assert.That(Read<long>(file["step"]), Is.EqualTo(new[] { long.MinValue }));
            Assert.That(file["half"].ToSingles(), Is.EqualTo(new[] { (float)(Half)0.1f, float.NegativeInfinity }));
            Assert.That(Read<byte>(file["bytes"]), Is.EqualTo(new byte[] { 1, 2, 255 }));
            Assert.That(Read<sbyte>(file["i8"]), Is.EqualTo(new sbyte[] { -1 }));
            Assert.That(Read<short>(file["i16"]), Is.EqualTo(new short[] { -2 }));
            Assert.That(Read<int>(file["i32"]), Is.EqualTo(new[] { -3 }));
            Assert.That(Read<ushort>(file["u16"]), Is.EqualTo(new ushort[] { 65535 }));
            Assert.That(Read<uint>(file["u32"]), Is.EqualTo(new[] { uint.MaxValue }));
            Assert.That(Read<ulong>(file["u64"]), Is.EqualTo(new[] { ulong.MaxValue }));
        });
    }

    [Test]
    public void Every_tensor_is_aligned_to_its_element()
    {
        var writer = new SafetensorsWriter();
        writer.Add<byte>("a", [3], [1, 2, 3]);
        writer.Add<Half>("b", [1], [Half.One]);
        writer.Add("c", [1], [1f]);
        writer.Add("d", [1], [1.0]);
        byte[] bytes = Bytes(writer);
        long position = 8 + (long)BinaryPrimitives.ReadUInt64LittleEndian(bytes);
        Assert.That(position % 8, Is.Zero);
        foreach (SafetensorsEntry entry in SafetensorsFile.Parse(bytes).Entries)
        {
            Assert.That(position % (entry.Bytes.Length / entry.Count), Is.Zero, entry.Name);
            position += entry.Bytes.Length;
        }

        Assert.That(position, Is.EqualTo(bytes.Length));
    }

    [Test]
    public void Half_and_bfloat16_and_double_become_singles()
    {
        byte[] data = [0x00, 0x3C, 0x00, 0xC0, /* half 1, -2 */ 0xC0, 0x3F, 0x80, 0xFF, /* bfloat16 1.5, -infinity */ .. BitConverter.GetBytes(0.1), 1];
        SafetensorsFile file = SafetensorsFile.Parse(File(
            """{"h":{"dtype":"F16","shape":[2],"data_offsets":[0,4]},"b":{"dtype":"BF16","shape":[2],"data_offsets":[4,8]},"d":{"dtype":"F64","shape":[1],"data_offsets":[8,16]},"t":{"dtype":"BOOL","shape":[],"data_offsets":[16,17]}}""",
            data));
        Assert.Multiple(() =>
        {
            Assert.That(file["h"].ToSingles(), Is.EqualTo(new[] { 1f, -2f }));
            Assert.That(file["b"].ToSingles(), Is.EqualTo(new[] { 1.5f, float.NegativeInfinity }));
            Assert.That(file["d"].ToSingles(), Is.EqualTo(new[] { 0.1f }));
            Assert.That(Read<byte>(file["t"]), Is.EqualTo(new byte[] { 1 }));
        });
    }

    [Test]
    public void A_double_beyond_single_precision_is_refused()
    {
        var writer = new SafetensorsWriter();
        writer.Add("d", [2], [1.0, 1e300]);
        SafetensorsEntry entry = SafetensorsFile.Parse(Bytes(writer))["d"];
        Assert.That(entry.ToSingles, Throws.TypeOf<OverflowException>().With.Message.Contains("Element 1 of tensor 'd'"));
    }

    [Test]
    public void Reading_as_the_wrong_type_or_length_is_refused()
    {
        var writer = new SafetensorsWriter();
        writer.Add("i", [2], [1L, 2L]);
        SafetensorsFile file = SafetensorsFile.Parse(Bytes(writer));
        Assert.Multiple(() =>
        {
            Assert.That(file["i"].ToSingles, Throws.InvalidOperationException.With.Message.Contains("I64"));
            Assert.That(() => file["i"].CopyTo(new int[2].AsSpan()), Throws.InvalidOperationException.With.Message.EqualTo("Tensor 'i' holds I64 elements, not Int32."));
            Assert.That(() => file["i"].CopyTo(new long[3].AsSpan()), Throws.ArgumentException.With.Message.Contains("2 elements").And.Message.Contains("room for 3"));
            Assert.That(() => file["j"], Throws.TypeOf<KeyNotFoundException>().With.Message.Contains("'j'").And.Message.Contains("'i'"));
            Assert.That(file.Contains("j"), Is.False);
        });
    }

    [Test]
    public void The_writer_refuses_what_it_cannot_write()
    {
        var writer = new SafetensorsWriter();
        writer.Add("a", [1], [1f]);
        Assert.Multiple(() =>
        {
            Assert.That(() => writer.Add("a", [1], [1f]), Throws.ArgumentException.With.Message.Contains("'a'"));
            Assert.That(() => writer.Add("b", [2, 2], [1f]), Throws.ArgumentException.With.Message.Contains("(2, 2) has 4 elements, but 1 values"));
            Assert.That(() => writer.Add("c", [-1], [1f]), Throws.TypeOf<ArgumentOutOfRangeException>());
            Assert.That(() => writer.Add("__metadata__", [1], [1f]), Throws.ArgumentException.With.Message.Contains("reserved"));
            Assert.That(() => writer.Add("\ud800", [1], [1f]), Throws.ArgumentException.With.Message.Contains("surrogate"));
            Assert.That(() => writer.Add("d", [1], [1m]), Throws.ArgumentException.With.Message.Contains("Decimal"));
        });
    }

    private static IEnumerable<TestCaseData> Malformed()
    {
        const string One = """{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}""";
        static TestCaseData Case(string name, byte[] bytes, long at, string message) => new TestCaseData(bytes, at, message).SetName($"Refused: {name}");
        static TestCaseData Header(string name, string header, int dataLength, long at, string message) => Case(name, File(header, new byte[dataLength]), at, message);

        yield return Case("an empty file", [], 0, "it has 0 bytes, fewer than the 8");
        yield return Case("half a length", [1, 0, 0], 3, "it has 3 bytes, fewer than the 8");
        yield return Case("a huge header", [0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, (byte)'{'], 0, "18446744073709551615 bytes, more than the 100000000");
        yield return Case("a header beyond the end", [9, 0, 0, 0, 0, 0, 0, 0, (byte)'{', (byte)'}'], 10, "given as 9 bytes, but only 2 follow");
        yield return Header("an empty header", "", 0, 8, "does not begin with '{'");
        yield return Header("a header that begins with a space", " {}", 0, 8, "does not begin with '{'");
        yield return Header("a header that is an array", "[]", 0, 8, "does not begin with '{'");
        yield return Header("a cut-off header", "{\"a\":", 0, 13, "not valid JSON");
        yield return Header("two objects", "{}{}", 0, 10, "not valid JSON");
        yield return Header("a name twice", """{"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},"a":{"dtype":"U8","shape":[1],"data_offsets":[1,2]}}""", 2, 61, "'a' occurs twice");
        yield return Header("a field twice", """{"a":{"dtype":"U8","dtype":"U8","shape":[1],"data_offsets":[0,1]}}""", 1, 27, "dtype of tensor 'a' occurs twice");
        yield return Header("a metadata key twice", """{"__metadata__":{"k":"1","k":"2"}}""", 0, 33, "'k' of __metadata__ occurs twice");
        yield return Header("metadata that is not text", """{"__metadata__":{"k":1}}""", 0, 29, "__metadata__['k'] is Number where String belongs");
        yield return Header("metadata that is no map", """{"__metadata__":[]}""", 0, 24, "__metadata__ is StartArray where StartObject belongs");
        yield return Header("half a surrogate pair", """{"__metadata__":{"k":"\ud800"}}""", 0, 29, "not Unicode");
        yield return Header("a tensor that is no object", """{"a":1}""", 0, 13, "tensor 'a' is Number where StartObject belongs");
        yield return Header("no dtype", """{"a":{"shape":[1],"data_offsets":[0,4]}}""", 4, 9, "tensor 'a' lacks dtype");
        yield return Header("no shape", """{"a":{"dtype":"F32","data_offsets":[0,4]}}""", 4, 9, "tensor 'a' lacks shape");
        yield return Header("no offsets", """{"a":{"dtype":"F32","shape":[1]}}""", 4, 9, "tensor 'a' lacks data_offsets");
        yield return Header("an unknown dtype", """{"a":{"dtype":"F31","shape":[1],"data_offsets":[0,4]}}""", 4, 22, "unknown dtype 'F31'");
        yield return Header("an unknown field", """{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4],"x":1}}""", 4, 61, "unknown field 'x'");
        yield return Header("a negative axis", """{"a":{"dtype":"F32","shape":[-1],"data_offsets":[0,4]}}""", 4, 37, "shape of tensor 'a' holds something else than integers");
        yield return Header("a fractional axis", """{"a":{"dtype":"F32","shape":[1.5],"data_offsets":[0,4]}}""", 4, 37, "shape of tensor 'a' holds something else than integers");
        yield return Header("a text as an axis", """{"a":{"dtype":"F32","shape":["1"],"data_offsets":[0,4]}}""", 4, 37, "shape of tensor 'a' holds something else than integers");
        yield return Header("an axis beyond an int", """{"a":{"dtype":"F32","shape":[3000000000],"data_offsets":[0,4]}}""", 4, 9, "an axis longer than 2147483647");
        yield return Header("a shape that overflows", """{"a":{"dtype":"F32","shape":[2000000000,2000000000,4],"data_offsets":[0,4]}}""", 4, 9, "too large");
        yield return Header("three offsets", """{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4,8]}}""", 4, 9, "has 3 numbers, not 2");
        yield return Header("offsets in the wrong order", """{"a":{"dtype":"F32","shape":[1],"data_offsets":[4,0]}}""", 4, 9, "ends at byte 0 of the data, before its begin 4");
        yield return Header("offsets that do not fit the shape", """{"a":{"dtype":"F32","shape":[2,3],"data_offsets":[0,4]}}""", 4, 9, "shape (2, 3) and dtype F32 needs 24 bytes, but its data_offsets span 4");
        yield return Header("a tensor beyond an array", """{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4000000000]}}""", 4, 9, "more than the 2147483591 that an array holds");
        yield return Header("data cut short", One, 3, 9, "tensor 'a' ends at byte 4 of the data, but the file has only 3 bytes");
        yield return Header("data left over", One, 5, 8 + One.Length + 4, "1 bytes follow the last tensor");
        yield return Header("overlapping tensors", """{"a":{"dtype":"U8","shape":[2],"data_offsets":[0,2]},"b":{"dtype":"U8","shape":[2],"data_offsets":[1,3]}}""", 3, 61, "tensor 'b' begins at byte 1 of the data, inside the tensor before it, which ends at 2");
        yield return Header("a gap between tensors", """{"a":{"dtype":"U8","shape":[2],"data_offsets":[0,2]},"b":{"dtype":"U8","shape":[2],"data_offsets":[3,5]}}""", 5, 61, "tensor 'b' begins at byte 3 of the data, leaving a gap after 2");
        yield return Case("a header that is not UTF-8", File([(byte)'{', (byte)'"', 0xC3, 0x28, (byte)'"', (byte)'}'], []), 10, "not UTF-8");
    }

    [TestCaseSource(nameof(Malformed))]
    public void Malformed_files_are_refused_with_what_is_wrong_and_where(byte[] bytes, long at, string message)
    {
        SafetensorsFormatException parsed = Assert.Throws<SafetensorsFormatException>(() => SafetensorsFile.Parse(bytes))!;
        SafetensorsFormatException read = Assert.Throws<SafetensorsFormatException>(() => SafetensorsFile.Read(new MemoryStream(bytes)))!;
        SafetensorsFormatException piped = Assert.Throws<SafetensorsFormatException>(() => SafetensorsFile.Read(new Pipe(bytes)))!;
        Assert.Multiple(() =>
        {
            Assert.That(parsed.Message, Does.StartWith("Not a valid safetensors file: ").And.Contain(message).And.EndWith($"(at byte {at})."));
            Assert.That(parsed.ByteOffset, Is.EqualTo(at));
            Assert.That(read.Message, Is.EqualTo(parsed.Message));
            Assert.That(piped.Message, Is.EqualTo(parsed.Message));
        });
    }

    [Test]
    public void A_file_cut_anywhere_is_refused()
    {
        var writer = new SafetensorsWriter { Metadata = { ["step"] = "12" } };
        writer.Add("0.weight", [2, 2], [1f, 2f, 3f, 4f]);
        writer.Add("0.bias", [2], [5f, 6f]);
        byte[] bytes = Bytes(writer);
        for (int length = 0; length < bytes.Length; length++)
            Assert.That(() => SafetensorsFile.Parse(bytes.AsSpan(0, length)), Throws.TypeOf<SafetensorsFormatException>(), $"cut to {length} bytes");
    }

    [Test]
    public void Any_damage_is_read_or_refused_but_never_anything_else()
    {
        var writer = new SafetensorsWriter { Metadata = { ["step"] = "12" } };
        writer.Add("0.weight", [2, 2], [1f, 2f, 3f, 4f]);
        writer.Add<byte>("mask", [3], [1, 0, 1]);
        byte[] original = Bytes(writer);
        Gen<(int Position, byte Value)[]> damages = Gen.Choose(0, original.Length - 1).Zip(Gen.Choose(0, 255)).Select(pair => (pair.Item1, (byte)pair.Item2)).ArrayOf(3);
        Prop.ForAll(damages.ToArbitrary(), damage =>
        {
            byte[] bytes = [.. original];
            foreach ((int position, byte value) in damage) bytes[position] = value;
            try
            {
                SafetensorsFile file = SafetensorsFile.Parse(bytes);
                return file.Entries.Sum(entry => entry.Bytes.Length) + 8 + (int)BinaryPrimitives.ReadUInt64LittleEndian(bytes) == bytes.Length;
            }
            catch (SafetensorsFormatException error)
            {
                return error.ByteOffset >= 0 && error.ByteOffset <= bytes.Length;
            }
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(3000));
    }

    [Test]
    public void Random_files_come_back_as_they_were() =>
        Prop.ForAll<NonNull<string>[], byte[], NonNull<string>>((names, data, text) =>
        {
            var writer = new SafetensorsWriter();
            bool unicode = names.All(name => IsUnicode(name.Get)) && IsUnicode(text.Get);
            if (!unicode) return true;
            string[] distinct = [.. names.Select(name => name.Get).Distinct().Where(name => name != "__metadata__")];
            foreach (string name in distinct) writer.Add<byte>(name, [data.Length], data);
            writer.Metadata["text"] = text.Get;
            SafetensorsFile file = SafetensorsFile.Parse(Bytes(writer));
            return file.Metadata["text"] == text.Get && file.Entries.Count == distinct.Length && distinct.All(name => file[name].Bytes.SequenceEqual(data));
        }).Check(Config.QuickThrowOnFailure);

    [Test]
    public void Saving_replaces_the_file_in_one_piece_and_leaves_nothing_beside_it()
    {
        string folder = Directory.CreateTempSubdirectory("safetensors").FullName;
        try
        {
            string path = Path.Combine(folder, "weights.safetensors");
            foreach (float value in new[] { 1f, 2f })
            {
                var writer = new SafetensorsWriter();
                writer.Add("a", [1], [value]);
                writer.Save(path);
                Assert.That(SafetensorsFile.Read(path)["a"].ToSingles(), Is.EqualTo(new[] { value }));
            }

            var unwritable = new SafetensorsWriter { Metadata = { ["a"] = "\ud800" } };
            Assert.That(() => unwritable.Save(path), Throws.ArgumentException);
            Assert.That(SafetensorsFile.Read(path)["a"].ToSingles(), Is.EqualTo(new[] { 2f }));
            Assert.That(Directory.GetFileSystemEntries(folder), Is.EqualTo(new[] { path }));
            Assert.That(() => SafetensorsFile.Read(Path.Combine(folder, "none")), Throws.TypeOf<FileNotFoundException>());
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Test]
    public void A_stream_is_read_from_where_it_stands()
    {
        var writer = new SafetensorsWriter();
        writer.Add("a", [1], [3f]);
        var stream = new MemoryStream([9, 9, 9, .. Bytes(writer)]) { Position = 3 };
        Assert.That(SafetensorsFile.Read(stream)["a"].ToSingles(), Is.EqualTo(new[] { 3f }));
    }

    private static bool IsUnicode(string text) => Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text)) == text;

    private static T[] Read<T>(SafetensorsEntry entry)
        where T : unmanaged
    {
        var values = new T[entry.Count];
        entry.CopyTo<T>(values);
        return values;
    }

    private static byte[] Bytes(SafetensorsWriter writer)
    {
        using var stream = new MemoryStream();
        writer.Write(stream);
        return stream.ToArray();
    }

    private static byte[] File(string header, byte[] data) => File(Encoding.UTF8.GetBytes(header), data);

    private static byte[] File(byte[] header, byte[] data) => [.. BitConverter.GetBytes((ulong)header.Length), .. header, .. data];

    /// <summary>A stream that cannot seek and gives one byte at a time, as a network may.</summary>
    private sealed class Pipe(byte[] bytes) : MemoryStream(bytes)
    {
        public override bool CanSeek => false;

        public override int Read(byte[] buffer, int offset, int count) => base.Read(buffer, offset, Math.Min(count, 1));

        public override int Read(Span<byte> buffer) => base.Read(buffer[..Math.Min(buffer.Length, 1)]);
    }
}
