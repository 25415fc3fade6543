using RlKit.Tensors;

namespace RlKit;

/// <summary>A network that the user makes, looked at before an agent takes it.</summary>
internal static class OwnNetwork
{
    /// <summary>Makes a network and gives it two observations of zeros.</summary>
    /// <param name="make">Makes it.</param>
    /// <param name="observationSpace">What it reads.</param>
    /// <param name="outputs">Numbers that it has to give for one observation.</param>
    /// <param name="what">What they are.</param>
    /// <exception cref="ArgumentException">It is on another device than the default one, or gives another shape.</exception>
    public static Layer Make(Func<Layer> make, Space observationSpace, int outputs, string what)
    {
        Layer network = make();
        Device device = Device.Default;
        foreach ((string name, Tensor parameter) in network.NamedParameters())
        {
            if (parameter.Device != device)
                throw new ArgumentException($"The network's parameter '{name}' is on {parameter.Device}, and the agent on {device}; give both the same device.", nameof(make));
        }

        const int Rows = 2;
        using var scope = new TensorScope();
        using GradientRegion noGradient = Autograd.NoGrad();
        bool isTraining = network.IsTraining;
        network.IsTraining = false;
        Shape given = network.Forward(new ObservationReader(observationSpace, NetworkDescription.Choose(NetworkKind.Auto, observationSpace)).Read(new float[Rows * observationSpace.FlatSize])).Shape;
        network.IsTraining = isTraining;
        if (given != new Shape(Rows, outputs))
            throw new ArgumentException($"For {Rows} observations of {observationSpace} the network gives the shape {given}; it has to give {new Shape(Rows, outputs)}: {what}.", nameof(make));
        return network;
    }
}
