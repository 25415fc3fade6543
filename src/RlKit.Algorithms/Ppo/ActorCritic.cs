using RlKit.Tensors;

namespace RlKit;

/// <summary>A policy network and a value network, apart or with a common body. Weights are orthogonal: sqrt(2) in hidden layers, 0.01 for the policy's last, 1 for the value's.</summary>
internal sealed class ActorCritic : Module
{
    // The actor whose layers but the last are the critic's too; null where they are apart.
    private readonly Sequential? _shared;

    /// <summary>Makes what is described; an actor or a critic that is given takes the place of that, and keeps the weights it has.</summary>
    public ActorCritic(
        NetworkDescription description, Space observationSpace, bool shared, int deviations, double initialLogDeviation, Generator generator, Layer? actor = null, Layer? critic = null)
    {
        Actor = Add("actor", actor ?? description.Build(observationSpace, generator));
        if (shared) _shared = (Sequential)Actor;
        NetworkDescription value = description with { Outputs = 1 };
        Critic = Add("critic", critic ?? (_shared is not null ? new Sequential(new Linear(FeaturesOf(_shared), 1, generator)) : value.Build(observationSpace, generator)));
        if (deviations > 0) LogDeviation = AddParameter("log_std", Tensor.Full([1, deviations], (float)initialLogDeviation));
        if (actor is null) Initialise((Sequential)Actor, lastGain: 0.01f, generator);
        if (critic is null) Initialise((Sequential)Critic, lastGain: 1, generator);
    }

    public Layer Actor { get; }

    public Layer Critic { get; }

    /// <summary>The logarithm of the standard deviation, (1, actions), where it does not depend on the state.</summary>
    public Tensor? LogDeviation { get; }

    /// <summary>The policy's outputs, (batch, outputs), and the values, (batch).</summary>
    public (Tensor Outputs, Tensor Values) Forward(Tensor observations)
    {
        int batch = observations.Shape[0];
        if (_shared is null) return (Actor.Forward(observations), Critic.Forward(observations).Reshape(batch));
        Tensor features = _shared.Forward(observations, _shared.Count - 1);
        return (_shared[^1].Forward(features), Critic.Forward(features).Reshape(batch));
    }

    /// <summary>The values alone, (batch).</summary>
    public Tensor Values(Tensor observations) =>
        Critic.Forward(_shared is null ? observations : _shared.Forward(observations, _shared.Count - 1)).Reshape(observations.Shape[0]);

    private static int FeaturesOf(Sequential network) => ((Linear)network[^1]).Weight.Shape[1];

    private static void Initialise(Sequential network, float lastGain, Generator generator)
    {
        for (int i = 0; i < network.Count; i++)
        {
            float gain = i == network.Count - 1 ? lastGain : MathF.Sqrt(2);
            switch (network[i])
            {
                case Linear linear:
                    Tensors.Initialise.Orthogonal(linear.Weight, generator, gain);
                    Tensors.Initialise.Constant(linear.Bias!.Value, 0);
                    break;
                case Conv2d convolution:
                    Tensors.Initialise.Orthogonal(convolution.Weight, generator, gain);
                    Tensors.Initialise.Constant(convolution.Bias!.Value, 0);
                    break;
            }
        }
    }
}
