using RlKit.Tensors.Engines;

namespace RlKit.Tensors;

/// <summary>
/// The parameters of a network as a whole, in a fixed order and by name. On the managed engine their values lie in one contiguous buffer
/// and their gradients in another, so that an optimiser step, a target update or a gradient norm is one pass.
/// A parameter belongs to the buffer that it was packed into last.
/// </summary>
public abstract class ParameterBuffer
{
    private readonly KeyValuePair<string, Tensor>[] _parameters;
    private readonly int[] _offsets;

    /// <summary>For engines: takes the parameters in their order.</summary>
    protected ParameterBuffer(IReadOnlyList<KeyValuePair<string, Tensor>> parameters)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        _parameters = [.. parameters];
        _offsets = new int[_parameters.Length];
        var names = new HashSet<string>(StringComparer.Ordinal);
        for (int i = 0; i < _parameters.Length; i++)
        {
            if (!names.Add(_parameters[i].Key))
                throw new ArgumentException($"Two parameters are named '{_parameters[i].Key}'.", nameof(parameters));
            _offsets[i] = Length;
            Length += _parameters[i].Value.Length;
        }
    }

    /// <summary>
    /// Packs parameters: their values move into one buffer and their gradients into another; the tensors stay usable as they are and require
    /// gradients from now on.
    /// </summary>
    /// <param name="parameters">Names and tensors made outside every <see cref="TensorScope"/>, without a history; at least one.</param>
    /// <exception cref="ArgumentException">No parameter, a name twice, two devices, or a tensor that is a temporary or the result of a recorded operation.</exception>
    public static ParameterBuffer Pack(IReadOnlyList<KeyValuePair<string, Tensor>> parameters)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        if (parameters.Count == 0) throw new ArgumentException("There is no parameter to pack.", nameof(parameters));
        Device device = parameters[0].Value.Device;
        var names = new Dictionary<TensorNode, string>(ReferenceEqualityComparer.Instance);
        foreach ((string name, Tensor tensor) in parameters)
        {
            TensorNode node = tensor.Node;
            if (node.Device != device)
                throw new ArgumentException($"Parameter '{name}' is on {node.Device}, the first one on {device}; a network's parameters are on one device.", nameof(parameters));
            if (node.InScope)
                throw new ArgumentException($"Parameter '{name}' was made inside a TensorScope and would not outlive it; make networks outside scopes.", nameof(parameters));
            if (!node.IsLeaf)
                throw new ArgumentException($"Parameter '{name}' is the result of a recorded operation.", nameof(parameters));
            if (!names.TryAdd(node, name) && names[node] != name)
                throw new ArgumentException($"The parameters '{names[node]}' and '{name}' are one tensor.", nameof(parameters));
        }

        return device.Engine.Pack(parameters);
    }

    /// <summary>Names and tensors, in their order.</summary>
    public IReadOnlyList<KeyValuePair<string, Tensor>> Parameters => _parameters;

    /// <summary>The number of values of all parameters.</summary>
    public int Length { get; }

    /// <summary>The device of the parameters.</summary>
    public Device Device => _parameters[0].Value.Device;

    /// <summary>A parameter by its name.</summary>
    /// <exception cref="KeyNotFoundException">No parameter has that name.</exception>
    public Tensor this[string name]
    {
        get
        {
            foreach ((string key, Tensor tensor) in _parameters)
            {
                if (key == name) return tensor;
            }

            throw new KeyNotFoundException($"There is no parameter named '{name}'; there are {string.Join(", ", _parameters.Select(p => $"'{p.Key}'"))}.");
        }
    }

    /// <summary>Where the parameter of this number begins in <see cref="Values"/> and <see cref="Gradients"/>.</summary>
    public int OffsetOf(int parameter) => _offsets[parameter];

    /// <summary>All values as one vector; writing to it writes the parameters.</summary>
    public abstract Tensor Values { get; }

    /// <summary>All gradients as one vector; writing to it writes the parameters' gradients.</summary>
    public abstract Tensor Gradients { get; }

    /// <summary>Sets all gradients to zero (at no cost: what is not written again before it is read is cleared then).</summary>
    public abstract void ZeroGradients();

    /// <summary>The Euclidean norm of all gradients together.</summary>
    public abstract float GradientNorm();

    /// <summary>Multiplies all gradients by min(1, <paramref name="maxNorm"/> / (norm + 1e-6)), as PyTorch does.</summary>
    /// <returns>The norm before.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The norm is not positive.</exception>
    public abstract float ClipGradientNorm(float maxNorm);

    /// <summary>Limits every gradient to -<paramref name="limit"/>..<paramref name="limit"/>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The limit is not positive.</exception>
    public abstract void ClipGradientValue(float limit);

    /// <summary>Replaces all values by another network's of the same layout: a hard target update.</summary>
    /// <exception cref="ArgumentException">The other network's parameters have another layout.</exception>
    public abstract void CopyFrom(ParameterBuffer source);

    /// <summary>values += tau (source - values): a soft (Polyak) target update.</summary>
    /// <exception cref="ArgumentException">The other network's parameters have another layout.</exception>
    /// <exception cref="ArgumentOutOfRangeException">tau is outside 0..1.</exception>
    public abstract void Lerp(ParameterBuffer source, float tau);

    /// <summary>Some of the parameters, in the same memory.</summary>
    /// <param name="first">The number of the first one.</param>
    /// <param name="parameters">The parameters from there on, under the names they have in the part.</param>
    /// <exception cref="ArgumentException">These are other parameters than those of the buffer from there on.</exception>
    public ParameterBuffer Part(int first, IReadOnlyList<KeyValuePair<string, Tensor>> parameters)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        if (first < 0 || parameters.Count == 0 || first + parameters.Count > _parameters.Length)
            throw new ArgumentException($"The buffer has {_parameters.Length} parameters, not {parameters.Count} from number {first} on.", nameof(parameters));
        for (int i = 0; i < parameters.Count; i++)
        {
            if (parameters[i].Value.Node != _parameters[first + i].Value.Node)
                throw new ArgumentException($"'{parameters[i].Key}' is not the buffer's parameter number {first + i}, '{_parameters[first + i].Key}'.", nameof(parameters));
        }

        return PartOf(first, parameters);
    }

    /// <summary>A step of stochastic gradient descent on all values.</summary>
    /// <param name="step">The numbers of the step.</param>
    /// <param name="velocity">The velocity, one number per value; default without momentum.</param>
    public abstract void Step(in SgdStep step, Tensor velocity);

    /// <summary>A step of RMSprop on all values.</summary>
    /// <param name="step">The numbers of the step.</param>
    /// <param name="squares">The averages of the squared gradients, one number per value.</param>
    /// <param name="averages">The averages of the gradients; default unless centered.</param>
    /// <param name="velocity">The velocity; default without momentum.</param>
    public abstract void Step(in RmsPropStep step, Tensor squares, Tensor averages, Tensor velocity);

    /// <summary>A step of Adam or AdamW on all values.</summary>
    /// <param name="step">The numbers of the step.</param>
    /// <param name="first">The first moments, one number per value.</param>
    /// <param name="second">The second moments.</param>
    /// <param name="largest">The largest second moments so far; default unless amsgrad.</param>
    public abstract void Step(in AdamStep step, Tensor first, Tensor second, Tensor largest);

    /// <summary>
    /// Makes the parameters constants, until the region is disposed: operations made inside do not compute their gradients
    /// (an actor's loss through a critic needs the gradient of the action alone).
    /// </summary>
    public FrozenRegion Freeze() => new(this);

    /// <summary>For engines: some of the parameters, in the same memory; what is asked for has been checked.</summary>
    protected abstract ParameterBuffer PartOf(int first, IReadOnlyList<KeyValuePair<string, Tensor>> parameters);

    /// <summary>Throws unless another buffer has parameters of the same shapes in the same order.</summary>
    protected void RequireSameLayout(ParameterBuffer source)
    {
        ArgumentNullException.ThrowIfNull(source);
        bool same = source._parameters.Length == _parameters.Length;
        for (int i = 0; same && i < _parameters.Length; i++)
        {
            if (source._parameters[i].Value.Shape == _parameters[i].Value.Shape) continue;
            throw new ArgumentException(
                $"Parameter '{_parameters[i].Key}' has the shape {_parameters[i].Value.Shape}, the source's '{source._parameters[i].Key}' {source._parameters[i].Value.Shape}.", nameof(source));
        }

        if (!same) throw new ArgumentException($"This network has {_parameters.Length} parameters, the source {source._parameters.Length}.", nameof(source));
    }

    /// <summary>Throws unless an optimiser's state is default or has one number per value.</summary>
    protected void RequireState(Tensor state)
    {
        if (!state.IsDefault && state.Length != Length) throw new ArgumentException($"The optimiser's state has {state.Length} numbers for {Length} values.", nameof(state));
    }

    internal void SetRequiresGrad(bool requiresGrad)
    {
        foreach ((_, Tensor tensor) in _parameters)
        {
            TensorNode node = tensor.Node;
            node.Device.Engine.SetRequiresGrad(node, requiresGrad);
        }
    }
}
