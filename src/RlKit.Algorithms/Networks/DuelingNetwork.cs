using RlKit.Tensors;

namespace RlKit;

/// <summary>
/// A body with two streams behind it, Q(s, a) = V(s) + A(s, a) - mean over a' of A(s, a') (Wang et al. 2016, "Dueling Network Architectures", eq. 9);
/// with several atoms the same holds for the logits of each atom.
/// </summary>
internal sealed class DuelingNetwork : Layer
{
    private readonly int _actions;
    private readonly int _atoms;

    public DuelingNetwork(Layer body, Func<int, Layer> makeStream, int actions, int atoms)
    {
        Body = Add("body", body);
        Value = Add("value", makeStream(atoms));
        Advantage = Add("advantage", makeStream(actions * atoms));
        _actions = actions;
        _atoms = atoms;
    }

    public Layer Body { get; }

    public Layer Value { get; }

    public Layer Advantage { get; }

    public override Tensor Forward(Tensor input)
    {
        Tensor features = Body.Forward(input);
        int batch = features.Shape[0];
        Tensor value = Value.Forward(features).Reshape(batch, 1, _atoms);
        Tensor advantage = Advantage.Forward(features).Reshape(batch, _actions, _atoms);
        return (advantage - advantage.Mean(1, keepAxis: true) + value).Reshape(batch, _actions * _atoms);
    }
}
