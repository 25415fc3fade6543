using RlKit.Tensors;

namespace RlKit.Tests.Torch;

/// <summary>A failed load names the file that is missing, from what the systems' loaders say of their attempts.</summary>
internal sealed class TorchLibraryExceptionTests
{
    [TestCase(
        "Unable to load shared library 'LibTorchSharp' or one of its dependencies.\n/app/LibTorchSharp.so: cannot open shared object file: No such file or directory\n/app/libLibTorchSharp.so: cannot open shared object file: No such file or directory\n/app/LibTorchSharp: cannot open shared object file: No such file or directory\n",
        "libLibTorchSharp.so", TestName = "the native part on Linux")]
    [TestCase(
        "Unable to load shared library 'LibTorchSharp' or one of its dependencies.\n/app/LibTorchSharp.so: cannot open shared object file: No such file or directory\nlibtorch_cpu.so.1.13: cannot open shared object file: No such file or directory\n",
        "libtorch_cpu.so.1.13", TestName = "a library that it needs on Linux")]
    [TestCase(
        "Unable to load shared library 'LibTorchSharp' or one of its dependencies.\ndlopen(/app/libLibTorchSharp.dylib, 0x0001): Library not loaded: @rpath/libtorch.dylib\n  Referenced from: /app/libLibTorchSharp.dylib\n",
        "libtorch.dylib", TestName = "a library that it needs on macOS")]
    [TestCase("Unable to load DLL 'LibTorchSharp' or one of its dependencies: The specified module could not be found. (0x8007007E)", "LibTorchSharp.dll", TestName = "the native part on Windows")]
    [TestCase("/app/libLibTorchSharp.so: file too short\n/app/LibTorchSharp: cannot open shared object file: No such file or directory\n", null, TestName = "a damaged file")]
    public void TheMissingFileIsNamed(string message, string? file)
    {
        var error = new TorchLibraryException(new DllNotFoundException(message));

        Assert.That(error.FileName, Is.EqualTo(file));
        Assert.That(error.Message, Does.Contain(file ?? "file too short").And.Contain("TorchSharp-cpu"));
        Assert.That(error.Message.Split('\n'), Has.Length.EqualTo(1));
    }
}
