using RlKit.Tensors;

namespace RlKit.Tests;

/// <summary>The operation that a golden case names, in RlKit's words.</summary>
internal static class GoldenOperation
{
    public static Dictionary<string, object> Run(string operation, OperationInputs inputs)
    {
        switch (operation)
        {
            case "max" or "min" when inputs.Has("dim"):
            {
                (Tensor x, int axis, bool keep, bool max) = (inputs["x"], inputs.Integer("dim"), inputs.Flag("keepdim"), operation == "max");
                return new() { ["y"] = max ? x.Max(axis, keep) : x.Min(axis, keep), ["indices"] = max ? x.ArgMax(axis, keep) : x.ArgMin(axis, keep) };
            }

            case "argmax": return new() { ["y"] = inputs.Has("dim") ? inputs["x"].ArgMax(inputs.Integer("dim")) : inputs["x"].ArgMax() };
            case "argmin": return new() { ["y"] = inputs.Has("dim") ? inputs["x"].ArgMin(inputs.Integer("dim")) : inputs["x"].ArgMin() };
            case "one_hot":
            {
                Tensor hot = inputs.Index("index").OneHot(inputs.Integer("num_classes"));
                return new() { ["y"] = IndexTensor.From([.. hot.ToArray().Select(v => (int)v)], hot.Shape) };
            }

            case "lstm_cell":
            {
                (Tensor Output, Tensor Hidden, Tensor Cell) result = Recurrence.Lstm(
                    inputs["x"].Unsqueeze(0), inputs["h"], inputs["c"], inputs["w_ih_l0"], inputs["w_hh_l0"], inputs.Optional("b_ih_l0"), inputs.Optional("b_hh_l0"));
                return new() { ["h1"] = result.Hidden, ["c1"] = result.Cell };
            }

            case "gru_cell":
            {
                (Tensor Output, Tensor Hidden) result = Recurrence.Gru(
                    inputs["x"].Unsqueeze(0), inputs["h"], inputs["w_ih_l0"], inputs["w_hh_l0"], inputs.Optional("b_ih_l0"), inputs.Optional("b_hh_l0"));
                return new() { ["h1"] = result.Hidden };
            }

            case "lstm" or "gru": return Recurrent(operation == "lstm", inputs);
            default: return new() { ["y"] = Single(operation, inputs) };
        }
    }

    private static Dictionary<string, object> Recurrent(bool lstm, OperationInputs inputs)
    {
        Tensor sequence = inputs["x"];
        var hidden = new List<Tensor>();
        var cells = new List<Tensor>();
        for (int layer = 0; layer < inputs.Integer("layers"); layer++)
        {
            (Tensor wih, Tensor whh) = (inputs[$"w_ih_l{layer}"], inputs[$"w_hh_l{layer}"]);
            (Tensor? bih, Tensor? bhh) = (inputs.Optional($"b_ih_l{layer}"), inputs.Optional($"b_hh_l{layer}"));
            if (lstm)
            {
                (sequence, Tensor h, Tensor c) = Recurrence.Lstm(sequence, inputs["h0"].Select(0, layer), inputs["c0"].Select(0, layer), wih, whh, bih, bhh);
                hidden.Add(h);
                cells.Add(c);
            }
            else
            {
                (sequence, Tensor h) = Recurrence.Gru(sequence, inputs["h0"].Select(0, layer), wih, whh, bih, bhh);
                hidden.Add(h);
            }
        }

        Dictionary<string, object> results = new() { ["y"] = sequence, ["hn"] = Tensor.Stack(0, [.. hidden]) };
        if (lstm) results["cn"] = Tensor.Stack(0, [.. cells]);
        return results;
    }

