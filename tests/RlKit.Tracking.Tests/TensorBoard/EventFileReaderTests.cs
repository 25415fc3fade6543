using System.Buffers.Binary;
using System.Text;
using FsCheck;
using FsCheck.Fluent;
using RlKit.Tracking.TensorBoard;

namespace RlKit.Tests.TensorBoard;

[TestFixture]
public sealed class EventFileReaderTests
{
    [Test]
    public void The_checksum_is_the_published_one()
    {
        byte[] digits = Encoding.ASCII.GetBytes("123456789");
        Assert.That(Crc32C.Of(digits), Is.EqualTo(0xE3069283));
        Assert.That(Crc32C.Masked(digits), Is.EqualTo(0xC78AB0E5));
        Assert.That(Crc32C.Of([]), Is.Zero);
    }

    [Test]
    public void The_checksum_is_that_of_its_definition() =>
        Properties.Check(Prop.ForAll<byte[]>(bytes => Crc32C.Of(bytes) == Checksums.Crc32C(bytes)));

    [Test]
    public void A_file_cut_at_any_byte_gives_all_whole_records_and_goes_on_when_it_grows()
    {
        using var folder = new TemporaryFolder();
        byte[] whole = Write(folder, scalars: 5);
        List<int> ends = Ends(whole);
        string path = folder["cut"];
        for (int length = 0; length <= whole.Length; length++)
        {
            File.WriteAllBytes(path, whole[..length]);
            using var reader = new EventFileReader(path);
            int records = 0;
            while (reader.Read() is not null) records++;
            Assert.That(records, Is.EqualTo(ends.Count(end => end <= length)), $"{length} bytes");
            Assert.That(reader.IsCut, Is.EqualTo(length > 0 && !ends.Contains(length)), $"{length} bytes");

            using (var file = new FileStream(path, FileMode.Append, FileAccess.Write, FileShare.ReadWrite)) file.Write(whole, length, whole.Length - length);
            while (reader.Read() is not null) records++;
            Assert.That(records, Is.EqualTo(ends.Count), $"{length} bytes, then the rest");
        }
    }

    [Test]
    public void A_changed_byte_is_found_and_what_comes_before_it_is_read()
    {
        using var folder = new TemporaryFolder();
        byte[] whole = Write(folder, scalars: 3);
        List<int> ends = Ends(whole);
        string path = folder["changed"];
        for (int at = 0; at < whole.Length; at++)
        {
            byte[] changed = (byte[])whole.Clone();
            changed[at] ^= 0x10;
            File.WriteAllBytes(path, changed);
            using var reader = new EventFileReader(path);
            int records = 0;
            Assert.Throws<InvalidDataException>(() =>
            {
                while (reader.Read() is not null) records++;
            }, $"byte {at}");
            Assert.That(records, Is.EqualTo(ends.Count(end => end <= at)), $"byte {at}");
        }
    }

    [Test]
    public void A_message_that_is_none_is_refused()
    {
        using var folder = new TemporaryFolder();
        byte[] payload = [0x08, 0xFF];
        byte[] record = new byte[16 + payload.Length];
        BinaryPrimitives.WriteUInt64LittleEndian(record, (ulong)payload.Length);
        BinaryPrimitives.WriteUInt32LittleEndian(record.AsSpan(8), Crc32C.Masked(record.AsSpan(0, 8)));
        payload.CopyTo(record, 12);
        BinaryPrimitives.WriteUInt32LittleEndian(record.AsSpan(14), Crc32C.Masked(payload));
        File.WriteAllBytes(folder["file"], record);
        Assert.That(() => EventFileReader.ReadAll(folder["file"]).Count(), Throws.TypeOf<InvalidDataException>().With.Message.Contains("record 0"));
    }

    private static byte[] Write(TemporaryFolder folder, int scalars)
    {
        using var tracker = new TensorBoardTracker(folder["run"]);
        tracker.Begin(0);
        for (int i = 0; i < scalars; i++) tracker.Scalar("train/loss", i, 1000 * i);
        tracker.Flush();
        return File.ReadAllBytes(tracker.FilePath!);
    }

    private static List<int> Ends(byte[] file)
    {
        var ends = new List<int>();
        for (int at = 0; at < file.Length;)
        {
            at += 16 + (int)BinaryPrimitives.ReadUInt64LittleEndian(file.AsSpan(at));
            ends.Add(at);
        }

        return ends;
    }
}
