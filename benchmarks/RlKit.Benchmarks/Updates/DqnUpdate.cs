using RlKit.Tensors;

namespace RlKit.Benchmarks;

/// <summary>CleanRL's DQN update on CartPole: 4-120-84-2, batch 128; target forward, forward, backward, Adam.</summary>
internal sealed class DqnUpdate : IUpdate
{
    private const int Batch = 128;

    private readonly Sequential _online, _target;
    private readonly Adam _optimiser;
    private readonly float[] _observations = new float[Batch * 4], _next = new float[Batch * 4], _rewards = new float[Batch], _continues = new float[Batch];
    private readonly int[] _actions = new int[Batch];

    public DqnUpdate()
    {
        var generator = new Generator(1);
        _online = Network(generator);
        _target = Network(generator);
        _optimiser = new Adam(_online.Parameters, learningRate: 2.5e-4);
        _target.CopyFrom(_online);
        generator.FillNormal(_observations);
        generator.FillNormal(_next);
        generator.FillNormal(_rewards);
        for (int i = 0; i < Batch; i++)
        {
            _actions[i] = generator.NextInt32(2);
            _continues[i] = generator.NextInt32(10) > 0 ? 0.99f : 0;
        }
    }

    // Per sample 4·120 + 120·84 + 84·2 multiply-adds forward, for target and online network; the weights' gradients as many; the inputs' without the first layer's.
    public double Flops => 2.0 * Batch * (3 * (4 * 120 + 120 * 84 + 84 * 2) + 120 * 84 + 84 * 2);

    public void Run()
    {
        using var scope = new TensorScope();
        Tensor target;
        using (Autograd.NoGrad())
        {
            Tensor next = _target.Forward(Tensor.From(_next, [Batch, 4]));
            target = Tensor.From(_rewards) + Tensor.From(_continues) * next.Max(1);
        }

        Tensor values = _online.Forward(Tensor.From(_observations, [Batch, 4])).GatherRows(IndexTensor.From(_actions));
        _optimiser.ZeroGradients();
        Loss.MeanSquaredError(values, target).Backward();
        _optimiser.Step();
    }

    private static Sequential Network(Generator generator) =>
        new(new Linear(4, 120, generator), Activation.Relu, new Linear(120, 84, generator), Activation.Relu, new Linear(84, 2, generator));
}
