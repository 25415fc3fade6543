using RlKit.Tensors.Engines;
using TorchSharp;
using TorchSharp.Modules;

namespace RlKit.Tensors;

/// <summary>
/// A network of one's own in TorchSharp as a layer of RlKit: an agent trains, saves and copies it as it does its own. Parameters keep the names of the module's state_dict;
/// those that require no gradient are buffers here.
/// </summary>
/// <example><code>
/// var agent = new Dqn(environments, makeNetwork: () => new TorchModule(new MyNetwork()), device: TorchDevice.Cpu);
/// </code></example>
public sealed class TorchModule : Layer
{
    private readonly torch.nn.Module<torch.Tensor, torch.Tensor> _module;
    private readonly TorchEngine _engine;
    private readonly Device _device;
    private readonly (string Name, torch.Tensor Tensor)[] _tensors;
    private bool? _trained;

    /// <summary>Takes a module over: it is moved to the device, and its parameters into one buffer when an agent or an optimiser asks for <see cref="Module.Parameters"/>.</summary>
    /// <param name="module">The module; do not move it afterwards.</param>
    /// <param name="device">One of <see cref="TorchDevice"/>; <see cref="Device.Default"/> if null.</param>
    /// <exception cref="ArgumentException">The device is not one of TorchSharp's, or a parameter is not of float32.</exception>
    public TorchModule(torch.nn.Module<torch.Tensor, torch.Tensor> module, Device? device = null)
    {
        ArgumentNullException.ThrowIfNull(module);
        _device = device ?? Device.Default;
        _engine = _device.Engine as TorchEngine
            ?? throw new ArgumentException($"A TorchSharp module computes on one of TorchDevice's devices, not on {_device}; give the agent that device, or this constructor.", nameof(device));
        _module = module;
        module.to(_engine.TorchDevice.type, _engine.TorchDevice.index);
        var root = new Part(this);
        var tensors = new List<(string, torch.Tensor)>();
        foreach ((string name, Parameter parameter) in module.named_parameters())
        {
            if (tensors.Exists(known => ReferenceEquals(known.Item2, parameter))) continue;
            if (parameter.dtype != torch.ScalarType.Float32)
                throw new ArgumentException($"The parameter '{name}' is of {parameter.dtype}; RlKit computes in Float32. Convert the module with to(ScalarType.Float32).", nameof(module));
            tensors.Add((name, parameter));
            root.Place(name, Adopt(parameter), trained: parameter.requires_grad);
        }

        foreach ((string name, torch.Tensor buffer) in module.named_buffers())
        {
            tensors.Add((name, buffer));
            root.Place(name, Adopt(buffer), trained: false);
        }

        _tensors = [.. tensors];
    }

    /// <inheritdoc/>
    /// <exception cref="InvalidOperationException">The module was moved or converted after it was taken over.</exception>
    public override Tensor Forward(Tensor input)
    {
        TensorNode node = input.Node;
        if (node.Device != _device) throw new ArgumentException($"The input is on {node.Device}, and the module on {_device}; move the input by To(device).", nameof(input));
        RequireOwnTensors();
        if (_trained != IsTraining)
        {
            _module.train(IsTraining);
            _trained = IsTraining;
        }

        using DisposeScope scope = torch.NewDisposeScope();
        using IDisposable? noGradient = Autograd.IsRecording ? null : torch.no_grad();
        torch.Tensor given = ((TorchNode)node).Operand, output = _module.call(given);
        if (ReferenceEquals(output, given)) output = given.alias();
        long[] lengths = output.shape;
        Span<int> shape = stackalloc int[lengths.Length];
        for (int i = 0; i < lengths.Length; i++) shape[i] = checked((int)lengths[i]);
        if (output.dtype != torch.ScalarType.Float32) throw new InvalidOperationException($"The module gives {output.dtype}; RlKit computes in Float32.");
        return new Tensor(TorchEngine.Adopt(_device, output, new Shape(shape), output.requires_grad, node));
    }

    private Tensor Adopt(torch.Tensor tensor)
    {
        Span<int> shape = stackalloc int[Shape.MaxRank];
        long[] lengths = tensor.shape;
        for (int i = 0; i < lengths.Length; i++) shape[i] = checked((int)lengths[i]);
        return new Tensor(TorchNode.MakeKept(_device, tensor, new Shape(shape[..lengths.Length])));
    }

    // Moving or converting a module disposes its parameters and makes others, which nothing here would train.
    private void RequireOwnTensors()
    {
        foreach ((string name, torch.Tensor tensor) in _tensors)
        {
            if (!tensor.IsInvalid) continue;
            throw new InvalidOperationException($"The module's '{name}' is another tensor than when RlKit took the module over: it was moved to another device, or converted, after that. Do so before, or give TorchModule the device.");
        }
    }

    /// <summary>A level of the module's names: '0.weight' is the 'weight' of the part '0'.</summary>
    private sealed class Part : Module
    {
        private readonly TorchModule? _root;
        private readonly Dictionary<string, Part> _parts = new(StringComparer.Ordinal);

        public Part(TorchModule? root) => _root = root;

        public void Place(string name, Tensor tensor, bool trained)
        {
            int dot = name.IndexOf('.', StringComparison.Ordinal);
            if (dot >= 0)
            {
                string first = name[..dot];
                if (!_parts.TryGetValue(first, out Part? part))
                {
                    part = new Part(null);
                    _parts.Add(first, part);
                    if (_root is null) Add(first, part);
                    else _root.Add(first, part);
                }

                part.Place(name[(dot + 1)..], tensor, trained);
            }
            else if (_root is not null)
            {
                if (trained) _root.AdoptParameter(name, tensor);
                else _root.AdoptBuffer(name, tensor);
            }
            else if (trained)
            {
                AdoptParameter(name, tensor);
            }
            else
            {
                AdoptBuffer(name, tensor);
            }
        }
    }
}
