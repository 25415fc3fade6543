using RlKit.Tensors;

namespace RlKit.Tests.Torch;

/// <summary>What one engine has learned, the other goes on with.</summary>
public class CrossEngineTests
{
    [Test]
    public void Policies_cross_both_ways_to_the_bit([Values("dqn", "c51", "ppo")] string algorithm, [Values] bool fromTorch)
    {
        using var folder = new TestFolder();
        (Device from, Device to) = fromTorch ? (TorchDevice.Cpu, Device.Cpu) : (Device.Cpu, TorchDevice.Cpu);
        string first = folder.File("first.safetensors"), second = folder.File("second.safetensors");
        using Agent agent = Make(algorithm, from);
        agent.Learn(300);
        agent.Policy.Save(first);
        Policy loaded = Policy.Load(first, device: to);
        loaded.Save(second);
        Assert.That(File.ReadAllBytes(second), Is.EqualTo(File.ReadAllBytes(first)));
        float[] observations = new float[4 * 64];
        new Generator(1).FillNormal(observations);
        int[] mine = new int[64], others = new int[64];
        agent.Policy.Act(observations, mine);
        loaded.Act(observations, others);
        Assert.That(others, Is.EqualTo(mine));
    }

    [Test]
    public void Checkpoints_cross_both_ways([Values] bool fromTorch)
    {
        using var folder = new TestFolder();
        (Device from, Device to) = fromTorch ? (TorchDevice.Cpu, Device.Cpu) : (Device.Cpu, TorchDevice.Cpu);
        string file = folder.File("run.ckpt");
        using Agent agent = Make("dqn", from), other = Make("dqn", to);
        agent.Learn(300);
        Checkpoint.Save(agent, file);
        Checkpoint.Load(other, file);
        Assert.That(Checkpoint.Hashes(other), Is.EqualTo(Checkpoint.Hashes(agent)));
        Assert.That(() => other.Learn(400), Throws.Nothing);
    }

    [Test]
    public void First_weights_are_the_same_on_every_engine()
    {
        using Agent managed = Make("ppo", Device.Cpu), torch = Make("ppo", TorchDevice.Cpu);
        Assert.That(((Ppo)torch).Network.Parameters.Values.ToArray(), Is.EqualTo(((Ppo)managed).Network.Parameters.Values.ToArray()));
    }

    private static Agent Make(string algorithm, Device device)
    {
        IVectorEnvironment environment = Environments.MakeVector("CartPole-v1", 2);
        return algorithm switch
        {
            "dqn" => new Dqn(environment, new DqnOptions { LearningStarts = 150, BufferSize = 500, TrainFrequency = 5 }, device: device),
            "c51" => new C51(environment, new C51Options { LearningStarts = 150, BufferSize = 500, TrainFrequency = 5 }, device: device),
            _ => new Ppo(environment, new PpoOptions { NumSteps = 32 }, device: device),
        };
    }
}
