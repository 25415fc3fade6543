using RlKit.Tensors;

namespace RlKit.Tests;

public class TensorTests
{
    [Test]
    public void Bytes_are_scaled()
    {
        Tensor x = Tensor.FromBytes([0, 51, 255, 102], [2, 2]);
        Assert.That(x.ToArray(), Is.EqualTo(new[] { 0, 0.2f, 1, 0.4f }).Within(1e-7));
    }

    [Test]
    public void A_convolution_of_bytes_is_that_of_their_floats()
    {
        byte[] pixels = new byte[2 * 3 * 9 * 10];
        new Random(1).NextBytes(pixels);
        var generator = new Generator(2);
        Tensor kernel = Tensor.Normal([4, 3, 3, 3], generator).RequireGrad(), bias = Tensor.Normal([4], generator);
        Tensor bytes = Tensor.FromBytes(pixels, [2, 3, 9, 10]), floats = Tensor.From([.. pixels.Select(p => p * (1f / 255))], [2, 3, 9, 10]);
        float[][] results = [.. new[] { bytes, floats }.Select(x =>
        {
            kernel.ZeroGrad();
            Tensor y = x.Conv2d(kernel, bias, 2, 1, Activation.Relu);
            y.Square().Mean().Backward();
            return (float[])[.. y.ToArray(), .. kernel.Grad.ToArray()];
        })];
        Assert.That(results[0], Is.EqualTo(results[1]).Within(1e-5));
        Assert.That(bytes.Slice(0, 1, 2).ToArray(), Is.EqualTo(floats.Slice(0, 1, 2).ToArray()).Within(1e-7));
        Assert.That(Tensor.FromBytes(pixels, [2, 3, 9, 10]).Detach().Reshape(-1).ToArray(), Is.EqualTo(floats.ToArray()).Within(1e-7));
    }

    [Test]
    public void Views_share_memory_where_they_can()
    {
        Tensor x = Tensor.Range(0, 12).Reshape(3, 4);
        x.Reshape(-1).Span[5] = 100;
        x.Slice(0, 2, 3).Fill(7);
        Assert.That(x.ToArray(), Is.EqualTo(new float[] { 0, 1, 2, 3, 4, 100, 6, 7, 7, 7, 7, 7 }));
    }

    [Test]
    public void Max_pool_takes_the_largest_of_each_window()
    {
        Tensor x = Tensor.Range(0, 16).Reshape(1, 1, 4, 4);
        Assert.That(x.MaxPool2d(2).ToArray(), Is.EqualTo(new float[] { 5, 7, 13, 15 }));
        Assert.That((-x).MaxPool2d(3, 2, 1).ToArray(), Is.EqualTo(new float[] { 0, -1, -4, -5 }));
    }

    [Test]
    public void Dropout_scales_what_it_keeps()
    {
        Tensor y = Tensor.Ones([10_000]).Dropout(0.25f, new Generator(2));
        Assert.That(y.ToArray().Distinct(), Is.EquivalentTo(new[] { 0, 1 / 0.75f }));
        Assert.That(y.Mean().Item(), Is.EqualTo(1).Within(0.02));
    }

    [Test]
    public void Not_a_number_is_largest_and_smallest()
    {
        Tensor x = Tensor.From([1, float.NaN, 3]);
        Assert.That(x.Max().Item(), Is.NaN);
        Assert.That(x.Min(0).Item(), Is.NaN);
        Assert.That(x.ArgMax().Item(), Is.EqualTo(1));
        Assert.That(Tensor.Maximum(x, Tensor.Scalar(2)).ToArray(), Is.EqualTo(new[] { 2, float.NaN, 3 }));
    }

