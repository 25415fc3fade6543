using RlKit.Tensors;

namespace RlKit.Cli.Diagnosis;

/// <summary>The TorchSharp engine, where the program was built with it.</summary>
internal static class TorchEngine
{
    /// <summary>What <c>--engine</c> calls it.</summary>
    public const string Name = "torch";

    private const string Absent = "this program was built without it";

    private static string NativePackage => OperatingSystem.IsWindows() ? "TorchSharp-cpu or TorchSharp-cuda-windows" : OperatingSystem.IsLinux() ? "TorchSharp-cpu or TorchSharp-cuda-linux" : "TorchSharp-cpu";

    private static string AddPackages =>
        $"Build rlkit with -p:Torch=true (docs/engines.md); in a program of your own add the package RlKit.TorchSharp and the native part, {NativePackage}.";

    /// <summary>What there is of it.</summary>
    public static EngineFinding Examine() => new(Name, Absent) { Remedy = AddPackages };

    /// <summary>One of its devices.</summary>
    /// <exception cref="UsageException">The engine or the device is not there.</exception>
    public static Device Find(string device) => throw new UsageException($"--engine {Name} --device {device}: {Absent}. {AddPackages}");
}
