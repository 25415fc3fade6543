using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace RlKit.Benchmarks.Plain;

/// <summary>A DQN update of the Nature CNN written with TorchSharp alone: 32 observations of 4x84x84 bytes, 6 actions.</summary>
internal sealed class PlainNatureCnn : IUpdate
{
    private const int Batch = 32, Actions = 6;

    private readonly Sequential _online = Network(), _target = Network();
    private readonly optim.Optimizer _optimiser;
    private readonly byte[] _observations = new byte[Batch * 4 * 84 * 84], _next = new byte[Batch * 4 * 84 * 84];
    private readonly Tensor _input = zeros([Batch, 4, 84, 84], uint8), _nextInput = zeros([Batch, 4, 84, 84], uint8);
    private readonly Tensor _rewards = randn(Batch), _discounts = full(Batch, 0.99f), _actions = randint(0, Actions, [Batch, 1], dtype: int64);

    public PlainNatureCnn()
    {
        _optimiser = optim.Adam(_online.parameters(), 1e-4);
        new Random(1).NextBytes(_observations);
        new Random(2).NextBytes(_next);
    }

    public double Flops => 0;

    public void Run()
    {
        _observations.CopyTo(_input.bytes);
        _next.CopyTo(_nextInput.bytes);
        using DisposeScope scope = NewDisposeScope();
        Tensor target;
        using (no_grad()) target = _rewards + _discounts * _target.call(_nextInput.to(float32) / 255).amax([1]);
        Tensor values = _online.call(_input.to(float32) / 255).gather(1, _actions).squeeze(1);
        _optimiser.zero_grad();
        nn.functional.mse_loss(values, target).backward();
        _optimiser.step();
    }

    private static Sequential Network() => nn.Sequential(
        nn.Conv2d(4, 32, 8, 4), nn.ReLU(), nn.Conv2d(32, 64, 4, 2), nn.ReLU(), nn.Conv2d(64, 64, 3), nn.ReLU(), nn.Flatten(), nn.Linear(3136, 512), nn.ReLU(), nn.Linear(512, Actions));
}