    [Test]
    public void Empty_batches_are_computed_with()
    {
        Tensor x = Tensor.Zeros([0, 4]).RequireGrad(), weight = Tensor.Ones([3, 4]).RequireGrad(), bias = Tensor.Ones([3]).RequireGrad();
        Tensor y = x.Linear(weight, bias, Activation.Relu).LogSoftmax();
        Assert.That(y.Shape, Is.EqualTo(new Shape(0, 3)));
        y.Sum().Backward();
        Assert.That(weight.Grad.ToArray().Concat(bias.Grad.ToArray()), Is.All.Zero);
        Assert.That(Tensor.Zeros([2, 0]).MatMul(Tensor.Zeros([0, 3])).ToArray(), Is.EqualTo(new float[6]));
        Assert.That(Tensor.Zeros([2, 0]).Sum(1).ToArray(), Is.EqualTo(new float[2]));
        Assert.That(Tensor.Zeros([0, 4, 8, 8]).Conv2d(Tensor.Ones([2, 4, 3, 3])).Shape, Is.EqualTo(new Shape(0, 2, 6, 6)));
        Assert.That(Tensor.Zeros([3, 0]).Softmax().Shape, Is.EqualTo(new Shape(3, 0)));
        Assert.That(Tensor.Zeros([3, 0]).LogSoftmax().Shape, Is.EqualTo(new Shape(3, 0)));
    }

    [Test]
    public void An_empty_batch_gives_parameters_a_gradient_of_zero()
    {
        Tensor weight = Tensor.Ones([3, 2]).RequireGrad(), scale = Tensor.Ones([3]).RequireGrad(), shift = Tensor.Ones([3]).RequireGrad();
        Tensor[] parameters = [weight, scale, shift];
        foreach (Func<Tensor> compute in (Func<Tensor>[])[() => Tensor.Zeros([0, 4, 3]).MatMul(weight), () => Tensor.Zeros([0, 3]).LayerNorm(1, scale, shift), () => Tensor.Zeros([0, 3]) * scale + shift])
        {
            // What an earlier update left must not show through.
            foreach (Tensor parameter in parameters) parameter.Square().Sum().Backward();
            foreach (Tensor parameter in parameters) parameter.ZeroGrad();
            compute().Sum().Backward();
            Assert.That(parameters.SelectMany(parameter => parameter.Grad.ToArray()), Is.All.Zero);
        }
    }

    [Test]
    public void Log_sum_exp_of_infinities_is_no_nan()
    {
        Tensor x = Tensor.From([float.NegativeInfinity, float.NegativeInfinity, float.PositiveInfinity, 0, float.NegativeInfinity, 0], [3, 2]);
        Assert.That(x.LogSumExp(1).ToArray(), Is.EqualTo(new[] { float.NegativeInfinity, float.PositiveInfinity, 0 }));
    }

    [Test]
    public void Norm_and_deviation_of_zero_have_a_derivative()
    {
        Tensor x = Tensor.Full([3], 2).RequireGrad(), zero = Tensor.Zeros([3]).RequireGrad();
        (x.StandardDeviation() + x.Reshape(1, 3).StandardDeviation(1, 0).Sum() + zero.Norm()).Backward();
        Assert.That(x.Grad.ToArray().Concat(zero.Grad.ToArray()), Is.All.Zero);
        Tensor y = Tensor.From([3, 4]).RequireGrad();
        y.Norm().Backward();
        Assert.That(y.Grad.ToArray(), Is.EqualTo(new[] { 0.6f, 0.8f }).Within(1e-6));
    }

    [Test]
    public void A_quotient_is_rounded_once()
    {
        for (int n = 1; n <= 200; n++)
        {
            Assert.That((Tensor.Full([2], n) / n).ToArray(), Is.All.EqualTo(1f), $"{n} / {n}");
            Assert.That(Tensor.Ones([n]).Mean().Item(), Is.EqualTo(1f), $"mean of {n}");
            Assert.That(Loss.MeanSquaredError(Tensor.Ones([n]), Tensor.Zeros([n])).Item(), Is.EqualTo(1f), $"loss of {n}");
        }

        // 1 / 1e-39 is beyond float.
        Assert.That((Tensor.From([0, 1e-30f]) / 1e-39f).ToArray(), Is.EqualTo(new[] { 0, 1e9f }).Within(1e3f));
    }

    [Test]
    public void Where_one_is_no_number_both_get_the_gradient_of_the_larger()
    {
        Tensor x = Tensor.From([float.NaN, 1]).RequireGrad(), y = Tensor.From([0, float.NaN]).RequireGrad();
        (Tensor.Maximum(x, y) + Tensor.Minimum(x, y)).Sum().Backward();
        Assert.That(x.Grad.ToArray().Concat(y.Grad.ToArray()), Is.All.EqualTo(2f));
    }

