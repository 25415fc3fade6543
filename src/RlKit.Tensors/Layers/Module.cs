using System.Globalization;

namespace RlKit.Tensors;

/// <summary>
/// A network or a part of one: parameters, buffers (tensors that are saved but not trained) and modules inside it, each by a name. The full names,
/// joined by dots, are those of PyTorch's state_dict: <c>actor.2.bias</c>.
/// </summary>
/// <example><code>
/// sealed class ActorCritic : Module
/// {
///     public ActorCritic(Generator generator)
///     {
///         Actor = Add("actor", new Sequential(new Linear(4, 64, generator), Activation.Tanh, new Linear(64, 2, generator)));
///         Critic = Add("critic", new Sequential(new Linear(4, 64, generator), Activation.Tanh, new Linear(64, 1, generator)));
///     }
///
///     public Sequential Actor { get; }
///
///     public Sequential Critic { get; }
/// }
/// </code></example>
public abstract class Module
{
    private readonly List<KeyValuePair<string, Tensor>> _parameters = [];
    private readonly List<KeyValuePair<string, Tensor>> _buffers = [];
    private readonly List<KeyValuePair<string, Module>> _children = [];
    private Module? _parent;
    private ParameterBuffer? _packed;
    private bool _isTraining = true;

    /// <summary>
    /// All parameters of this module and those inside it, packed: values in one contiguous buffer and gradients in another. Packed at the first use;
    /// afterwards the module takes no more parameters. A module inside a packed one gets its stretch of the outer module's buffers.
    /// </summary>
    /// <exception cref="InvalidOperationException">There is no parameter; or a module inside this one was packed before it (take the outer module's parameters first).</exception>
    public ParameterBuffer Parameters => _packed ?? Pack();

    /// <summary>How many numbers the parameters have together.</summary>
    public int ParameterCount => NamedParameters().Sum(parameter => parameter.Value.Length);

    /// <summary>Whether layers that act differently while training (<see cref="Dropout"/>, <see cref="NoisyLinear"/>) do so; true at first. Setting it sets it for the modules inside, too.</summary>
    public bool IsTraining
    {
        get => _isTraining;
        set
        {
            _isTraining = value;
            foreach ((_, Module child) in _children) child.IsTraining = value;
        }
    }

    /// <summary>The modules directly inside this one, by name, in the order they were added.</summary>
    public IReadOnlyList<KeyValuePair<string, Module>> Children => _children;

    /// <summary>This module and all inside it: itself first, then each child's.</summary>
    /// <returns>The modules.</returns>
    public IEnumerable<Module> Modules()
    {
        yield return this;
        foreach ((_, Module child) in _children)
        {
            foreach (Module module in child.Modules()) yield return module;
        }
    }

    /// <summary>The parameters with their full names: the module's own first, then those of each module inside it.</summary>
    /// <returns>Names and tensors.</returns>
    public IEnumerable<KeyValuePair<string, Tensor>> NamedParameters() => Named("", module => module._parameters);

    /// <summary>The buffers with their full names: the module's own first, then those of each module inside it.</summary>
    /// <returns>Names and tensors.</returns>
    public IEnumerable<KeyValuePair<string, Tensor>> NamedBuffers() => Named("", module => module._buffers);

    /// <summary>Copies parameters and buffers from a module of the same structure, as to a target network.</summary>
    /// <param name="source">The module to copy from.</param>
    /// <exception cref="ArgumentException">The modules differ in names or shapes.</exception>
    public void CopyFrom(Module source)
    {
        ArgumentNullException.ThrowIfNull(source);
        if (DifferenceTo(source) is { } difference) throw new ArgumentException($"CopyFrom: {difference}; copy from a module of the same structure.", nameof(source));
        Parameters.CopyFrom(source.Parameters);
        CopyBuffers(source);
    }

