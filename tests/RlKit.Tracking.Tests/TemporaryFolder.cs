namespace RlKit.Tests;

/// <summary>A folder of one test, removed after it.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    public TemporaryFolder() => Name = Directory.CreateTempSubdirectory("rlkit-tests-").FullName;

    public string Name { get; }

    public string this[string file] => Path.Combine(Name, file);

    public void Dispose() => Directory.Delete(Name, recursive: true);
}
