using RlKit.Tensors;

namespace RlKit.Tests;

public class DeviceTests
{
    [Test]
    public void What_is_made_without_a_device_is_made_on_the_default_one()
    {
        Device before = Device.Default, other = new("other", Device.Cpu.Engine);
        using (other.AsDefault())
        {
            Assert.That(Device.Default, Is.SameAs(other));
            using (Device.Cpu.AsDefault()) Assert.That(Tensor.Ones([2]).Device, Is.SameAs(Device.Cpu));
            Assert.That(Device.Default, Is.SameAs(other));
            Device? seen = null;
            var thread = new Thread(() => seen = Device.Default);
            thread.Start();
            thread.Join();
            Assert.That(seen, Is.SameAs(Device.Cpu), "each thread has its own");
        }

        Assert.That(Device.Default, Is.SameAs(before));
        Assert.That(default(DeviceRegion).Dispose, Throws.Nothing);
    }

    [Test]
    public void Layers_and_random_tensors_go_to_the_default_device()
    {
        var generator = new Generator(1);
        using TensorScope scope = new();
        Tensor[] made = [Tensor.Zeros([2]), Tensor.From([1, 2]), Tensor.FromBytes([1, 2], [2]), Tensor.Range(0, 2), Tensor.Uniform([2], generator), Tensor.Normal([2], generator), new Linear(2, 2, generator).Weight];
        Assert.That(made.Select(tensor => tensor.Device), Is.All.SameAs(Device.Default));
        Assert.That(IndexTensor.From([1, 2]).Device, Is.SameAs(Device.Default));
    }
}
