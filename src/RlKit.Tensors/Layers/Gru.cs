using System.Globalization;

namespace RlKit.Tensors;

/// <summary>
/// Gated recurrent units of one or more layers (Cho et al. 2014), over sequences (time, batch, inputs), with resets where episodes end. Parameters, per layer l:
/// <c>weight_ih_l</c> (3 units, inputs), <c>weight_hh_l</c> (3 units, units), <c>bias_ih_l</c>, <c>bias_hh_l</c> (3 units); gates in PyTorch's order r, z, n, with n = tanh(W x + b + r (U h + c)).
/// </summary>
public sealed class Gru : Module
{
    private readonly (Tensor InputWeight, Tensor HiddenWeight, Tensor InputBias, Tensor HiddenBias)[] _layers;

    /// <summary>Makes the units with PyTorch's initial values: everything uniform within ±1/√units.</summary>
    /// <param name="inputs">The length of the input's last axis, at least 1.</param>
    /// <param name="units">The length of the state, at least 1.</param>
    /// <param name="generator">What draws the initial values.</param>
    /// <param name="layers">How many layers, each fed by the one before, at least 1.</param>
    /// <param name="device">Where the parameters are; <see cref="Device.Default"/> if null.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is below 1.</exception>
    public Gru(int inputs, int units, Generator generator, int layers = 1, Device? device = null)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(inputs);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(units);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(layers);
        Units = units;
        float bound = 1 / MathF.Sqrt(units);
        _layers = new (Tensor, Tensor, Tensor, Tensor)[layers];
        for (int i = 0; i < layers; i++)
        {
            string l = i.ToString(CultureInfo.InvariantCulture);
            _layers[i] = (
                AddParameter($"weight_ih_l{l}", Tensor.Uniform([3 * units, i == 0 ? inputs : units], generator, -bound, bound, device)),
                AddParameter($"weight_hh_l{l}", Tensor.Uniform([3 * units, units], generator, -bound, bound, device)),
                AddParameter($"bias_ih_l{l}", Tensor.Uniform([3 * units], generator, -bound, bound, device)),
                AddParameter($"bias_hh_l{l}", Tensor.Uniform([3 * units], generator, -bound, bound, device)));
        }
    }

    /// <summary>The length of the state.</summary>
    public int Units { get; }

    /// <summary>How many layers there are.</summary>
    public int LayerCount => _layers.Length;

    /// <summary>Runs over a sequence.</summary>
    /// <param name="input">The sequence, of shape (time, batch, inputs).</param>
    /// <param name="hidden">The states at first, of shape (layers, batch, units).</param>
    /// <param name="resets">Of shape (time, batch): where it is not 0, the state is zero before that step. Null for none.</param>
    /// <returns>The last layer's states of all steps (time, batch, units), and the states after the last step, of shape (layers, batch, units).</returns>
    /// <exception cref="ArgumentException">The shapes do not fit.</exception>
    public (Tensor Output, Tensor Hidden) Forward(Tensor input, Tensor hidden, Tensor? resets = null)
    {
        RecurrentState.Check(nameof(hidden), hidden, _layers.Length, input, Units);
        Tensor output = input, hiddens = default;
        for (int i = 0; i < _layers.Length; i++)
        {
            (Tensor inputWeight, Tensor hiddenWeight, Tensor inputBias, Tensor hiddenBias) = _layers[i];
            (output, Tensor last) = Recurrence.Gru(output, hidden.Select(0, i), inputWeight, hiddenWeight, inputBias, hiddenBias, resets);
            hiddens = RecurrentState.Append(hiddens, last);
        }

        return (output, hiddens);
    }
}
