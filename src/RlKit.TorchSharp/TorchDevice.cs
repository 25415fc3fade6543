using System.Globalization;
using System.Runtime.InteropServices;
using RlKit.Tensors.Engines;
using TorchSharp;

namespace RlKit.Tensors;

/// <summary>
/// The devices of TorchSharp's engine. An agent takes one by its last argument, <c>new Dqn(environments, device: TorchDevice.Cuda())</c>; a program needs one of the
/// packages TorchSharp-cpu, TorchSharp-cuda-linux and TorchSharp-cuda-windows for the native part.
/// </summary>
public static class TorchDevice
{
    internal const string Library = "LibTorchSharp";

    private static readonly Lazy<Device> LazyCpu = new(MakeCpu);
    private static readonly Lazy<Device> LazyMps = new(MakeMps);
    private static readonly Lazy<Device[]> LazyCuda = new(MakeCuda);

    /// <summary>The processor, computed with by libtorch: "torch:cpu".</summary>
    /// <exception cref="TorchLibraryException">TorchSharp's native part is missing; the message names the file and the packages that have it.</exception>
    public static Device Cpu => LazyCpu.Value;

    /// <summary>The GPU of a Mac: "torch:mps".</summary>
    /// <exception cref="PlatformNotSupportedException">There is none.</exception>
    /// <exception cref="TorchLibraryException">TorchSharp's native part is missing.</exception>
    public static Device Mps => LazyMps.Value;

    /// <summary>How many CUDA devices libtorch finds; 0 without a GPU, a driver, or a native part that was built for CUDA.</summary>
    /// <exception cref="TorchLibraryException">TorchSharp's native part is missing.</exception>
    public static int CudaCount => LazyCuda.Value.Length;

    /// <summary>How many threads libtorch computes with, in the whole process. 1 from the first use of a device on: its threads wait by spinning, which makes small updates many times slower.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The number is not positive.</exception>
    public static int Threads
    {
        get
        {
            Load();
            return torch.get_num_threads();
        }

        set
        {
            ArgumentOutOfRangeException.ThrowIfNegativeOrZero(value);
            _ = Cpu;
            torch.set_num_threads(value);
        }
    }

    /// <summary>A CUDA device: "torch:cuda:0".</summary>
    /// <param name="index">Its number, from 0.</param>
    /// <exception cref="PlatformNotSupportedException">libtorch finds no CUDA device.</exception>
    /// <exception cref="ArgumentOutOfRangeException">There is no device of that number.</exception>
    /// <exception cref="TorchLibraryException">TorchSharp's native part is missing.</exception>
    public static Device Cuda(int index = 0)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        Device[] devices = LazyCuda.Value;
        if (devices.Length == 0)
            throw new PlatformNotSupportedException("CUDA was asked for, and libtorch finds no CUDA device. It needs an NVIDIA GPU with its driver, and the package TorchSharp-cuda-linux or TorchSharp-cuda-windows in place of TorchSharp-cpu; the device 'cpu' needs neither.");
        if (index >= devices.Length)
            throw new ArgumentOutOfRangeException(nameof(index), index, $"There is no cuda:{index}; libtorch finds {devices.Length} CUDA device{(devices.Length == 1 ? ", cuda:0" : $"s, cuda:0 to cuda:{devices.Length - 1}")}.");
        return devices[index];
    }

    /// <summary>A device by its name in libtorch.</summary>
    /// <param name="name">"cpu", "cuda" (the first one), "cuda:1", or "mps".</param>
    /// <exception cref="ArgumentException">There is no such name.</exception>
    /// <exception cref="PlatformNotSupportedException">There is no such device here.</exception>
    /// <exception cref="ArgumentOutOfRangeException">There is no CUDA device of that number.</exception>
    /// <exception cref="TorchLibraryException">TorchSharp's native part is missing.</exception>
    public static Device Parse(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return name switch
        {
            "cpu" => Cpu,
            "cuda" => Cuda(),
            "mps" => Mps,
            _ when name.StartsWith("cuda:", StringComparison.Ordinal) && int.TryParse(name.AsSpan(5), NumberStyles.None, CultureInfo.InvariantCulture, out int index) => Cuda(index),
            _ => throw new ArgumentException($"There is no device '{name}' of TorchSharp; there are 'cpu', 'cuda', 'cuda:N' and 'mps'.", nameof(name)),
        };
    }

    private static Device MakeCpu()
    {
        Load();
        torch.set_num_threads(1);
        return Make("torch:cpu", torch.device(DeviceType.CPU));
    }

    private static Device MakeMps()
    {
        _ = Cpu;
        if (!OperatingSystem.IsMacOS() || RuntimeInformation.ProcessArchitecture != Architecture.Arm64)
            throw new PlatformNotSupportedException("The device 'mps' is the GPU of a Mac with an Apple processor; use 'cpu' or 'cuda' here.");
        return Make("torch:mps", torch.device(DeviceType.MPS, 0));
    }

    private static Device[] MakeCuda()
    {
        _ = Cpu;
        int count = torch.cuda.is_available() ? torch.cuda.device_count() : 0;
        return [.. Enumerable.Range(0, count).Select(i => Make(string.Create(CultureInfo.InvariantCulture, $"torch:cuda:{i}"), torch.device(DeviceType.CUDA, i)))];
    }

    private static Device Make(string name, torch.Device device) => new(name, new TorchEngine(device));

    // TorchSharp loads its native part in a type initialiser, whose exception says nothing of the file that is missing.
    private static void Load()
    {
        try
        {
            NativeLibrary.Load(Library, typeof(Scalar).Assembly, null);
        }
        catch (DllNotFoundException exception)
        {
            throw new TorchLibraryException(exception);
        }
    }
}
