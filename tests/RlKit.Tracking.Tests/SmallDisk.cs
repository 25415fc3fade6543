using System.Diagnostics;
using System.Globalization;

namespace RlKit.Tests.Tracking;

/// <summary>A disk of a few hundred kilobytes, which needs Linux and its administrator; a test elsewhere is ignored and says so.</summary>
internal sealed class SmallDisk : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public SmallDisk(int kibiBytes)
    {
        Name = _folder["disk"];
        Directory.CreateDirectory(Name);
        if (Run("mount", "-t", "tmpfs", "-o", string.Create(CultureInfo.InvariantCulture, $"size={kibiBytes}k"), "tmpfs", Name)) return;
        _folder.Dispose();
        Assert.Ignore("No small disk can be mounted here: that needs Linux and its administrator.");
    }

    public string Name { get; }

    public void MakeReadOnly() => Assert.That(Run("mount", "-o", "remount,ro", Name), Is.True);

    public void Dispose()
    {
        Run("umount", "-l", Name);
        _folder.Dispose();
    }

    private static bool Run(string program, params string[] arguments)
    {
        if (!OperatingSystem.IsLinux()) return false;
        try
        {
            using Process process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true })!;
            process.StandardError.ReadToEnd();
            process.WaitForExit();
            return process.ExitCode == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false;
        }
    }
}