    private static Tensor Single(string operation, OperationInputs inputs)
    {
        Tensor X() => inputs["x"];
        Tensor A() => inputs["a"];
        Tensor B() => inputs["b"];
        int Axis() => inputs.Integer("dim");
        Reduction Reduction() => Enum.Parse<Reduction>(inputs.Text("reduction")!, ignoreCase: true);
        return operation switch
        {
            "relu" => X().Relu(),
            "leaky_relu" => X().LeakyRelu(inputs.Number("negative_slope", 0.01f)),
            "tanh" => X().Tanh(),
            "sigmoid" => X().Sigmoid(),
            "elu" => X().Elu(inputs.Number("alpha", 1)),
            "gelu" => X().Gelu(inputs.Text("approximate") == "tanh"),
            "softplus" => X().Softplus(inputs.Number("beta", 1), inputs.Number("threshold", 20)),
            "silu" => X().Silu(),
            "exp" => X().Exp(),
            "log" => X().Log(),
            "sqrt" => X().Sqrt(),
            "abs" => X().Abs(),
            "neg" => -X(),
            "square" => X().Square(),
            "reciprocal" => X().Reciprocal(),
            "rsqrt" => X().ReciprocalSqrt(),
            "sin" => X().Sin(),
            "cos" => X().Cos(),
            "log1p" => X().Log1P(),
            "expm1" => X().ExpM1(),
            "erf" => X().Erf(),
            "sign" => X().Sign(),
            "floor" => X().Floor(),
            "ceil" => X().Ceiling(),
            "clamp" => X().Clamp(inputs.Number("min", float.NegativeInfinity), inputs.Number("max", float.PositiveInfinity)),
            "pow" => X().Pow(inputs.Number("exponent")),
            "add" => A() + B(),
            "sub" => A() - B(),
            "mul" => A() * B(),
            "div" => A() / B(),
            "maximum" => Tensor.Maximum(A(), B()),
            "minimum" => Tensor.Minimum(A(), B()),
            "add_scalar" => X() + inputs.Number("scalar"),
            "mul_scalar" => X() * inputs.Number("scalar"),
            "rsub_scalar" => inputs.Number("scalar") - X(),
            "rdiv_scalar" => inputs.Number("scalar") / X(),
            "where" => Tensor.Where(inputs.Mask("cond"), A(), B()),
            "sum" when inputs.IsList("dim") => X().Sum(inputs.Integers("dim"), inputs.Flag("keepdim")),
            "sum" when inputs.Has("dim") => X().Sum(Axis(), inputs.Flag("keepdim")),
            "sum" => X().Sum(),
            "mean" when inputs.IsList("dim") => X().Mean(inputs.Integers("dim"), inputs.Flag("keepdim")),
            "mean" when inputs.Has("dim") => X().Mean(Axis(), inputs.Flag("keepdim")),
            "mean" => X().Mean(),
            "max" => X().Max(),
            "min" => X().Min(),
            "amax" => X().AMax(Axis(), inputs.Flag("keepdim")),
            "amin" => X().AMin(Axis(), inputs.Flag("keepdim")),
            "var" when inputs.Has("dim") => X().Variance(Axis(), inputs.Flag("unbiased") ? 1 : 0),
            "var" => X().Variance(inputs.Flag("unbiased") ? 1 : 0),
            "std" when inputs.Has("dim") => X().StandardDeviation(Axis(), inputs.Flag("unbiased") ? 1 : 0),
            "std" => X().StandardDeviation(inputs.Flag("unbiased") ? 1 : 0),
            "logsumexp" => X().LogSumExp(Axis()),
            "cumsum" => X().CumulativeSum(Axis()),
            "norm" => X().Norm(),
            "softmax" => X().Softmax(Axis()),
            "log_softmax" => X().LogSoftmax(Axis()),
            "matmul" => A().MatMul(B(), inputs.Flag("transpose_a"), inputs.Flag("transpose_b")),
            "linear" => X().Linear(inputs["w"], inputs.Optional("b")),
            "mlp" => Mlp(inputs, Enum.Parse<Activation>(inputs.Text("activation")!, ignoreCase: true)),
            "conv2d" => X().Conv2d(inputs["w"], inputs.Optional("b"), inputs.Integer("stride"), inputs.Integer("padding")),
            "gather" => X().Gather(Axis(), inputs.Index("index")),
            "index_select" => X().IndexSelect(Axis(), inputs.Index("index")),
            "index_rows" => X().Embedding(inputs.Index("index")),
            "select_per_row" => SelectPerRow(X(), inputs.Index("index")),
            "scatter_add" => X().ScatterAdd(Axis(), inputs.Index("index"), inputs["src"]),
            "concat" => Tensor.Concat(Axis(), inputs.All),
            "stack" => Tensor.Stack(Axis(), inputs.All),
            "reshape" => X().Reshape(inputs.Integers("shape")),
            "flatten" => X().Flatten(inputs.Integer("start_dim")),
            "transpose" => X().Transpose(inputs.Integer("dim0"), inputs.Integer("dim1")),
            "permute" => X().Permute(inputs.Integers("dims")),
            "transpose_reshape" => X().Transpose().Reshape(-1),
            "slice" => X().Slice(Axis(), inputs.Integer("start"), inputs.Integer("end")),
            "select" => X().Select(Axis(), inputs.Integer("index")),
            "expand" => X().Expand(new Shape(inputs.Integers("shape"))),
            "layer_norm" => X().LayerNorm(inputs.Integers("normalized_shape").Length, inputs.Optional("w"), inputs.Optional("b"), inputs.Number("eps")),
            "mse_loss" => Loss.MeanSquaredError(inputs["pred"], inputs["target"], Reduction()),
            "l1_loss" => Loss.L1(inputs["pred"], inputs["target"], Reduction()),
            "huber_loss" => Loss.Huber(inputs["pred"], inputs["target"], inputs.Number("delta"), Reduction()),
            "smooth_l1_loss" => Loss.SmoothL1(inputs["pred"], inputs["target"], inputs.Number("beta"), Reduction()),
            "bce_with_logits" => Loss.BinaryCrossEntropyWithLogits(inputs["logits"], inputs["target"], Reduction()),
            "cross_entropy" when !inputs.HasIndex("target") => Loss.CrossEntropy(inputs["logits"], inputs["target"], Reduction()),
            "cross_entropy" => Loss.CrossEntropy(inputs["logits"], inputs.Index("target"), Reduction(), labelSmoothing: inputs.Number("label_smoothing", 0)),
            "nll_loss" => Loss.NegativeLogLikelihood(inputs["logp"], inputs.Index("target"), Reduction()),
            _ => throw new NotSupportedException($"The golden operation '{operation}' is unknown to this test."),
        };
    }

    private static Tensor Mlp(OperationInputs inputs, Activation activation) => inputs["x"]
        .Linear(inputs["w1"], inputs["b1"], activation)
        .Linear(inputs["w2"], inputs["b2"], activation)
        .Linear(inputs["w3"], inputs["b3"]);

    // x[n, index[n], :] for each n: gather along axis 1 with the index repeated along the last axis.
    private static Tensor SelectPerRow(Tensor x, IndexTensor index)
    {
        int rows = x.Shape[0], atoms = x.Shape[2];
        int[] chosen = index.ToArray(), repeated = new int[rows * atoms];
        for (int i = 0; i < repeated.Length; i++) repeated[i] = chosen[i / atoms];
        return x.Gather(1, IndexTensor.From(repeated, [rows, 1, atoms])).Squeeze(1);
    }
}
