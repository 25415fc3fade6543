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
    /// <exception cref="ArgumentException">There is none, or it is on another device than the default one, or gives another shape.</exception>
    public static Layer Make(Func<Layer> make, Space observationSpace, int outputs, string what)
    {
        Layer network = make() ?? throw new ArgumentException("The function that makes the network gave none.", nameof(make));
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

    /// <summary>Refuses a network that is given twice: what one of the two learns the other one would have learned too.</summary>
    /// <param name="first">The network that was made first.</param>
    /// <param name="second">The one that was made next.</param>
    /// <param name="name">The argument that made both.</param>
    /// <exception cref="ArgumentException">They are one, or share a parameter.</exception>
    public static void RequireApart(Layer first, Layer second, string name)
    {
        foreach ((string parameter, Tensor value) in second.NamedParameters())
        {
            if (first.NamedParameters().Any(other => other.Value.Node == value.Node))
                throw new ArgumentException($"{name} gave a network with the same '{parameter}' twice; make a new network at every call.", name);
        }
    }
}
