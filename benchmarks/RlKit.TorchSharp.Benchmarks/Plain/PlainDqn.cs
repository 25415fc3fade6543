using System.Runtime.InteropServices;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace RlKit.Benchmarks.Plain;

/// <summary>CleanRL's DQN for CartPole as one writes it with TorchSharp alone and with care: one scope for each update, input tensors made once, a buffer of arrays.</summary>
internal sealed class PlainDqn : IUpdate
{
    private const int Batch = 128, Observation = 4, Actions = 2, BufferSize = 10_000, LearningStarts = 10_000, TrainFrequency = 10, TargetFrequency = 500, LogFrequency = 100;
    private const double LearningRate = 2.5e-4, EndEpsilon = 0.05, ExplorationFraction = 0.5;
    private const float Gamma = 0.99f;

    private readonly Sequential _online = Network(), _target = Network();
    private readonly optim.Optimizer _optimiser;
    private readonly Tensor _observation = zeros(1, Observation), _observations = zeros(Batch, Observation), _next = zeros(Batch, Observation);
    private readonly Tensor _rewards = zeros(Batch), _discounts = zeros(Batch), _actions = zeros([Batch, 1], int64);
    private readonly Random _random;

    public PlainDqn(int seed = 1)
    {
        _random = new Random(seed);
        random.manual_seed(seed);
        _optimiser = optim.Adam(_online.parameters(), LearningRate);
        CopyTarget();
        foreach (Tensor tensor in new[] { _observations, _next, _rewards }) tensor.normal_();
        _discounts.fill_(Gamma);
    }

    /// <summary>The loss that was logged last.</summary>
    public float Loss { get; private set; }

    public double Flops => 0;

    /// <summary>An update of the batch that lies in the input tensors.</summary>
    public void Run() => Update(log: false);

    /// <summary>Trains from the first step to the last; gives the mean return of the last hundred episodes.</summary>
    public double Train(IVectorEnvironment environment, int totalSteps, int seed)
    {
        float[] observations = new float[BufferSize * Observation], next = new float[BufferSize * Observation], rewards = new float[BufferSize], discounts = new float[BufferSize];
        int[] actions = new int[BufferSize], action = new int[1];
        var returns = new ReturnWindow(copies: 1);
        environment.Reset(seed);
        for (int step = 0; step < totalSteps; step++)
        {
            double epsilon = Math.Max(EndEpsilon, 1 + (EndEpsilon - 1) * step / (ExplorationFraction * totalSteps));
            action[0] = _random.NextDouble() < epsilon ? _random.Next(Actions) : Greedy(environment.Observations);

            int slot = step % BufferSize;
            environment.Observations.CopyTo(observations.AsSpan(slot * Observation));
            actions[slot] = action[0];
            environment.Step(action);
            returns.Add(environment);
            bool ended = environment.Terminated[0] || environment.Truncated[0];
            (ended ? environment.FinalObservations : environment.Observations)[..Observation].CopyTo(next.AsSpan(slot * Observation));
            rewards[slot] = (float)environment.Rewards[0];
            discounts[slot] = environment.Terminated[0] ? 0 : Gamma;

            if (step < LearningStarts) continue;
            if (step % TrainFrequency == 0)
            {
                Span<float> x = Values(_observations), y = Values(_next), r = Values(_rewards), d = Values(_discounts);
                Span<long> a = MemoryMarshal.Cast<byte, long>(_actions.bytes);
                for (int i = 0; i < Batch; i++)
                {
                    int j = _random.Next(Math.Min(step + 1, BufferSize));
                    observations.AsSpan(j * Observation, Observation).CopyTo(x[(i * Observation)..]);
                    next.AsSpan(j * Observation, Observation).CopyTo(y[(i * Observation)..]);
                    (r[i], d[i], a[i]) = (rewards[j], discounts[j], actions[j]);
                }

                Update(step % LogFrequency == 0);
            }

            if (step % TargetFrequency == 0) CopyTarget();
        }

        return returns.Mean;
    }

    private int Greedy(ReadOnlySpan<float> observation)
    {
        observation.CopyTo(Values(_observation));
        using DisposeScope scope = NewDisposeScope();
        using IDisposable noGradient = no_grad();
        Span<float> values = Values(_online.call(_observation));
        return values[1] > values[0] ? 1 : 0;
    }

    private void Update(bool log)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor target;
        using (no_grad()) target = _rewards + _discounts * _target.call(_next).amax([1]);
        Tensor values = _online.call(_observations).gather(1, _actions).squeeze(1), loss = nn.functional.mse_loss(values, target);
        _optimiser.zero_grad();
        loss.backward();
        _optimiser.step();
        if (log) Loss = loss.item<float>();
    }

    private void CopyTarget()
    {
        using IDisposable noGradient = no_grad();
        foreach ((Parameter to, Parameter from) in _target.parameters().Zip(_online.parameters())) to.copy_(from);
    }

    private static Sequential Network() => nn.Sequential(nn.Linear(Observation, 120), nn.ReLU(), nn.Linear(120, 84), nn.ReLU(), nn.Linear(84, Actions));

    private static Span<float> Values(Tensor tensor) => MemoryMarshal.Cast<byte, float>(tensor.bytes);
}
