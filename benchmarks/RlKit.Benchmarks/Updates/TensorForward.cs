using RlKit.Tensors;

namespace RlKit.Benchmarks;

/// <summary>The same forward pass as <see cref="PolicyForward"/> by tensors, in a scope without a tape.</summary>
internal sealed class TensorForward : IUpdate
{
    private readonly Sequential _policy;
    private readonly float[] _observation = [0.1f, -0.2f, 0.3f, -0.4f], _logits = new float[2];

    public TensorForward()
    {
        var generator = new Generator(1);
        _policy = new Sequential(new Linear(4, 64, generator), Activation.Tanh, new Linear(64, 64, generator), Activation.Tanh, new Linear(64, 2, generator));
    }

    public double Flops => 2.0 * (4 * 64 + 64 * 64 + 64 * 2);

    public void Run()
    {
        using var scope = new TensorScope();
        using GradientRegion noGradient = Autograd.NoGrad();
        _policy.Forward(Tensor.From(_observation, [1, 4])).CopyTo(_logits);
    }
}
