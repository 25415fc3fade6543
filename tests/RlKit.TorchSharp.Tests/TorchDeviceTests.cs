using RlKit.Tensors;
using TorchSharp;

namespace RlKit.Tests.Torch;

public class TorchDeviceTests
{
    [Test]
    public void Devices_are_found_by_name()
    {
        Assert.That(TorchDevice.Parse("cpu"), Is.SameAs(TorchDevice.Cpu));
        Assert.That(TorchDevice.Cpu.Name, Is.EqualTo("torch:cpu"));
        foreach (string name in (string[])["tpu", "CPU", "cuda:", "cuda:-1", "cuda:x", ""])
            Assert.That(() => TorchDevice.Parse(name), Throws.ArgumentException.With.Message.Contains($"'{name}'").And.Message.Contains("'cuda:N'"));
    }

    [Test]
    public void Cuda_where_there_is_none_says_what_it_needs()
    {
        if (TorchDevice.CudaCount > 0) Assert.Ignore("There is a CUDA device here.");
        foreach (string name in (string[])["cuda", "cuda:0", "cuda:3"])
            Assert.That(() => TorchDevice.Parse(name), Throws.TypeOf<PlatformNotSupportedException>().With.Message.Contains("TorchSharp-cuda-linux"));
        Assert.That(() => TorchDevice.Cuda(-1), Throws.TypeOf<ArgumentOutOfRangeException>());
        if (!OperatingSystem.IsMacOS()) Assert.That(() => TorchDevice.Mps, Throws.TypeOf<PlatformNotSupportedException>().With.Message.Contains("Mac"));
    }

    [Test]
    public void A_number_without_a_device_is_refused()
    {
        OnlyWithCuda();
        Assert.That(() => TorchDevice.Cuda(TorchDevice.CudaCount), Throws.TypeOf<ArgumentOutOfRangeException>().With.Message.Contains($"cuda:{TorchDevice.CudaCount}"));
    }

    [Test]
    public void Tensors_of_two_engines_do_not_mix()
    {
        Tensor managed = Tensor.Ones([2], Device.Cpu), torch = Tensor.Ones([2], TorchDevice.Cpu);
        Assert.That(() => managed + torch, Throws.ArgumentException.With.Message.Contains("cpu").And.Message.Contains("torch:cpu").And.Message.Contains("To(device)"));
        Assert.That((managed.To(TorchDevice.Cpu) + torch).To(Device.Cpu).ToArray(), Is.EqualTo(new float[] { 2, 2 }));
        managed.CopyFrom(torch * 3);
        Assert.That(managed.ToArray(), Is.EqualTo(new float[] { 3, 3 }));
        torch.CopyFrom(managed * 2);
        Assert.That(torch.ToArray(), Is.EqualTo(new float[] { 6, 6 }));
    }

    [Test]
    public void Libtorch_computes_with_one_thread_until_told_otherwise()
    {
        Assert.That(TorchDevice.Threads, Is.EqualTo(1));
        TorchDevice.Threads = 2;
        Assert.That(torch.get_num_threads(), Is.EqualTo(2));
        TorchDevice.Threads = 1;
        Assert.That(() => TorchDevice.Threads = 0, Throws.TypeOf<ArgumentOutOfRangeException>());
    }

    [Test]
    public void Random_numbers_of_the_device_can_be_taken_up_again()
    {
        byte[] state = TorchDevice.Cpu.Engine.RandomState;
        float[] first = Draw();
        TorchDevice.Cpu.Engine.RandomState = state;
        Assert.That(Draw(), Is.EqualTo(first));

        static float[] Draw()
        {
            using torch.Tensor drawn = torch.rand(8);
            return drawn.data<float>().ToArray();
        }
    }

    public static void OnlyWithCuda()
    {
        if (TorchDevice.CudaCount == 0) Assert.Ignore("libtorch finds no CUDA device here.");
    }
}
