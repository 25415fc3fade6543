using System.Text;
using FsCheck;
using FsCheck.Fluent;
using RlKit.Tracking.Files;
using RlKit.Tracking.Protobuf;
using RlKit.Tracking.WeightsAndBiases;

namespace RlKit.Tests.WeightsAndBiases;

[TestFixture]
public sealed class WandbFileReaderTests
{
    private const int Block = 32768;

    [Test]
    public void The_checksum_is_that_of_its_definition()
    {
        Assert.That(Crc32.Append(0, Encoding.ASCII.GetBytes("123456789")), Is.EqualTo(0xCBF43926));
        Assert.That(Crc32.Append(0, [1]), Is.EqualTo(0xA505DF1B));
        Properties.Check(Prop.ForAll<byte[], byte[]>((first, second) => Crc32.Append(Crc32.Append(0, first), second) == Checksums.Crc32([.. first, .. second])));
    }

    // The tails that differ in kind: no room for a chunk's header, for a header only, for a little, and many lengths up to a whole block.
    private static IEnumerable<int[]> Tails() => Enumerable.Range(0, Block / 97).Select(i => i < 64 ? i : 97 * i).Chunk(100);

    [TestCaseSource(nameof(Tails))]
    public void Records_cross_block_borders_of_every_tail_length(int[] tails)
    {
        using var folder = new TemporaryFolder();
        var lengths = new List<int>();
        int at = 7;
        foreach (int tail in tails)
        {
            foreach (int next in (int[])[20, Block - 7, 3 * Block])
            {
                // A record that leaves so many bytes of its last block.
                int room = (Block - at % Block) % Block is var left and >= 7 ? left - 7 : 0;
                int filler = room - tail >= 40 ? room - tail : room + Block - 7 - tail;
                if (filler < 40) filler += Block - 7;
                at = Add(lengths, at, LineOf(lengths.Count + 1, filler));
                Assert.That((Block - at % Block) % Block, Is.EqualTo(tail));
                at = Add(lengths, at, next);
            }
        }

        using (var log = new WandbLog(folder["file"], TimeSpan.FromSeconds(5), new TrackerFaults(null)))
            for (int i = 0; i < lengths.Count; i++) log.Append(Record(i + 1, lengths[i]));
        int count = 0;
        foreach (WandbRecord record in WandbFileReader.ReadAll(folder["file"]))
        {
            Assert.That((record.Number, record.Length), Is.EqualTo((count + 1L, Record(count + 1, lengths[count]).Length)));
            Assert.That((string)record.Content["line"]!, Has.Length.EqualTo(lengths[count]).And.All.EqualTo((char)('a' + (count + 1) % 26)));
            Assert.That(record.Offset % Block, Is.LessThanOrEqualTo(Block - 7));
            count++;
        }

        Assert.That(count, Is.EqualTo(lengths.Count));
        Assert.That(new FileInfo(folder["file"]).Length, Is.EqualTo(at));
    }

    [Test]
    public void A_file_cut_at_any_byte_gives_all_whole_records_and_goes_on_when_it_grows()
    {
        using var folder = new TemporaryFolder();
        using (var log = new WandbLog(folder["file"], TimeSpan.FromSeconds(5), new TrackerFaults(null)))
            foreach (int length in (int[])[100, Block - 7 - 107 - 20 - 14 - 3, 50, 200]) log.Append(Record(1, length));
        byte[] whole = File.ReadAllBytes(folder["file"]);
        WandbRecord[] records = [.. WandbFileReader.ReadAll(folder["file"])];
        IEnumerable<int> lengths = Enumerable.Range(0, 300).Concat(Enumerable.Range((int)records[1].End - 30, whole.Length - (int)records[1].End + 31));
        foreach (int length in lengths)
        {
            File.WriteAllBytes(folder["cut"], whole[..length]);
            using var reader = new WandbFileReader(folder["cut"]);
            int count = 0;
            while (reader.Read() is not null) count++;
            Assert.That(count, Is.EqualTo(records.Count(record => record.End <= length)), $"{length} bytes");
            // The zeros that fill a block are no part of a record.
            long next = length < 7 ? 0 : records.Select(record => record.Offset).Append(whole.Length).First(offset => offset >= reader.End);
            Assert.That(reader.IsCut, Is.EqualTo(length > next), $"{length} bytes");

            using (var file = new FileStream(folder["cut"], FileMode.Append, FileAccess.Write, FileShare.ReadWrite)) file.Write(whole, length, whole.Length - length);
            while (reader.Read() is not null) count++;
            Assert.That(count, Is.EqualTo(records.Length), $"{length} bytes, then the rest");
        }
    }

