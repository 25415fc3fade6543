using System.Buffers.Binary;
using System.Text;
using System.Text.Json;
using RlKit.Tracking.Files;
using RlKit.Tracking.WeightsAndBiases;

namespace RlKit.Tests.WeightsAndBiases;

/// <summary>Offline runs that wandb's own code wrote, read to what that code reads in them.</summary>
[TestFixture]
[Category("Golden")]
public sealed class GoldenWandbFilesTests
{
    private const int LongText = 1024;

    private static readonly string Folder = Path.Combine(Golden.Folder, "formats", "wandb");

    private static IEnumerable<string> Files()
    {
        using JsonDocument expected = Golden.Read("formats/wandb/expected");
        return [.. expected.RootElement.EnumerateObject().Select(file => file.Name)];
    }

    [TestCaseSource(nameof(Files))]
    public void Every_record_is_as_wandb_reads_it(string file)
    {
        string path = PathOf(file);
        using JsonDocument expected = Golden.Read("formats/wandb/expected");
        JsonElement run = expected.RootElement.GetProperty(file);
        Assert.That(new FileInfo(path).Length, Is.EqualTo(run.GetProperty("size").GetInt64()));
        using var reader = new WandbFileReader(path);
        foreach (JsonElement row in run.GetProperty("records").EnumerateArray())
        {
            WandbRecord? record = reader.Read();
            string what = row.GetRawText()[..Math.Min(row.GetRawText().Length, 500)];
            Assert.That(record, Is.Not.Null, what);
            Assert.That((record!.Offset, record.Length, record.Number, record.Kind),
                Is.EqualTo((row.GetProperty("offset").GetInt64(), row.GetProperty("bytes").GetInt32(), row.GetProperty("num").GetInt64(), row.GetProperty("type").GetString())), what);
            long end = row.GetProperty("end").GetInt64();
            Assert.That(record.End, Is.EqualTo(end), what);
            Assert.That(record.Chunks.Select(chunk => chunk.ToString()), Is.EqualTo(row.GetProperty("chunks").EnumerateArray().Select(chunk => chunk.GetString())).IgnoreCase, what);
            Compare(record.Content, row.GetProperty("content"), what);
        }

        Assert.That(reader.Read(), Is.Null);
        Assert.That(reader.IsCut, Is.False);
    }

    [TestCaseSource(nameof(Files))]
    public void The_same_records_are_written_to_the_same_bytes(string file)
    {
        byte[] original = File.ReadAllBytes(PathOf(file));
        using var folder = new TemporaryFolder();
        using (var log = new WandbLog(folder["copy.wandb"], TimeSpan.FromSeconds(5), new TrackerFaults(null)))
            foreach (WandbRecord record in WandbFileReader.ReadAll(PathOf(file))) log.Append(Content(original, record));
        Assert.That(File.ReadAllBytes(folder["copy.wandb"]), Is.EqualTo(original));
    }

    private static string PathOf(string file) => Directory.EnumerateFiles(Folder, file, SearchOption.AllDirectories).Single();

    private static byte[] Content(byte[] file, WandbRecord record)
    {
        var content = new List<byte>();
        for (int at = (int)record.Offset; at < record.End;)
        {
            int length = BinaryPrimitives.ReadUInt16LittleEndian(file.AsSpan(at + 4));
            content.AddRange(file.AsSpan(at + 7, length));
            at += 7 + length;
        }

        return [.. content];
    }

    private static void Compare(object? actual, JsonElement expected, string what)
    {
        switch (actual)
        {
            case IReadOnlyDictionary<string, object?> map when map.ContainsKey("value_json"):
                string json = (string)map["value_json"]!;
                JsonElement value = expected.GetProperty("value");
                if (value.ValueKind == JsonValueKind.Object && value.TryGetProperty("crc32", out JsonElement checksum))
                {
                    Assert.That(Encoding.UTF8.GetByteCount(json), Is.EqualTo(value.GetProperty("bytes").GetInt32()), what);
                    Assert.That(Checksums.Crc32(Encoding.UTF8.GetBytes(json)), Is.EqualTo(checksum.GetUInt32()), what);
                }
                else
                {
                    Compare(WandbValue.Parse(json), value, what);
                }

                Compare(map.Where(pair => pair.Key != "value_json").ToDictionary(), expected, what, except: "value");
                break;
            case IReadOnlyDictionary<string, object?> map: Compare(map, expected, what, except: null); break;
            case IReadOnlyList<object?> list:
                Assert.That(list, Has.Count.EqualTo(expected.GetArrayLength()), what);
                for (int i = 0; i < list.Count; i++) Compare(list[i], expected[i], what);
                break;
            case string text when text.Length > LongText || expected.ValueKind == JsonValueKind.Object:
                Assert.That(Encoding.UTF8.GetByteCount(text), Is.EqualTo(expected.GetProperty("bytes").GetInt32()), what);
                Assert.That(Checksums.Crc32(Encoding.UTF8.GetBytes(text)), Is.EqualTo(expected.GetProperty("crc32").GetUInt32()), what);
                break;
            case string text: Assert.That(text, Is.EqualTo(expected.GetString()), what); break;
            case bool flag: Assert.That(flag, Is.EqualTo(expected.GetBoolean()), what); break;
            case long number: Assert.That(number, Is.EqualTo(expected.GetInt64()), what); break;
            case double number: Assert.That(BitConverter.DoubleToInt64Bits(number), Is.EqualTo(BitConverter.DoubleToInt64Bits(expected.Double())), what); break;
            case null: Assert.That(expected.ValueKind, Is.EqualTo(JsonValueKind.Null), what); break;
            default: Assert.Fail($"{actual.GetType()} is no kind of value."); break;
        }
    }

    private static void Compare(IReadOnlyDictionary<string, object?> actual, JsonElement expected, string what, string? except)
    {
        JsonProperty[] properties = [.. expected.EnumerateObject().Where(property => property.Name != except)];
        Assert.That(actual.Keys, Is.EquivalentTo(properties.Select(property => property.Name)), what);
        foreach (JsonProperty property in properties) Compare(actual[property.Name], property.Value, what);
    }
}
