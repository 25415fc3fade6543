using RlKit.Tensors;

namespace RlKit.Benchmarks;

/// <summary>A policy's forward pass for one observation: 4-64-64-2, without a tape.</summary>
internal sealed class PolicyForward : IUpdate
{
    private readonly Inference _policy;
    private readonly float[] _observation = [0.1f, -0.2f, 0.3f, -0.4f], _logits = new float[2];

    public PolicyForward()
    {
        var generator = new Generator(1);
        _policy = new Inference(
            new Sequential(new Linear(4, 64, generator), Activation.Tanh, new Linear(64, 64, generator), Activation.Tanh, new Linear(64, 2, generator)), 4);
    }

    public double Flops => 2.0 * (4 * 64 + 64 * 64 + 64 * 2);

    public void Run() => _policy.Run(_observation, _logits);
}
