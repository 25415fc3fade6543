using RlKit.Tensors;
using TorchSharp;

namespace RlKit.Tests.Torch;

public class TorchModuleTests
{
    private static readonly DqnOptions Small = new() { LearningStarts = 50, BufferSize = 500, BatchSize = 16, TrainFrequency = 2, TargetNetworkFrequency = 20 };

    [Test]
    public void A_module_computes_what_it_does_alone_and_keeps_its_names()
    {
        torch.nn.Module<torch.Tensor, torch.Tensor> module = Networks.Mlp(3, 2);
        using torch.Tensor given = torch.tensor(new float[] { 1, 2, 3, 4, 5, 6 }, [2, 3]);
        using torch.Tensor alone = module.call(given);
        float[] expected = alone.data<float>().ToArray();

        var layer = new TorchModule(module);
        Assert.That(layer.NamedParameters().Select(parameter => parameter.Key), Is.EquivalentTo(new[] { "0.weight", "0.bias", "2.weight", "2.bias" }));
        Assert.That(layer.Parameters.Length, Is.EqualTo(3 * 32 + 32 + 32 * 2 + 2));
        Tensor output = layer.Forward(Tensor.From([1, 2, 3, 4, 5, 6], [2, 3]));
        Assert.That(output.ToArray(), Is.EqualTo(expected));
        Assert.That(output.RequiresGrad, Is.True);
        using (Autograd.NoGrad()) Assert.That(layer.Forward(Tensor.From([1, 2, 3], [1, 3])).RequiresGrad, Is.False);
    }

    [Test]
    public void Its_gradients_and_steps_are_those_of_the_same_layers()
    {
        var module = new TorchModule(Networks.Mlp(3, 2));
        var generator = new Generator(1);
        var layers = new Sequential(new Linear(3, 32, generator), Activation.Relu, new Linear(32, 2, generator));
        foreach ((string name, Tensor tensor) in layers.NamedParameters()) tensor.CopyFrom(module.Parameters[name]);
        var optimisers = new[] { new Adam(module.Parameters, 0.01), new Adam(layers.Parameters, 0.01) };
        for (int step = 0; step < 5; step++)
        {
            using var scope = new TensorScope();
            Tensor input = Tensor.Normal([8, 3], generator);
            foreach ((Layer network, Adam optimiser) in new (Layer, Adam)[] { (module, optimisers[0]), (layers, optimisers[1]) })
            {
                optimiser.ZeroGradients();
                network.Forward(input).Square().Mean().Backward();
                optimiser.Step();
            }
        }

        foreach ((string name, Tensor tensor) in layers.NamedParameters()) Assert.That(module.Parameters[name].ToArray(), Is.EqualTo(tensor.ToArray()).Within(1e-6), name);
    }

    [Test]
    public void A_Q_network_of_ones_own_learns()
    {
        using IVectorEnvironment environment = Environments.MakeVector("CartPole-v1", 1);
        using var agent = new Dqn(environment, Small with { LearningRate = 1e-3 }, seed: 3, () => new TorchModule(Networks.Mlp(4, 2)));
        Assert.That(agent.Device, Is.SameAs(TorchDevice.Cpu));
        float[] before = agent.Online.Parameters.Values.ToArray();
        agent.Learn(400);
        Assert.That(agent.Online.Parameters.Values.ToArray(), Is.Not.EqualTo(before));
        agent.Target.CopyFrom(agent.Online);
        Assert.That(agent.Target.Parameters.Values.ToArray(), Is.EqualTo(agent.Online.Parameters.Values.ToArray()));
    }

    [Test]
    public void A_run_resumes_exactly_whatever_the_module_draws()
    {
        using var folder = new TestFolder();
        string checkpoint = folder.File("run.ckpt");
        using Dqn straight = Make(), split = Make(), resumed = Make();
        straight.Device.Engine.RandomState = State();
        straight.Learn(300);
        split.Device.Engine.RandomState = State();
        split.Learn(300, new LearnOptions { Callbacks = [new StopAtStep(170)] });
        Checkpoint.Save(split, checkpoint);
        Checkpoint.Load(resumed, checkpoint);
        resumed.Learn(300);
        Assert.That(Checkpoint.Hashes(resumed), Is.EqualTo(Checkpoint.Hashes(straight)));

        static Dqn Make() => new(Environments.MakeVector("CartPole-v1", 2), Small, seed: 5, () => new TorchModule(Networks.WithDropout(4, 2)));

        static byte[] State()
        {
            torch.manual_seed(7);
            return TorchDevice.Cpu.Engine.RandomState;
        }
    }

