using RlKit.Tracking.Files;

namespace RlKit.Tests;

[TestFixture]
public sealed class BackgroundFileTests
{
    [Test]
    public void Bytes_of_several_threads_are_all_there_and_none_is_torn()
    {
        const int threads = 4, records = 20_000, length = 100;
        using var folder = new TemporaryFolder();
        var faults = new TrackerFaults(null);
        using (var file = new BackgroundFile(folder["file"], TimeSpan.FromMilliseconds(10), faults))
        {
            Parallel.For(0, threads, thread =>
            {
                for (int i = 0; i < records; i++)
                {
                    lock (file.Gate)
                    {
                        file.Reserve(length)[..length].Fill((byte)(1 + thread));
                        file.Commit(length);
                    }
                }
            });
        }

        byte[] all = File.ReadAllBytes(folder["file"]);
        Assert.That(all, Has.Length.EqualTo(threads * records * length));
        for (int at = 0; at < all.Length; at += length)
            if (all.AsSpan(at, length).ContainsAnyExcept(all[at])) Assert.Fail($"torn at {at}");
        Assert.That(faults.First, Is.Null);
    }

    [Test]
    public void A_file_that_was_there_is_not_touched_and_the_failure_is_told_once()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder["file"], "of somebody else");
        var errors = new List<Exception>();
        var faults = new TrackerFaults(errors.Add);
        using (var file = new BackgroundFile(folder["file"], TimeSpan.FromMilliseconds(10), faults))
        {
            lock (file.Gate)
            {
                file.Reserve(10)[..10].Clear();
                file.Commit(10);
            }

            file.Flush();
            Assert.That(faults.First, Is.InstanceOf<IOException>());
            lock (file.Gate) Assert.That(file.Reserve(10).IsEmpty, Is.True);
            file.Flush();
        }

        Assert.That(errors, Has.Count.EqualTo(1));
        Assert.That(File.ReadAllText(folder["file"]), Is.EqualTo("of somebody else"));
    }
}
