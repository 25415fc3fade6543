namespace RlKit.Tensors;

/// <summary>Changes parameters by their gradients, one step at a time, with PyTorch's formulas; each step is one pass over the network's flat buffers.</summary>
/// <example><code>
/// var optimiser = new Adam(network.Parameters, learningRate: 2.5e-4);
/// using var scope = new TensorScope();
/// optimiser.ZeroGradients();
/// Loss(network).Backward();
/// network.Parameters.ClipGradientNorm(0.5f);
/// optimiser.Step();
/// </code></example>
public abstract class Optimiser
{
    private readonly List<(string Name, Tensor Values)> _state = [];
    private double _learningRate;

    private protected Optimiser(ParameterBuffer parameters, double learningRate)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        Parameters = parameters;
        LearningRate = learningRate;
    }

    /// <summary>The parameters that are changed.</summary>
    public ParameterBuffer Parameters { get; }

    /// <summary>The factor of the next steps; finite and at least 0.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative or not finite.</exception>
    public double LearningRate
    {
        get => _learningRate;
        set => _learningRate = AtLeastZero(value, nameof(LearningRate));
    }

    /// <summary>How many steps were made.</summary>
    public long StepCount { get; private set; }

    /// <summary>Sets the parameters' gradients to zero, before a backward pass.</summary>
    public void ZeroGradients() => Parameters.ZeroGradients();

    /// <summary>Changes the parameters by their gradients.</summary>
    public void Step() => Step(++StepCount);

    /// <summary>
    /// Adds the whole state to a safetensors file: <c>step</c>, <c>learning_rate</c>, and per parameter the averages under PyTorch's names, for instance
    /// <c>exp_avg.0.weight</c>. Reading it back continues exactly.
    /// </summary>
    /// <param name="writer">The file to be.</param>
    /// <param name="prefix">What to put before each name, for instance <c>"optimiser."</c>.</param>
    public void Save(SafetensorsWriter writer, string prefix = "")
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.Add(prefix + "step", [], [StepCount]);
        writer.Add(prefix + "learning_rate", [], [LearningRate]);
        foreach ((string state, Tensor flat) in _state)
        {
            float[] values = flat.ToArray();
            for (int i = 0; i < Parameters.Parameters.Count; i++)
            {
                (string name, Tensor parameter) = Parameters.Parameters[i];
                writer.Add<float>($"{prefix}{state}.{name}", parameter.Shape.Lengths, values.AsSpan(Parameters.OffsetOf(i), parameter.Length));
            }
        }
    }

    /// <summary>Reads the state that <see cref="Save"/> wrote. All of it must fit; otherwise nothing is changed.</summary>
    /// <param name="file">The file.</param>
    /// <param name="prefix">What stands before each name; tensors of the file without it are left alone.</param>
    /// <exception cref="InvalidDataException">The state is another optimiser's or another network's; the message lists what does not fit.</exception>
    public void Load(SafetensorsFile file, string prefix = "")
    {
        var expected = new List<(string, Shape)>();
        foreach ((string state, _) in _state)
        {
            foreach ((string name, Tensor parameter) in Parameters.Parameters) expected.Add(($"{state}.{name}", parameter.Shape));
        }

        float[][] values = NamedValues.Read(file, prefix, expected, ["step", "learning_rate"]);
        SafetensorsEntry step = file[prefix + "step"], learningRate = file[prefix + "learning_rate"];
        Span<long> stepCount = stackalloc long[1];
        Span<double> rate = stackalloc double[1];
        if (step.Type != SafetensorsType.I64 || step.Count != 1 || learningRate.Type != SafetensorsType.F64 || learningRate.Count != 1)
            throw new InvalidDataException($"'{step.Name}' and '{learningRate.Name}' must be one I64 and one F64; they are {step.Type} and {learningRate.Type}. Nothing was loaded.");
        step.CopyTo(stepCount);
        learningRate.CopyTo(rate);
        if (stepCount[0] < 0 || !(rate[0] >= 0 && double.IsFinite(rate[0])))
            throw new InvalidDataException(FormattableString.Invariant($"'{step.Name}' is {stepCount[0]} and '{learningRate.Name}' is {rate[0]}, which no optimiser has written. Nothing was loaded."));

        int next = 0;
        foreach ((_, Tensor flat) in _state)
        {
            var all = new float[Parameters.Length];
            for (int i = 0; i < Parameters.Parameters.Count; i++) values[next++].CopyTo(all, Parameters.OffsetOf(i));
            flat.CopyFrom(all);
        }

        StepCount = stepCount[0];
        LearningRate = rate[0];
    }

    private protected abstract void Step(long number);

    /// <summary>Makes a vector of state, zeros at first, one number per value of the parameters.</summary>
    private protected Tensor AddState(string name)
    {
        Tensor values = Tensor.Zeros(Parameters.Length, Parameters.Device).Keep();
        _state.Add((name, values));
        return values;
    }

    private protected static double AtLeastZero(double value, string argument) => value >= 0 && double.IsFinite(value)
        ? value
        : throw new ArgumentOutOfRangeException(argument, value, $"{argument} must be finite and at least 0.");

    private protected static double BelowOne(double value, string argument) => value >= 0 && value < 1
        ? value
        : throw new ArgumentOutOfRangeException(argument, value, $"{argument} must be at least 0 and below 1.");
}