    [Test]
    public void A_changed_byte_is_found_and_what_comes_before_it_is_read()
    {
        using var folder = new TemporaryFolder();
        using (var log = new WandbLog(folder["file"], TimeSpan.FromSeconds(5), new TrackerFaults(null)))
            for (int i = 1; i <= 3; i++) log.Append(Record(i, 30));
        byte[] whole = File.ReadAllBytes(folder["file"]);
        WandbRecord[] records = [.. WandbFileReader.ReadAll(folder["file"])];
        for (int at = 0; at < whole.Length; at++)
        {
            byte[] changed = (byte[])whole.Clone();
            changed[at] ^= 0x08;
            File.WriteAllBytes(folder["changed"], changed);
            using var reader = new WandbFileReader(folder["changed"]);
            int count = 0;
            try
            {
                while (reader.Read() is not null) count++;
                // A longer length reaches beyond the file's end: it looks cut.
                Assert.That(reader.IsCut, Is.True, $"byte {at}");
            }
            catch (InvalidDataException)
            {
            }

            Assert.That(count, Is.EqualTo(records.Count(record => record.End <= at)), $"byte {at}");
        }
    }

    [TestCase("null", null)]
    [TestCase(" true ", true)]
    [TestCase("-12", -12L)]
    [TestCase("9223372036854775807", long.MaxValue)]
    [TestCase("9223372036854775808", 9223372036854775808.0)]
    [TestCase("1E+16", 1e16)]
    [TestCase("NaN", double.NaN)]
    [TestCase("-Infinity", double.NegativeInfinity)]
    [TestCase("\"a\\\"\\u00e9\\n\"", "a\"é\n")]
    public void Values_are_read(string json, object? value) => Assert.That(WandbValue.Parse(json), Is.EqualTo(value));

    [TestCase("")]
    [TestCase("+1")]
    [TestCase(".5")]
    [TestCase("∞")]
    [TestCase("[1,")]
    [TestCase("{\"a\":}")]
    [TestCase("\"a")]
    [TestCase("1 2")]
    public void What_is_no_value_is_refused(string json) => Assert.Throws<FormatException>(() => WandbValue.Parse(json));

    [Test]
    public void A_value_that_is_nested_without_end_is_refused() => Assert.Throws<FormatException>(() => WandbValue.Parse(new string('[', 100_000)));

    [Test]
    public void Texts_and_numbers_come_back()
    {
        Properties.Check(Prop.ForAll<string?>(text => (string?)WandbValue.Parse(WandbValue.Format(text)) == (text is null ? null : Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text)))));
        Properties.Check(Prop.ForAll<double>(number => Convert.ToDouble(WandbValue.Parse(WandbValue.Format(number)), null).Equals(number)));
        Properties.Check(Prop.ForAll<long>(number => WandbValue.Parse(WandbValue.Format(number)) is long back && back == number));
    }

    private static byte[] Record(int number, int length)
    {
        var record = new ProtobufWriter();
        record.Integer(1, number);
        int output = record.Begin(WandbSchema.OutputRaw);
        record.Text(3, new string((char)('a' + number % 26), length));
        record.End(output);
        return record.Written.ToArray();
    }

    // The length of the line that makes a record of this length.
    private static int LineOf(int number, int length)
    {
        int line = length - (Record(number, length).Length - length);
        while (Record(number, line).Length < length) line++;
        Assert.That(Record(number, line), Has.Length.EqualTo(length));
        return line;
    }

    // The place in the file after another record, by the rules of the format.
    private static int Add(List<int> lengths, int at, int length)
    {
        lengths.Add(length);
        int left = Record(lengths.Count, length).Length;
        if (Block - at % Block < 7) at += Block - at % Block;
        while (true)
        {
            int part = Math.Min(left, Block - at % Block - 7);
            at += 7 + part;
            left -= part;
            if (left == 0) return at;
        }
    }
}
