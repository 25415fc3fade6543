using RlKit.Tensors;

namespace RlKit.Benchmarks;

/// <summary>CleanRL's PPO minibatch update on CartPole: two 4-64-64 tanh networks, 128 samples; clipping, entropy, value loss, norm clip, Adam.</summary>
internal sealed class PpoUpdate : IUpdate
{
    private const int Batch = 128;

    private readonly ActorCritic _network = new(new Generator(1));
    private readonly Adam _optimiser;
    private readonly float[] _observations = new float[Batch * 4], _oldLogProbs = new float[Batch], _advantages = new float[Batch], _returns = new float[Batch], _oldValues = new float[Batch];
    private readonly int[] _actions = new int[Batch];

    public PpoUpdate()
    {
        var generator = new Generator(2);
        _optimiser = new Adam(_network.Parameters, learningRate: 2.5e-4, epsilon: 1e-5);
        generator.FillNormal(_observations);
        generator.FillUniform(_oldLogProbs, -0.8f, -0.6f);
        generator.FillNormal(_advantages);
        generator.FillNormal(_returns);
        generator.FillNormal(_oldValues);
        for (int i = 0; i < Batch; i++) _actions[i] = generator.NextInt32(2);
    }

    // Per sample 4·64 + 64·64 + 64·2 (actor) and 4·64 + 64·64 + 64 (critic) multiply-adds forward; the weights' gradients as many; the inputs' without the first layers'.
    public double Flops => 2.0 * Batch * (3 * (2 * 64 * 64 + 64 * 3) + 2 * 2 * (4 * 64));

    public void Run()
    {
        using var scope = new TensorScope();
        Tensor input = Tensor.From(_observations, [Batch, 4]);
        var policy = new Categorical(_network.Actor.Forward(input));
        Tensor logProb = policy.LogProb(IndexTensor.From(_actions)), entropy = policy.Entropy().Mean();
        Tensor logRatio = logProb - Tensor.From(_oldLogProbs), ratio = logRatio.Exp();
        Tensor advantages = Tensor.From(_advantages);
        advantages = (advantages - advantages.Mean()) / (advantages.StandardDeviation() + 1e-8f);
        Tensor policyLoss = Tensor.Maximum(-advantages * ratio, -advantages * ratio.Clamp(0.8f, 1.2f)).Mean();

        Tensor value = _network.Critic.Forward(input).Squeeze(1), returns = Tensor.From(_returns), old = Tensor.From(_oldValues);
        Tensor clipped = old + (value - old).Clamp(-0.2f, 0.2f);
        Tensor valueLoss = 0.5f * Tensor.Maximum((value - returns).Square(), (clipped - returns).Square()).Mean();
        Tensor loss = policyLoss - 0.01f * entropy + 0.5f * valueLoss;

        _optimiser.ZeroGradients();
        loss.Backward();
        _network.Parameters.ClipGradientNorm(0.5f);
        _optimiser.Step();
    }

    private sealed class ActorCritic : Module
    {
        public ActorCritic(Generator generator)
        {
            Actor = Add("actor", Network(2));
            Critic = Add("critic", Network(1));

            Sequential Network(int outputs) =>
                new(new Linear(4, 64, generator), Activation.Tanh, new Linear(64, 64, generator), Activation.Tanh, new Linear(64, outputs, generator));
        }

        public Sequential Actor { get; }

        public Sequential Critic { get; }
    }
}