    /// <summary>Adds parameters and buffers to a safetensors file, under their full names.</summary>
    /// <param name="writer">The file to be.</param>
    /// <param name="prefix">What to put before each name, for instance <c>"policy."</c>.</param>
    public void Save(SafetensorsWriter writer, string prefix = "")
    {
        ArgumentNullException.ThrowIfNull(writer);
        foreach ((string name, Tensor tensor) in NamedParameters().Concat(NamedBuffers())) writer.Add<float>(prefix + name, tensor.Shape.Lengths, tensor.ToArray());
    }

    /// <summary>Writes parameters and buffers to a safetensors file of their own, in one piece or not at all.</summary>
    /// <param name="path">The file's path; a file that is there is replaced.</param>
    public void Save(string path)
    {
        var writer = new SafetensorsWriter();
        Save(writer);
        writer.Save(path);
    }

    /// <summary>Reads parameters and buffers from a safetensors file. The names must be the same, and the shapes; otherwise nothing is changed.</summary>
    /// <param name="file">The file.</param>
    /// <param name="prefix">What stands before each name; tensors of the file without it are left alone.</param>
    /// <exception cref="InvalidDataException">Tensors are missing, unexpected, of another shape, or hold integers; the message lists them.</exception>
    public void Load(SafetensorsFile file, string prefix = "")
    {
        KeyValuePair<string, Tensor>[] tensors = [.. NamedParameters(), .. NamedBuffers()];
        float[][] values = NamedValues.Read(file, prefix, [.. tensors.Select(tensor => (tensor.Key, tensor.Value.Shape))], []);
        for (int i = 0; i < tensors.Length; i++) tensors[i].Value.CopyFrom(values[i]);
    }

    /// <summary>Reads parameters and buffers from a safetensors file of their own; see <see cref="Load(SafetensorsFile, string)"/>.</summary>
    /// <param name="path">The file's path.</param>
    /// <exception cref="SafetensorsFormatException">The file is malformed or cut short.</exception>
    /// <exception cref="InvalidDataException">The file's tensors are not this module's.</exception>
    public void Load(string path) => Load(SafetensorsFile.Read(path));

    // Both without an enumerator: a target network is copied to in the middle of a training.
    private string? DifferenceTo(Module source)
    {
        if (_buffers.Count != source._buffers.Count || _children.Count != source._children.Count)
        {
            return $"this {GetType().Name} has {_buffers.Count} buffers and {_children.Count} parts, the source's {source.GetType().Name} has "
                + $"{source._buffers.Count} and {source._children.Count}";
        }
        for (int i = 0; i < _buffers.Count; i++)
        {
            ((string name, Tensor value), (string sourceName, Tensor sourceValue)) = (_buffers[i], source._buffers[i]);
            if (name != sourceName || value.Shape != sourceValue.Shape) return $"the buffer '{name}' {value.Shape} stands where the source has '{sourceName}' {sourceValue.Shape}";
        }
        for (int i = 0; i < _children.Count; i++)
        {
            ((string name, Module child), (string sourceName, Module sourceChild)) = (_children[i], source._children[i]);
            if (name != sourceName) return $"the part '{name}' stands where the source has '{sourceName}'";
            if (child.DifferenceTo(sourceChild) is { } difference) return $"in '{name}', {difference}";
        }
        return null;
    }

    private void CopyBuffers(Module source)
    {
        for (int i = 0; i < _buffers.Count; i++) _buffers[i].Value.CopyFrom(source._buffers[i].Value);
        for (int i = 0; i < _children.Count; i++) _children[i].Value.CopyBuffers(source._children[i].Value);
    }

    /// <summary>Adds a module inside this one.</summary>
    /// <typeparam name="T">The module's type.</typeparam>
    /// <param name="name">Its name in full names; not empty, without a dot.</param>
    /// <param name="child">The module.</param>
    /// <returns>The module, to be kept in a property.</returns>
    /// <exception cref="ArgumentException">The name is taken or has a dot, or the module is inside another one already.</exception>
    /// <exception cref="InvalidOperationException">This module is packed already.</exception>
    protected T Add<T>(string name, T child)
        where T : Module
    {
        ArgumentNullException.ThrowIfNull(child);
        CheckNew(name);
        if (child._parent is not null) throw new ArgumentException($"The {child.GetType().Name} '{name}' is inside a {child._parent.GetType().Name} already; a module is in one place only.", nameof(child));
        child._parent = this;
        _children.Add(new(name, child));
        return child;
    }

