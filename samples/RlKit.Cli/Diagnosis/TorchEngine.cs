using RlKit.Tensors;

namespace RlKit.Cli.Diagnosis;

/// <summary>The TorchSharp engine, where rlkit is built with it (<c>-p:Torch=true</c>).</summary>
internal static class TorchEngine
{
    /// <summary>What <c>--engine</c> calls it.</summary>
    public const string Name = "torch";

#if TORCHSHARP
    /// <summary>What there is of it.</summary>
    public static EngineFinding Examine()
    {
        try
        {
            List<string> devices = [.. Enumerable.Range(0, TorchDevice.CudaCount).Select(i => $"cuda:{i}")];
            if (OperatingSystem.IsMacOS() && System.Runtime.InteropServices.RuntimeInformation.ProcessArchitecture == System.Runtime.InteropServices.Architecture.Arm64) devices.Add("mps");
            Version version = typeof(TorchSharp.torch).Assembly.GetName().Version!;
            return new EngineFinding(Name, $"TorchSharp {version.ToString(3)} for libtorch {TorchSharp.torch.__version__}, threads {TorchDevice.Threads}")
            {
                Devices = ["cpu", .. devices],
                Remedy = devices.Count == 0 && !OperatingSystem.IsMacOS() ? $"For a GPU build with the native part for it: {NativePackages}." : null,
            };
        }
        catch (TorchLibraryException error)
        {
            return new EngineFinding(Name, error.Message) { MissingFile = error.FileName, Remedy = $"The native part is a package: {NativePackages}; -p:TorchSharpNative=cpu, cuda-linux or cuda-windows chooses it." };
        }
    }

    /// <summary>One of its devices, where libtorch computes with so many threads.</summary>
    /// <exception cref="UsageException">The device is not there, or libtorch is not.</exception>
    public static Device Find(string device, int threads)
    {
        try
        {
            Device found = TorchDevice.Parse(device);
            TorchDevice.Threads = threads;
            return found;
        }
        catch (Exception error) when (error is ArgumentException or PlatformNotSupportedException or TorchLibraryException)
        {
            throw new UsageException($"--engine {Name} --device {device}: {error.Message.Split(" (Parameter")[0]} ('rlkit doctor' tells what there is.)");
        }
    }
#else
    private const string Absent = "this program was built without it";

    private static string AddPackages => $"Build rlkit with -p:Torch=true (docs/engines.md); in a program of your own add the package RlKit.TorchSharp and the native part, {NativePackages}.";

    /// <summary>What there is of it.</summary>
    public static EngineFinding Examine() => new(Name, Absent) { Remedy = AddPackages };

    /// <summary>One of its devices.</summary>
    /// <exception cref="UsageException">The engine is not there.</exception>
    public static Device Find(string device, int threads) => throw new UsageException($"--engine {Name} --device {device}: {Absent}. {AddPackages}");
#endif

    private static string NativePackages => OperatingSystem.IsWindows() ? "TorchSharp-cpu or TorchSharp-cuda-windows" : OperatingSystem.IsLinux() ? "TorchSharp-cpu or TorchSharp-cuda-linux" : "TorchSharp-cpu";
}
