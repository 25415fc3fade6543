using RlKit.Tensors;

namespace RlKit.Benchmarks;

/// <summary>A DQN update of the Nature CNN: batch 32 of 4x84x84 bytes, 6 actions; target forward, forward, backward, Adam over 1.7 million parameters.</summary>
internal sealed class NatureCnnUpdate : IUpdate
{
    private const int Batch = 32, Pixels = 4 * 84 * 84, Actions = 6;

    private readonly Sequential _online, _target;
    private readonly Adam _optimiser;
    private readonly byte[] _observations = new byte[Batch * Pixels], _next = new byte[Batch * Pixels];
    private readonly float[] _rewards = new float[Batch], _continues = new float[Batch];
    private readonly int[] _actions = new int[Batch];

    public NatureCnnUpdate()
    {
        var generator = new Generator(1);
        _online = Network(generator);
        _target = Network(generator);
        _optimiser = new Adam(_online.Parameters, learningRate: 1e-4);
        _target.CopyFrom(_online);
        new Random(1).NextBytes(_observations);
        new Random(2).NextBytes(_next);
        generator.FillNormal(_rewards);
        Array.Fill(_continues, 0.99f);
        for (int i = 0; i < Batch; i++) _actions[i] = generator.NextInt32(Actions);
    }

    // Multiply-adds per sample: 32·20²·4·8² + 64·9²·32·4² + 64·7²·64·3² + 3136·512 + 512·6 forward, for target and online network; the weights' gradients as many; the inputs' without the first layer's.
    public double Flops
    {
        get
        {
            const double First = 32 * 20 * 20 * 4.0 * 8 * 8, Rest = 64 * 9 * 9 * 32.0 * 4 * 4 + 64 * 7 * 7 * 64.0 * 3 * 3 + 3136 * 512.0 + 512 * 6;
            return 2 * Batch * (3 * First + 4 * Rest);
        }
    }

    public void Run()
    {
        using var scope = new TensorScope();
        Tensor target;
        using (Autograd.NoGrad())
        {
            Tensor next = _target.Forward(Tensor.FromBytes(_next, [Batch, 4, 84, 84]));
            target = Tensor.From(_rewards) + Tensor.From(_continues) * next.Max(1);
        }

        Tensor values = _online.Forward(Tensor.FromBytes(_observations, [Batch, 4, 84, 84])).GatherRows(IndexTensor.From(_actions));
        _optimiser.ZeroGradients();
        Loss.MeanSquaredError(values, target).Backward();
        _optimiser.Step();
    }

    private static Sequential Network(Generator generator) => new(
        new Conv2d(4, 32, 8, generator, stride: 4), Activation.Relu,
        new Conv2d(32, 64, 4, generator, stride: 2), Activation.Relu,
        new Conv2d(64, 64, 3, generator), Activation.Relu,
        new Flatten(), new Linear(3136, 512, generator), Activation.Relu, new Linear(512, Actions, generator));
}
