using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using RlKit.Tensors.Kernels;

namespace RlKit.Tensors.Engines.Managed;

// Inputs of a recurrent node: x, hidden, [cell,] input weight, hidden weight, input bias, hidden bias, resets (null where absent).
internal sealed partial class ManagedEngine
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override (TensorNode Output, TensorNode Hidden, TensorNode Cell) Lstm(
        TensorNode x, TensorNode hidden, TensorNode cell, TensorNode inputWeight, TensorNode hiddenWeight, TensorNode? inputBias, TensorNode? hiddenBias, TensorNode? resets)
    {
        TensorContext context = TensorContext.Current;
        ManagedNode input = As(x), first = As(hidden), firstCell = As(cell), whh = As(hiddenWeight);
        (int steps, int rows, int units) = (input.Shape[0], input.Shape[1], first.Shape[1]);
        int width = 4 * units, all = steps * rows;
        ManagedNode y = context.Rent(new Shape(steps, rows, units));
        // Saved: the gates after their activations, the cells, and their tanh.
        y.SavedLength = all * (width + 2 * units);
        context.Allocate(y.SavedLength, out y.Saved, out y.SavedOffset);
        Span<float> gates = y.SavedSpan[..(all * width)], cells = y.SavedSpan.Slice(all * width, all * units), tanhs = y.SavedSpan[(all * (width + units))..];

        InputProduct(input, As(inputWeight), inputBias, gates);
        ArenaMark mark = context.Arena.Mark();
        Span<float> state = Scratch(context, rows * units), cellState = Scratch(context, rows * units);
        first.Span.CopyTo(state);
        firstCell.Span.CopyTo(cellState);
        ReadOnlySpan<float> bias = hiddenBias is null ? default : As(hiddenBias).Span;
        for (int t = 0; t < steps; t++)
        {
            ResetRows(resets, t, rows, units, state);
            ResetRows(resets, t, rows, units, cellState);
            Span<float> stepGates = gates.Slice(t * rows * width, rows * width);
            MatrixProduct.Multiply(Workers, rows, width, units, state, units, false, whh.Span, units, true, stepGates, width, true);
            for (int row = 0; row < rows; row++)
            {
                Span<float> gate = stepGates.Slice(row * width, width);
                if (!bias.IsEmpty) TensorPrimitives.Add(gate, bias, gate);
                Span<float> i = gate[..units], f = gate.Slice(units, units), g = gate.Slice(2 * units, units), o = gate[(3 * units)..];
                Elementwise.Apply(new Sigmoid(), gate[..(2 * units)], gate[..(2 * units)]);
                Elementwise.Apply(new Tanh(), g, g);
                Elementwise.Apply(new Sigmoid(), o, o);
                int at = (t * rows + row) * units;
                Span<float> c = cells.Slice(at, units), tanh = tanhs.Slice(at, units), h = state.Slice(row * units, units), before = cellState.Slice(row * units, units);
                TensorPrimitives.Multiply(f, before, c);
                TensorPrimitives.MultiplyAdd(i, g, c, c);
                Elementwise.Apply(new Tanh(), c, tanh);
                TensorPrimitives.Multiply(o, tanh, h);
                c.CopyTo(before);
            }

            state.CopyTo(y.Span.Slice(t * rows * units, rows * units));
        }

        context.Arena.Reset(mark);
        FinishRecurrent(context, y, Operation.Lstm, [input, first, firstCell, As(inputWeight), whh, AsOptional(inputBias), AsOptional(hiddenBias), AsOptional(resets)]);
        ManagedNode lastCell = context.RentNode(first.Shape);
        lastCell.Array = y.Saved;
        lastCell.Offset = y.SavedOffset + all * width + (steps - 1) * rows * units;
        if (y.RequiresGrad) Record(context, lastCell, Operation.RecurrentState, 0, y, null, null, 1);
        return (y, LastStep(y), lastCell);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void LstmBackward(TensorContext context, ManagedNode y)
    {
        ManagedNode x = y.Inputs[0], first = y.Inputs[1], firstCell = y.Inputs[2], whh = y.Inputs[4], resets = y.Inputs[7];
        (int steps, int rows, int units) = (y.Shape[0], y.Shape[1], y.Shape[2]);
        int width = 4 * units, all = steps * rows;
        ReadOnlySpan<float> gates = y.SavedSpan[..(all * width)], cells = y.SavedSpan.Slice(all * width, all * units), tanhs = y.SavedSpan[(all * (width + units))..];
        Span<float> dGates = Scratch(context, all * width), dState = Scratch(context, rows * units), dCell = Scratch(context, rows * units), before = Scratch(context, rows * units);
        dState.Clear();
        if (y.StateGradient is null) dCell.Clear();
        else y.StateGradient.AsSpan(y.StateGradientOffset, dCell.Length).CopyTo(dCell);
        y.StateGradient = null;
        for (int t = steps - 1; t >= 0; t--)
        {
            if (t > 0) cells.Slice((t - 1) * rows * units, rows * units).CopyTo(before);
            else firstCell.Span.CopyTo(before);
            ResetRows(resets, t, rows, units, before);
            TensorPrimitives.Add(dState, y.GradientSpan.Slice(t * rows * units, rows * units), dState);
            for (int row = 0; row < rows; row++)
            {
                int at = t * rows + row;
                ReadOnlySpan<float> gate = gates.Slice(at * width, width), tanh = tanhs.Slice(at * units, units), old = before.Slice(row * units, units);
                ReadOnlySpan<float> i = gate[..units], f = gate.Slice(units, units), g = gate.Slice(2 * units, units), o = gate[(3 * units)..];
                Span<float> d = dGates.Slice(at * width, width), dh = dState.Slice(row * units, units), dc = dCell.Slice(row * units, units);
                for (int u = 0; u < units; u++)
                {
                    float dcu = dc[u] + dh[u] * o[u] * (1 - tanh[u] * tanh[u]);
                    d[u] = dcu * g[u] * i[u] * (1 - i[u]);
                    d[units + u] = dcu * old[u] * f[u] * (1 - f[u]);
                    d[2 * units + u] = dcu * i[u] * (1 - g[u] * g[u]);
                    d[3 * units + u] = dh[u] * tanh[u] * o[u] * (1 - o[u]);
                    dc[u] = dcu * f[u];
                }
            }

            MatrixProduct.Multiply(Workers, rows, units, width, dGates.Slice(t * rows * width, rows * width), width, false, whh.Span, units, false, dState, units);
            ResetRows(resets, t, rows, units, dState);
            ResetRows(resets, t, rows, units, dCell);
        }

        AddTo(context, y, 1, first, dState);
        AddTo(context, y, 2, firstCell, dCell);
        InputGradients(context, y, x, y.Inputs[3], y.Inputs[5], 3, 5, dGates);
        HiddenGradients(context, y, first, whh, y.Inputs[6], 4, 6, resets, dGates);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override (TensorNode Output, TensorNode Hidden) Gru(
        TensorNode x, TensorNode hidden, TensorNode inputWeight, TensorNode hiddenWeight, TensorNode? inputBias, TensorNode? hiddenBias, TensorNode? resets)
    {
        TensorContext context = TensorContext.Current;
        ManagedNode input = As(x), first = As(hidden), whh = As(hiddenWeight);
        (int steps, int rows, int units) = (input.Shape[0], input.Shape[1], first.Shape[1]);
        int width = 3 * units, all = steps * rows;
        ManagedNode y = context.Rent(new Shape(steps, rows, units));
        // Saved: the gates r, z, n after their activations, and the hidden part of n before r multiplies it.
        y.SavedLength = all * (width + units);
        context.Allocate(y.SavedLength, out y.Saved, out y.SavedOffset);
        Span<float> gates = y.SavedSpan[..(all * width)], hiddenParts = y.SavedSpan[(all * width)..];

        InputProduct(input, As(inputWeight), inputBias, gates);
        ArenaMark mark = context.Arena.Mark();
        Span<float> state = Scratch(context, rows * units), product = Scratch(context, rows * width);
        first.Span.CopyTo(state);
        ReadOnlySpan<float> bias = hiddenBias is null ? default : As(hiddenBias).Span;
        for (int t = 0; t < steps; t++)
        {
            ResetRows(resets, t, rows, units, state);
            MatrixProduct.Multiply(Workers, rows, width, units, state, units, false, whh.Span, units, true, product, width, false, bias);
            for (int row = 0; row < rows; row++)
            {
                int at = t * rows + row;
                Span<float> gate = gates.Slice(at * width, width), part = product.Slice(row * width, width), h = state.Slice(row * units, units);
                Span<float> rz = gate[..(2 * units)], r = gate[..units], z = gate.Slice(units, units), n = gate[(2 * units)..];
                TensorPrimitives.Add(rz, part[..(2 * units)], rz);
                Elementwise.Apply(new Sigmoid(), rz, rz);
                part[(2 * units)..].CopyTo(hiddenParts.Slice(at * units, units));
                TensorPrimitives.MultiplyAdd(r, part[(2 * units)..], n, n);
                Elementwise.Apply(new Tanh(), n, n);
                // (1 - z) n + z h = n + z (h - n)
                TensorPrimitives.Subtract(h, n, h);
                TensorPrimitives.MultiplyAdd(z, h, n, h);
            }

            state.CopyTo(y.Span.Slice(t * rows * units, rows * units));
        }

        context.Arena.Reset(mark);
        FinishRecurrent(context, y, Operation.Gru, [input, first, null, As(inputWeight), whh, AsOptional(inputBias), AsOptional(hiddenBias), AsOptional(resets)]);
        return (y, LastStep(y));
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void GruBackward(TensorContext context, ManagedNode y)
    {
        ManagedNode x = y.Inputs[0], first = y.Inputs[1], whh = y.Inputs[4], resets = y.Inputs[7];
        (int steps, int rows, int units) = (y.Shape[0], y.Shape[1], y.Shape[2]);
        int width = 3 * units, all = steps * rows;
        ReadOnlySpan<float> gates = y.SavedSpan[..(all * width)], hiddenParts = y.SavedSpan[(all * width)..];
        Span<float> dInput = Scratch(context, all * width), dHidden = Scratch(context, all * width), dState = Scratch(context, rows * units), before = Scratch(context, rows * units);
        dState.Clear();
        for (int t = steps - 1; t >= 0; t--)
        {
            if (t > 0) y.Span.Slice((t - 1) * rows * units, rows * units).CopyTo(before);
            else first.Span.CopyTo(before);
            ResetRows(resets, t, rows, units, before);
            TensorPrimitives.Add(dState, y.GradientSpan.Slice(t * rows * units, rows * units), dState);
            for (int row = 0; row < rows; row++)
            {
                int at = t * rows + row;
                ReadOnlySpan<float> gate = gates.Slice(at * width, width), part = hiddenParts.Slice(at * units, units), old = before.Slice(row * units, units);
                Span<float> dx = dInput.Slice(at * width, width), dp = dHidden.Slice(at * width, width), dh = dState.Slice(row * units, units);
                for (int u = 0; u < units; u++)
                {
                    float r = gate[u], z = gate[units + u], n = gate[2 * units + u];
                    float dn = dh[u] * (1 - z) * (1 - n * n);
                    dx[u] = dp[u] = dn * part[u] * r * (1 - r);
                    dx[units + u] = dp[units + u] = dh[u] * (old[u] - n) * z * (1 - z);
                    dx[2 * units + u] = dn;
                    dp[2 * units + u] = dn * r;
                    dh[u] *= z;
                }
            }

            MatrixProduct.Multiply(Workers, rows, units, width, dHidden.Slice(t * rows * width, rows * width), width, false, whh.Span, units, false, dState, units, true);
            ResetRows(resets, t, rows, units, dState);
        }

        AddTo(context, y, 1, first, dState);
        InputGradients(context, y, x, y.Inputs[3], y.Inputs[5], 3, 5, dInput);
        HiddenGradients(context, y, first, whh, y.Inputs[6], 4, 6, resets, dHidden);
    }

    /// <summary>Hands a last cell state's gradient to the sequence that it ended.</summary>
    private static void RecurrentStateBackward(TensorContext context, ManagedNode y)
    {
        ManagedNode sequence = y.Input0!;
        Span<float> gradient = GradientOf(context, sequence, out bool add);
        if (!add) gradient.Clear();
        sequence.StateGradient = y.Gradient;
        sequence.StateGradientOffset = y.GradientOffset;
    }

    private static ManagedNode? AsOptional(TensorNode? node) => node is null ? null : As(node);

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void FinishRecurrent(TensorContext context, ManagedNode y, Operation operation, ReadOnlySpan<ManagedNode?> inputs)
    {
        int needs = 0;
        for (int i = 0; i < 7; i++) needs |= inputs[i] is { RequiresGrad: true } ? 1 << i : 0;
        if (needs != 0 && context.Recording)
        {
            Record(context, y, operation, 0, inputs[0]!, null, null, (byte)needs);
            if (y.Inputs.Length < inputs.Length) y.Inputs = new ManagedNode[inputs.Length];
            inputs.CopyTo(y.Inputs!);
            y.InputCount = inputs.Length;
        }

        if (context.DetectAnomaly) CheckFinite(y.Span, operation, 0, "result");
    }

    /// <summary>The last step's state, as a view.</summary>
    private TensorNode LastStep(ManagedNode y) => Reshape(Slice(y, 0, y.Shape[0] - 1, 1), new Shape(y.Shape[1], y.Shape[2]));

    private static void InputProduct(ManagedNode x, ManagedNode weight, TensorNode? bias, Span<float> gates)
    {
        int features = x.Shape[2], width = weight.Shape[0], rows = x.Shape[0] * x.Shape[1];
        MatrixProduct.Multiply(Workers, rows, width, features, x.Span, features, false, weight.Span, features, true, gates, width, false, bias is null ? default : As(bias).Span);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void ResetRows(TensorNode? resets, int step, int rows, int units, Span<float> state)
    {
        if (resets is null) return;
        ReadOnlySpan<float> flags = As(resets).Span.Slice(step * rows, rows);
        for (int row = 0; row < rows; row++)
        {
            if (flags[row] != 0) state.Slice(row * units, units).Clear();
        }
    }

    private static void AddTo(TensorContext context, ManagedNode y, int bit, ManagedNode input, ReadOnlySpan<float> gradient)
    {
        if (!Wants(context, y, 1 << bit, input)) return;
        Span<float> to = GradientOf(context, input, out bool add);
        if (add) TensorPrimitives.Add(to, gradient, to);
        else gradient.CopyTo(to);
    }

    private static void InputGradients(
        TensorContext context, ManagedNode y, ManagedNode x, ManagedNode weight, ManagedNode? bias, int weightBit, int biasBit, ReadOnlySpan<float> dGates)
    {
        int features = x.Shape[2], width = weight.Shape[0], rows = x.Shape[0] * x.Shape[1];
        if (Wants(context, y, 1 << weightBit, weight))
        {
            Span<float> dw = GradientOf(context, weight, out bool add);
            MatrixProduct.Multiply(Workers, width, features, rows, dGates, width, true, x.Span, features, false, dw, features, add);
        }

        if (Wants(context, y, 1 << biasBit, bias))
        {
            Span<float> db = GradientOf(context, bias!, out bool add);
            Reductions.ColumnSums(dGates, rows, width, db, add);
        }

        if (!Wants(context, y, 1, x)) return;
        Span<float> dx = GradientOf(context, x, out bool addX);
        MatrixProduct.Multiply(Workers, rows, features, width, dGates, width, false, weight.Span, features, false, dx, features, addX);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void HiddenGradients(
        TensorContext context, ManagedNode y, ManagedNode first, ManagedNode weight, ManagedNode? bias, int weightBit, int biasBit, ManagedNode? resets, ReadOnlySpan<float> dGates)
    {
        (int steps, int rows, int units) = (y.Shape[0], y.Shape[1], y.Shape[2]);
        int width = weight.Shape[0], all = steps * rows;
        if (Wants(context, y, 1 << biasBit, bias))
        {
            Span<float> db = GradientOf(context, bias!, out bool add);
            Reductions.ColumnSums(dGates, all, width, db, add);
        }

        if (!Wants(context, y, 1 << weightBit, weight)) return;
        // The states that the steps began with.
        Span<float> before = Scratch(context, all * units);
        first.Span.CopyTo(before);
        y.Span[..((steps - 1) * rows * units)].CopyTo(before[(rows * units)..]);
        for (int t = 0; t < steps; t++) ResetRows(resets, t, rows, units, before.Slice(t * rows * units, rows * units));
        Span<float> dw = GradientOf(context, weight, out bool addWeight);
        MatrixProduct.Multiply(Workers, width, units, all, dGates, width, true, before, units, false, dw, units, addWeight);
    }
}