    /// <summary>Adds a parameter: a tensor that is trained.</summary>
    /// <param name="name">Its name; not empty, without a dot.</param>
    /// <param name="value">The initial value, which is copied.</param>
    /// <returns>The parameter.</returns>
    /// <exception cref="ArgumentException">The name is taken or has a dot.</exception>
    /// <exception cref="InvalidOperationException">This module is packed already.</exception>
    protected Tensor AddParameter(string name, Tensor value)
    {
        CheckNew(name);
        Tensor parameter = value.Keep().RequireGrad();
        _parameters.Add(new(name, parameter));
        return parameter;
    }

    /// <summary>For modules of an engine, which hold their parameters themselves: adds one as it is, where <see cref="AddParameter"/> copies.</summary>
    /// <inheritdoc cref="AddParameter"/>
    protected void AdoptParameter(string name, Tensor value)
    {
        CheckNew(name);
        _parameters.Add(new(name, value.RequireGrad()));
    }

    /// <summary>Adds a buffer: a tensor that is saved and copied with the module, but not trained.</summary>
    /// <param name="name">Its name; not empty, without a dot.</param>
    /// <param name="value">The initial value, which is copied.</param>
    /// <returns>The buffer.</returns>
    /// <exception cref="ArgumentException">The name is taken or has a dot.</exception>
    protected Tensor AddBuffer(string name, Tensor value)
    {
        CheckNew(name);
        Tensor buffer = value.Keep();
        _buffers.Add(new(name, buffer));
        return buffer;
    }

    /// <summary>For modules of an engine, which hold their buffers themselves: adds one as it is, where <see cref="AddBuffer"/> copies.</summary>
    /// <inheritdoc cref="AddBuffer"/>
    protected void AdoptBuffer(string name, Tensor value)
    {
        CheckNew(name);
        _buffers.Add(new(name, value));
    }

    private void CheckNew(string name)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        if (name.Contains('.', StringComparison.Ordinal)) throw new ArgumentException($"The name '{name}' has a dot, which joins the names of modules.", nameof(name));
        if (_parameters.Exists(p => p.Key == name) || _buffers.Exists(b => b.Key == name) || _children.Exists(c => c.Key == name))
            throw new ArgumentException($"The name '{name}' is taken in this {GetType().Name}.", nameof(name));
        for (Module? module = this; module is not null; module = module._parent)
        {
            if (module._packed is not null) throw new InvalidOperationException($"'{name}' comes too late: the parameters of this {module.GetType().Name} are packed already. Add everything in the constructor.");
        }
    }

    private IEnumerable<KeyValuePair<string, Tensor>> Named(string prefix, Func<Module, List<KeyValuePair<string, Tensor>>> own)
    {
        foreach ((string name, Tensor tensor) in own(this)) yield return new(prefix + name, tensor);
        foreach ((string name, Module child) in _children)
        {
            foreach (KeyValuePair<string, Tensor> inner in child.Named($"{prefix}{name}.", own)) yield return inner;
        }
    }

    private ParameterBuffer Pack()
    {
        KeyValuePair<string, Tensor>[] own = [.. NamedParameters()];
        if (own.Length == 0) throw new InvalidOperationException($"This {GetType().Name} has no parameters.");
        for (Module? outer = _parent; outer is not null; outer = outer._parent)
        {
            if (outer._packed is null) continue;
            int first = 0;
            while (outer._packed.Parameters[first].Value.Node != own[0].Value.Node) first++;
            return _packed = outer._packed.Part(first, own);
        }

        if (Modules().Skip(1).FirstOrDefault(module => module._packed is not null) is { } inner)
        {
            throw new InvalidOperationException(string.Create(
                CultureInfo.InvariantCulture,
                $"A {inner.GetType().Name} inside this {GetType().Name} was packed before it, so their parameters cannot lie in one buffer. Take the outer module's Parameters first."));
        }

        return _packed = ParameterBuffer.Pack(own);
    }
}
