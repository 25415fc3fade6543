using RlKit.Tensors;
using TorchSharp;

namespace RlKit.Tests.Torch;

/// <summary>The same on a GPU, where there is one.</summary>
public class CudaTests
{
    [SetUp]
    public void NeedsCuda() => TorchDeviceTests.OnlyWithCuda();

    [Test]
    public void Operations_and_gradients_are_those_of_the_processor()
    {
        float[][] results = [.. new[] { Device.Cpu, TorchDevice.Cuda() }.Select(Compute)];
        Assert.That(results[1], Is.EqualTo(results[0]).Within(1e-4));

        static float[] Compute(Device device)
        {
            using DeviceRegion region = device.AsDefault();
            var generator = new Generator(1);
            Tensor images = Tensor.FromBytes([.. Enumerable.Range(0, 2 * 4 * 84 * 84).Select(i => (byte)(i * 7))], [2, 4, 84, 84]);
            var network = new Sequential(
                new Conv2d(4, 32, 8, generator, 4), Activation.Relu, new Conv2d(32, 64, 4, generator, 2), Activation.Relu, new Conv2d(64, 64, 3, generator), Activation.Relu,
                new Flatten(), new Linear(3136, 512, generator), Activation.Relu, new Linear(512, 6, generator));
            var optimiser = new Adam(network.Parameters, 1e-4);
            for (int i = 0; i < 3; i++)
            {
                using var scope = new TensorScope();
                optimiser.ZeroGradients();
                Loss.Huber(network.Forward(images).GatherRows(IndexTensor.From([1, 3])), Tensor.From([0.5f, -0.5f])).Backward();
                network.Parameters.ClipGradientNorm(10);
                optimiser.Step();
            }

            return network.Forward(images).ToArray();
        }
    }

    [Test]
    public void Agents_learn_and_their_policies_cross([Values("dqn", "c51", "rainbow", "ppo")] string algorithm)
    {
        using IVectorEnvironment environment = Environments.MakeVector("CartPole-v1", 2);
        using DeviceRegion region = TorchDevice.Cuda().AsDefault();
        using Agent agent = AnyAgent.Make(algorithm, environment, 1);
        agent.Learn(600);
        string file = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        agent.Policy.Save(file);
        Policy loaded = Policy.Load(file, device: Device.Cpu);
        File.Delete(file);
        float[] observation = [0.1f, -0.2f, 0.03f, 0.4f];
        Assert.That(loaded.Act(observation), Is.EqualTo(agent.Policy.Act(observation)));
    }

    [Test]
    public void Memory_stays_flat()
    {
        using IVectorEnvironment environment = Environments.MakeVector("CartPole-v1", 1);
        using Agent agent = new Dqn(environment, new DqnOptions { LearningStarts = 50, BufferSize = 500, TrainFrequency = 2 }, device: TorchDevice.Cuda());
        agent.Learn(300);
        long before = torch.Tensor.TotalCount;
        agent.Learn(1500);
        Assert.That(torch.Tensor.TotalCount, Is.EqualTo(before));
    }

    [Test]
    public void Memory_of_the_device_is_not_addressed() =>
        Assert.That(() => Tensor.Ones([2], TorchDevice.Cuda()).Span.Length, Throws.TypeOf<NotSupportedException>().With.Message.Contains("CopyTo()"));
}