    [ManagedEngine("its memory")]
    [Test]
    public void Steps_that_grow_keep_the_memory_of_the_largest_only()
    {
        long held = 0;
        var thread = new Thread(() =>
        {
            long before = GC.GetTotalMemory(forceFullCollection: true);
            for (int length = 300_000; length <= 3_000_000; length += 100_000)
            {
                using var scope = new TensorScope();
                Tensor.Zeros([length]);
            }

            held = GC.GetTotalMemory(forceFullCollection: true) - before;
        });
        thread.Start();
        thread.Join();
        Assert.That(held, Is.LessThan(3 * sizeof(float) * 3_000_000));
    }

    [ManagedEngine("its threads")]
    [Test]
    public void Results_do_not_depend_on_the_number_of_threads()
    {
        int before = TensorThreads.Count;
        try
        {
            float[] one = Compute(1), two = Compute(2), five = Compute(5);
            Assert.That(two, Is.EqualTo(one));
            Assert.That(five, Is.EqualTo(one));
        }
        finally
        {
            TensorThreads.Count = before;
        }

        static float[] Compute(int threads)
        {
            TensorThreads.Count = threads;
            var generator = new Generator(6);
            Tensor w = Tensor.Normal([300, 200], generator).RequireGrad(), x = Tensor.Normal([250, 200], generator).RequireGrad();
            Tensor images = Tensor.Normal([8, 4, 40, 40], generator), kernel = Tensor.Normal([16, 4, 8, 8], generator).RequireGrad();
            (x.Linear(w, null, Activation.Tanh).Square().Mean() + images.Conv2d(kernel, null, 4, 0, Activation.Relu).Square().Mean()).Backward();
            return [.. w.Grad.ToArray(), .. x.Grad.ToArray(), .. kernel.Grad.ToArray()];
        }
    }

    [Test]
    public void A_tensor_prints_its_values()
    {
        Tensor closed;
        using (new TensorScope()) closed = Tensor.Ones(2);
        Assert.Multiple(() =>
        {
            Assert.That(Tensor.Scalar(0.5f).ToString(), Is.EqualTo($"Tensor [] on {Device.Default}: 0.5"));
            Assert.That(Tensor.From([1, 2.25f, -3, float.NaN], [2, 2]).ToString(), Is.EqualTo($"Tensor [2, 2] on {Device.Default}: [[1, 2.25], [-3, NaN]]"));
            Assert.That(Tensor.From([1, 2, 3, 4, 5, 6, 7, 8, 9]).ToString(), Is.EqualTo($"Tensor [9] on {Device.Default}: [1, 2, 3, ..., 7, 8, 9]"));
            Assert.That(Tensor.Zeros([0, 3]).ToString(), Is.EqualTo($"Tensor [0, 3] on {Device.Default}: []"));
            Assert.That(Tensor.Zeros([2, 0]).ToString(), Is.EqualTo($"Tensor [2, 0] on {Device.Default}: [[], []]"));
            Assert.That(default(Tensor).ToString(), Is.EqualTo("no tensor"));
            Assert.That(closed.ToString(), Is.EqualTo("a tensor whose scope has closed"));
        });
    }

    [Test]
    public void A_hundred_thousand_updates_keep_memory_flat()
    {
        var generator = new Generator(1);
        var parameters = ParameterBuffer.Pack([new("w", Tensor.Normal([16, 4], generator)), new("b", Tensor.Zeros([16]))]);
        var optimiser = new Adam(parameters, 1e-3);
        Step(1000);
        GC.Collect();
        using var process = System.Diagnostics.Process.GetCurrentProcess();
        long managed = GC.GetTotalMemory(true), all = process.PrivateMemorySize64;
        Step(100_000);
        process.Refresh();
        Assert.That(GC.GetTotalMemory(true) - managed, Is.LessThan(256 << 10));
        Assert.That(process.PrivateMemorySize64 - all, Is.LessThan(32 << 20));

        void Step(int count)
        {
            for (int i = 0; i < count; i++)
            {
                using var scope = new TensorScope();
                optimiser.ZeroGradients();
                Tensor.Normal([8, 4], generator).Linear(parameters["w"], parameters["b"], Activation.Tanh).Square().Mean().Backward();
                parameters.ClipGradientNorm(1);
                optimiser.Step();
            }
        }
    }
}
