using RlKit.Tensors.Engines;

namespace RlKit.Tensors;

/// <summary>Recurrent layers over a sequence, with episodes that end inside it.</summary>
public static class Recurrence
{
    /// <summary>One LSTM layer over a sequence; gates in PyTorch's order i, f, g, o.</summary>
    /// <param name="x">The inputs, (T, N, in).</param>
    /// <param name="hidden">The first hidden state, (N, H).</param>
    /// <param name="cell">The first cell state, (N, H).</param>
    /// <param name="inputWeight">weight_ih, (4 H, in).</param>
    /// <param name="hiddenWeight">weight_hh, (4 H, H).</param>
    /// <param name="inputBias">bias_ih, (4 H); none if null.</param>
    /// <param name="hiddenBias">bias_hh, (4 H); none if null.</param>
    /// <param name="resets">(T, N): where it is not zero, both states are set to zero before that step (an episode begins); none if null.</param>
    /// <returns>The hidden states (T, N, H), and the last hidden and cell states (N, H).</returns>
    /// <exception cref="ArgumentException">The shapes do not fit.</exception>
    public static (Tensor Output, Tensor Hidden, Tensor Cell) Lstm(
        Tensor x, Tensor hidden, Tensor cell, Tensor inputWeight, Tensor hiddenWeight, Tensor? inputBias = null, Tensor? hiddenBias = null, Tensor? resets = null)
    {
        Engine engine = Check(nameof(Lstm), 4, x, hidden, inputWeight, hiddenWeight, inputBias, hiddenBias, resets);
        if (cell.Shape != hidden.Shape) throw new ArgumentException($"Lstm: the shapes {hidden.Shape} and {cell.Shape} of the two states differ.", nameof(cell));
        (TensorNode output, TensorNode lastHidden, TensorNode lastCell) = engine.Lstm(
            x.Node, hidden.Node, cell.Node, inputWeight.Node, hiddenWeight.Node, inputBias?.Node, hiddenBias?.Node, resets?.Node);
        return (new Tensor(output), new Tensor(lastHidden), new Tensor(lastCell));
    }

    /// <summary>One GRU layer over a sequence; gates in PyTorch's order r, z, n, with n = tanh(W x + b + r (U h + c)).</summary>
    /// <param name="x">The inputs, (T, N, in).</param>
    /// <param name="hidden">The first hidden state, (N, H).</param>
    /// <param name="inputWeight">weight_ih, (3 H, in).</param>
    /// <param name="hiddenWeight">weight_hh, (3 H, H).</param>
    /// <param name="inputBias">bias_ih, (3 H); none if null.</param>
    /// <param name="hiddenBias">bias_hh, (3 H); none if null.</param>
    /// <param name="resets">(T, N): where it is not zero, the state is set to zero before that step (an episode begins); none if null.</param>
    /// <returns>The hidden states (T, N, H), and the last one (N, H).</returns>
    /// <exception cref="ArgumentException">The shapes do not fit.</exception>
    public static (Tensor Output, Tensor Hidden) Gru(
        Tensor x, Tensor hidden, Tensor inputWeight, Tensor hiddenWeight, Tensor? inputBias = null, Tensor? hiddenBias = null, Tensor? resets = null)
    {
        Engine engine = Check(nameof(Gru), 3, x, hidden, inputWeight, hiddenWeight, inputBias, hiddenBias, resets);
        (TensorNode output, TensorNode lastHidden) = engine.Gru(
            x.Node, hidden.Node, inputWeight.Node, hiddenWeight.Node, inputBias?.Node, hiddenBias?.Node, resets?.Node);
        return (new Tensor(output), new Tensor(lastHidden));
    }

    internal static (Tensor Output, Tensor Hidden, Tensor Cell) ComposedLstm(
        Tensor x, Tensor hidden, Tensor cell, Tensor inputWeight, Tensor hiddenWeight, Tensor? inputBias, Tensor? hiddenBias, Tensor? resets)
    {
        int units = hidden.Shape[1];
        Tensor inputs = x.Linear(inputWeight, inputBias);
        var outputs = new Tensor[x.Shape[0]];
        for (int step = 0; step < outputs.Length; step++)
        {
            hidden = Reset(hidden, resets, step);
            cell = Reset(cell, resets, step);
            Tensor gates = inputs.Select(0, step) + hidden.Linear(hiddenWeight, hiddenBias);
            Tensor i = gates.Slice(1, 0, units).Sigmoid(), f = gates.Slice(1, units, 2 * units).Sigmoid();
            Tensor g = gates.Slice(1, 2 * units, 3 * units).Tanh(), o = gates.Slice(1, 3 * units, 4 * units).Sigmoid();
            cell = f * cell + i * g;
            outputs[step] = hidden = o * cell.Tanh();
        }

        return (Tensor.Stack(0, outputs), hidden, cell);
    }

    internal static (Tensor Output, Tensor Hidden) ComposedGru(
        Tensor x, Tensor hidden, Tensor inputWeight, Tensor hiddenWeight, Tensor? inputBias, Tensor? hiddenBias, Tensor? resets)
    {
        int units = hidden.Shape[1];
        Tensor inputs = x.Linear(inputWeight, inputBias);
        var outputs = new Tensor[x.Shape[0]];
        for (int step = 0; step < outputs.Length; step++)
        {
            hidden = Reset(hidden, resets, step);
            Tensor input = inputs.Select(0, step), product = hidden.Linear(hiddenWeight, hiddenBias);
            Tensor rz = (input.Slice(1, 0, 2 * units) + product.Slice(1, 0, 2 * units)).Sigmoid();
            Tensor r = rz.Slice(1, 0, units), z = rz.Slice(1, units, 2 * units);
            Tensor n = (input.Slice(1, 2 * units, 3 * units) + r * product.Slice(1, 2 * units, 3 * units)).Tanh();
            outputs[step] = hidden = n + z * (hidden - n);
        }

        return (Tensor.Stack(0, outputs), hidden);
    }

    private static Tensor Reset(Tensor state, Tensor? resets, int step) =>
        resets is { } flags ? state.MaskedFill(flags.Select(0, step).Unsqueeze(1), 0) : state;

    private static Engine Check(
        string operation, int gates, Tensor x, Tensor hidden, Tensor inputWeight, Tensor hiddenWeight, Tensor? inputBias, Tensor? hiddenBias, Tensor? resets)
    {
        TensorNode node = x.Node;
        Shape sequence = node.Shape, state = hidden.Shape;
        if (sequence.Rank != 3 || state.Rank != 2 || sequence[0] == 0 || sequence[1] != state[0])
            throw new ArgumentException($"{operation}: the shapes {sequence} and {state} do not fit: the input is (T, N, in) with at least one step, a state (N, H).", nameof(hidden));
        int units = state[1];
        Require(inputWeight, new Shape(gates * units, sequence[2]), nameof(inputWeight));
        Require(hiddenWeight, new Shape(gates * units, units), nameof(hiddenWeight));
        if (inputBias is { } first) Require(first, new Shape(gates * units), nameof(inputBias));
        if (hiddenBias is { } second) Require(second, new Shape(gates * units), nameof(hiddenBias));
        if (resets is { } given) Require(given, new Shape(sequence[0], sequence[1]), nameof(resets));
        return Tensor.Common(node, hidden.Node, operation);

        void Require(Tensor tensor, Shape shape, string argument)
        {
            Tensor.Common(node, tensor.Node, operation);
            if (tensor.Shape != shape)
                throw new ArgumentException($"{operation}: with an input of the shape {sequence} and a state of {state}, {argument} has the shape {shape}, not {tensor.Shape}.", argument);
        }
    }
}
