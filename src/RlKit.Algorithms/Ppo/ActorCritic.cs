using RlKit.Tensors;

namespace RlKit;

/// <summary>A policy network and a value network, apart or with a common body. Weights are orthogonal: sqrt(2) in hidden layers, 0.01 for the policy's last, 1 for the value's.</summary>
internal sealed class ActorCritic : Module
{
    private readonly bool _shared;

    public ActorCritic(NetworkDescription actor, Space observationSpace, bool shared, int deviations, double initialLogDeviation, Generator generator)
    {
        _shared = shared;
        Actor = Add("actor", (Sequential)actor.Build(observationSpace, generator));
        NetworkDescription value = actor with { Outputs = 1 };
        Critic = Add("critic", shared ? new Sequential(new Linear(FeaturesOf(Actor), 1, generator)) : (Sequential)value.Build(observationSpace, generator));
        if (deviations > 0) LogDeviation = AddParameter("log_std", Tensor.Full([1, deviations], (float)initialLogDeviation));
        Initialise(Actor, lastGain: 0.01f, generator);
        Initialise(Critic, lastGain: 1, generator);
    }

    public Sequential Actor { get; }

    public Sequential Critic { get; }

    /// <summary>The logarithm of the standard deviation, (1, actions), where it does not depend on the state.</summary>
    public Tensor? LogDeviation { get; }

    /// <summary>The policy's outputs, (batch, outputs), and the values, (batch).</summary>
    public (Tensor Outputs, Tensor Values) Forward(Tensor observations)
    {
        int batch = observations.Shape[0];
        if (!_shared) return (Actor.Forward(observations), Critic.Forward(observations).Reshape(batch));
        Tensor features = Actor.Forward(observations, Actor.Count - 1);
        return (Actor[^1].Forward(features), Critic.Forward(features).Reshape(batch));
    }

    /// <summary>The values alone, (batch).</summary>
    public Tensor Values(Tensor observations) =>
        Critic.Forward(_shared ? Actor.Forward(observations, Actor.Count - 1) : observations).Reshape(observations.Shape[0]);

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
