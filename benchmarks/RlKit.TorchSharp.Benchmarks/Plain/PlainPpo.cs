using System.Runtime.InteropServices;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace RlKit.Benchmarks.Plain;

/// <summary>CleanRL's PPO for CartPole as one writes it with TorchSharp alone and with care: one scope for each update, input tensors made once, rollouts in arrays.</summary>
internal sealed class PlainPpo : IUpdate
{
    private const int Copies = 4, Steps = 128, Rollout = Copies * Steps, Minibatches = 4, Epochs = 4, Batch = Rollout / Minibatches, Observation = 4, Actions = 2;
    private const double LearningRate = 2.5e-4, MaxGradientNorm = 0.5;
    private const float Gamma = 0.99f, Lambda = 0.95f, Clip = 0.2f, EntropyCoefficient = 0.01f, ValueCoefficient = 0.5f;

    private readonly Sequential _actor = Network(Actions, 0.01), _critic = Network(1, 1);
    private readonly Parameter[] _parameters;
    private readonly optim.Optimizer _optimiser;
    private readonly Tensor _current = zeros(Copies, Observation), _observations = zeros(Batch, Observation), _actions = zeros([Batch, 1], int64);
    private readonly Tensor _oldLogProbabilities = zeros(Batch), _advantages = zeros(Batch), _returns = zeros(Batch), _oldValues = zeros(Batch);
    private readonly Random _random;

    public PlainPpo(int seed = 1)
    {
        _random = new Random(seed);
        random.manual_seed(seed);
        _parameters = [.. _actor.parameters(), .. _critic.parameters()];
        _optimiser = optim.Adam(_parameters, LearningRate, eps: 1e-5);
        foreach (Tensor tensor in new[] { _observations, _advantages, _returns, _oldValues }) tensor.normal_();
        _oldLogProbabilities.fill_(-0.7f);
    }

    public double Flops => 0;

    /// <summary>An update of the minibatch that lies in the input tensors.</summary>
    public void Run() => Update();

    /// <summary>Trains over whole rollouts; gives the mean return of the last hundred episodes.</summary>
    public double Train(IVectorEnvironment environment, int totalSteps, int seed)
    {
        float[] observations = new float[Rollout * Observation], logProbabilities = new float[Rollout], values = new float[Rollout], last = new float[Copies];
        float[] rewards = new float[Rollout], advantages = new float[Rollout], returns = new float[Rollout];
        bool[] ended = new bool[Rollout];
        int[] actions = new int[Rollout], order = [.. Enumerable.Range(0, Rollout)];
        var window = new ReturnWindow(Copies);
        environment.Reset(seed);
        int iterations = totalSteps / Rollout;
        for (int iteration = 0; iteration < iterations; iteration++)
        {
            foreach (optim.ILearningRateController group in _optimiser.ParamGroups) group.LearningRate = LearningRate * (1 - (double)iteration / iterations);
            for (int step = 0; step < Steps; step++)
            {
                int row = step * Copies;
                environment.Observations.CopyTo(observations.AsSpan(row * Observation));
                Act(environment.Observations, actions.AsSpan(row, Copies), logProbabilities.AsSpan(row), values.AsSpan(row));
                environment.Step(actions.AsSpan(row, Copies));
                window.Add(environment);
                for (int i = 0; i < Copies; i++)
                {
                    rewards[row + i] = (float)environment.Rewards[i];
                    ended[row + i] = environment.Terminated[i] || environment.Truncated[i];
                }
            }

            Evaluate(environment.Observations, last);
            for (int i = 0; i < Copies; i++)
            {
                float advantage = 0, next = last[i];
                for (int row = Rollout - Copies + i; row >= 0; row -= Copies)
                {
                    float goesOn = ended[row] ? 0 : 1;
                    advantage = rewards[row] + Gamma * goesOn * next - values[row] + Gamma * Lambda * goesOn * advantage;
                    next = values[row];
                    advantages[row] = advantage;
                    returns[row] = advantage + values[row];
                }
            }

            for (int epoch = 0; epoch < Epochs; epoch++)
            {
                _random.Shuffle(order);
                for (int start = 0; start < Rollout; start += Batch)
                {
                    Span<float> x = Values(_observations), p = Values(_oldLogProbabilities), a = Values(_advantages), r = Values(_returns), v = Values(_oldValues);
                    Span<long> chosen = MemoryMarshal.Cast<byte, long>(_actions.bytes);
                    for (int i = 0; i < Batch; i++)
                    {
                        int row = order[start + i];
                        observations.AsSpan(row * Observation, Observation).CopyTo(x[(i * Observation)..]);
                        (chosen[i], p[i], a[i], r[i], v[i]) = (actions[row], logProbabilities[row], advantages[row], returns[row], values[row]);
                    }

                    Update();
                }
            }
        }

        return window.Mean;
    }

    private void Act(ReadOnlySpan<float> observations, Span<int> actions, Span<float> logProbabilities, Span<float> values)
    {
        observations.CopyTo(Values(_current));
        using DisposeScope scope = NewDisposeScope();
        using IDisposable noGradient = no_grad();
        Tensor all = nn.functional.log_softmax(_actor.call(_current), 1), drawn = multinomial(all.exp(), 1);
        Values(all.gather(1, drawn)).CopyTo(logProbabilities);
        Values(_critic.call(_current)).CopyTo(values);
        Span<long> chosen = MemoryMarshal.Cast<byte, long>(drawn.bytes);
        for (int i = 0; i < Copies; i++) actions[i] = (int)chosen[i];
    }

    private void Evaluate(ReadOnlySpan<float> observations, Span<float> values)
    {
        observations.CopyTo(Values(_current));
        using DisposeScope scope = NewDisposeScope();
        using IDisposable noGradient = no_grad();
        Values(_critic.call(_current)).CopyTo(values);
    }

    private void Update()
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor all = nn.functional.log_softmax(_actor.call(_observations), 1), logProbabilities = all.gather(1, _actions).squeeze(1);
        Tensor entropy = -(all.exp() * all).sum(1).mean();
        Tensor ratio = (logProbabilities - _oldLogProbabilities).exp();
        Tensor advantages = (_advantages - _advantages.mean()) / (_advantages.std() + 1e-8);
        Tensor policyLoss = maximum(-advantages * ratio, -advantages * ratio.clamp(1 - Clip, 1 + Clip)).mean();

        Tensor values = _critic.call(_observations).squeeze(1), clipped = _oldValues + (values - _oldValues).clamp(-Clip, Clip);
        Tensor valueLoss = 0.5 * maximum((values - _returns).square(), (clipped - _returns).square()).mean();
        Tensor loss = policyLoss - EntropyCoefficient * entropy + ValueCoefficient * valueLoss;

        _optimiser.zero_grad();
        loss.backward();
        nn.utils.clip_grad_norm_(_parameters, MaxGradientNorm);
        _optimiser.step();
    }

    private static Sequential Network(int outputs, double lastGain)
    {
        return nn.Sequential(Layer(Observation, 64, Math.Sqrt(2)), nn.Tanh(), Layer(64, 64, Math.Sqrt(2)), nn.Tanh(), Layer(64, outputs, lastGain));

        static TorchSharp.Modules.Linear Layer(int from, int to, double gain)
        {
            TorchSharp.Modules.Linear layer = nn.Linear(from, to);
            nn.init.orthogonal_(layer.weight!, gain);
            nn.init.zeros_(layer.bias!);
            return layer;
        }
    }

    private static Span<float> Values(Tensor tensor) => MemoryMarshal.Cast<byte, float>(tensor.bytes);
}