    [Test]
    public void Buffers_are_saved_and_copied_too()
    {
        using var folder = new TestFolder();
        var network = new TorchModule(Networks.WithDropout(4, 2));
        Assert.That(network.NamedBuffers().Select(buffer => buffer.Key), Does.Contain("norm.running_mean").And.Contain("norm.num_batches_tracked"));
        network.Forward(Tensor.Normal([8, 4], new Generator(1)));
        var other = new TorchModule(Networks.WithDropout(4, 2, seed: 2));
        other.CopyFrom(network);
        string file = folder.File("network.safetensors");
        network.Save(file);
        var third = new TorchModule(Networks.WithDropout(4, 2, seed: 3));
        third.Load(file);
        foreach (TorchModule copy in new[] { other, third })
        {
            Assert.That(
                copy.NamedParameters().Concat(copy.NamedBuffers()).Select(tensor => tensor.Value.ToArray()),
                Is.EqualTo(network.NamedParameters().Concat(network.NamedBuffers()).Select(tensor => tensor.Value.ToArray())));
        }
    }

    [Test]
    public void Actor_and_critic_of_ones_own_learn_and_act()
    {
        using var folder = new TestFolder();
        using IVectorEnvironment environment = Environments.MakeVector("CartPole-v1", 4);
        using var agent = new Ppo(environment, new PpoOptions { NumSteps = 32 }, 1, () => new TorchModule(Networks.Mlp(4, 2)), () => new TorchModule(Networks.Mlp(4, 1)));
        float[] before = agent.Network.Parameters.Values.ToArray();
        agent.Learn(512);
        Assert.That(agent.Network.Parameters.Values.ToArray(), Is.Not.EqualTo(before));
        string file = folder.File("policy.safetensors");
        agent.Policy.Save(file);
        Policy loaded = Policy.Load(file, () => new TorchModule(Networks.Mlp(4, 2)), TorchDevice.Cpu);
        float[] observation = [0.1f, -0.2f, 0.03f, 0.4f];
        Assert.That(loaded.Act(observation), Is.EqualTo(agent.Policy.Act(observation)));
        Assert.That(agent.Policy.Snapshot().Act(observation), Is.EqualTo(agent.Policy.Act(observation)));
    }

    [Test]
    public void Distributional_values_can_be_ones_own()
    {
        using IVectorEnvironment environment = Environments.MakeVector("CartPole-v1", 1);
        var options = new C51Options { LearningStarts = 50, BufferSize = 200, BatchSize = 8, Atoms = 11 };
        using var agent = new C51(environment, options, 1, () => new TorchModule(Networks.Mlp(4, 22)));
        Assert.That(() => agent.Learn(100), Throws.Nothing);
    }

    [Test]
    public void An_output_of_the_wrong_shape_is_refused()
    {
        using IVectorEnvironment environment = Environments.MakeVector("CartPole-v1", 1);
        Assert.That(
            () => new Dqn(environment, makeNetwork: () => new TorchModule(Networks.Mlp(4, 3))),
            Throws.ArgumentException.With.Message.Contains("[2, 3]").And.Message.Contains("[2, 2]").And.Message.Contains("one value for each action"));
        Assert.That(
            () => new Ppo(environment, makeCritic: () => new TorchModule(Networks.Mlp(4, 2))),
            Throws.ArgumentException.With.Message.Contains("[2, 1]").And.Message.Contains("the value"));
        Assert.That(
            () => new Dqn(environment, makeNetwork: () => new Linear(4, 3, new Generator(1), device: Device.Cpu)),
            Throws.ArgumentException.With.Message.Contains("on cpu, and the agent on torch:cpu"));
    }

    [Test]
    public void A_module_that_was_moved_or_converted_is_refused()
    {
        torch.nn.Module<torch.Tensor, torch.Tensor> moved = Networks.Mlp(4, 2), converted = Networks.Mlp(4, 2);
        var layers = new[] { new TorchModule(moved), new TorchModule(converted) };
        moved.to(DeviceType.META);
        converted.to(torch.ScalarType.Float64);
        foreach (TorchModule layer in layers)
            Assert.That(() => layer.Forward(Tensor.Zeros([1, 4])), Throws.InvalidOperationException.With.Message.Contains("'0.weight'").And.Message.Contains("moved to another device"));
        Assert.That(() => new TorchModule(converted), Throws.ArgumentException.With.Message.Contains("Float64"));
    }

    [Test]
    public void Other_devices_are_refused()
    {
        Assert.That(() => new TorchModule(Networks.Mlp(4, 2), Device.Cpu), Throws.ArgumentException.With.Message.Contains("TorchDevice"));
        var layer = new TorchModule(Networks.Mlp(4, 2));
        Assert.That(() => layer.Forward(Tensor.Zeros([1, 4], Device.Cpu)), Throws.ArgumentException.With.Message.Contains("input is on cpu"));
    }
}
