using RlKit.Tensors;

namespace RlKit.Tests;

public class AutogradTests
{
    [Test]
    public void Gradients_add_up_until_they_are_set_to_zero()
    {
        Tensor x = Tensor.From([1, 2, 3]).RequireGrad();
        Assert.That(x.Grad.ToArray(), Is.EqualTo(new float[] { 0, 0, 0 }));
        x.Square().Sum().Backward();
        x.Square().Sum().Backward();
        Assert.That(x.Grad.ToArray(), Is.EqualTo(new float[] { 4, 8, 12 }));
        x.ZeroGrad();
        Assert.That(x.Grad.ToArray(), Is.EqualTo(new float[] { 0, 0, 0 }));
    }

    [Test]
    public void A_tensor_used_in_several_ways_gets_all_gradients()
    {
        Tensor x = Tensor.From([1, 2, 3, 4], [2, 2]).RequireGrad();
        Tensor y = x.Reshape(4), z = y + y, w = z + x.Reshape(4) * 2 - y.Tanh() + (y + 1);
        (w * z).Sum().Backward();
        // w = 5x + 1 - tanh x, z = 2x: derivative of w z is (5 - 1 + tanh²) 2x + 2 w.
        float[] expected = [.. x.ToArray().Select(v => (4 + MathF.Tanh(v) * MathF.Tanh(v)) * 2 * v + 2 * (5 * v + 1 - MathF.Tanh(v)))];
        Assert.That(x.Grad.ToArray(), Is.EqualTo(expected).Within(1e-5));
    }

    [Test]
    public void Backward_can_run_twice_through_one_record()
    {
        Tensor x = Tensor.From([1, 2]).RequireGrad();
        Tensor loss = x.Exp().Sum();
        loss.Backward();
        float[] once = x.Grad.ToArray();
        loss.Backward();
        Assert.That(x.Grad.ToArray(), Is.EqualTo(once.Select(v => 2 * v)));
    }

    [Test]
    public void No_grad_and_detach_record_nothing()
    {
        Tensor x = Tensor.From([1, 2]).RequireGrad();
        using (Autograd.NoGrad())
        {
            Assert.That(Autograd.IsRecording, Is.False);
            Assert.That((x * 2).RequiresGrad, Is.False);
        }

        Assert.That(Autograd.IsRecording, Is.True);
        Assert.That((x.Detach() * 2).RequiresGrad, Is.False);
        (x.Detach() * x).Sum().Backward();
        Assert.That(x.Grad.ToArray(), Is.EqualTo(new float[] { 1, 2 }));
    }

    [Test]
    public void Gradients_with_respect_to_inputs_leave_parameters_alone()
    {
        Tensor weight = Tensor.From([2, 3], [1, 2]).RequireGrad(), x = Tensor.From([5, 7], [1, 2]).RequireGrad();
        Tensor hidden = x * 2;
        Tensor loss = hidden.Linear(weight).Square().Sum();
        Tensor[] gradients = new Tensor[2];
        Autograd.Gradients(loss, [x, hidden], gradients);
        Assert.That(gradients[0].ToArray(), Is.EqualTo(new float[] { 2 * 62 * 4, 2 * 62 * 6 }));
        Assert.That(gradients[1].ToArray(), Is.EqualTo(new float[] { 2 * 62 * 2, 2 * 62 * 3 }));
        Assert.That(weight.Grad.ToArray().Concat(x.Grad.ToArray()), Is.All.Zero);
        Assert.That(Autograd.Gradient(loss, loss).Item(), Is.EqualTo(1));
        Tensor unrelated = Tensor.Ones([3]).RequireGrad();
        Assert.That(Autograd.Gradient(loss, unrelated).ToArray(), Is.EqualTo(new float[] { 0, 0, 0 }));
        loss.Backward();
        Assert.That(weight.Grad.ToArray(), Is.EqualTo(new float[] { 2 * 62 * 10, 2 * 62 * 14 }));
    }

    [Test]
    public void Frozen_parameters_are_constants()
    {
        Tensor weight = Tensor.From([2, 3], [1, 2]);
        var parameters = ParameterBuffer.Pack([new("weight", weight)]);
        Tensor action = Tensor.From([5, 7], [1, 2]).RequireGrad();
        Tensor loss;
        using (parameters.Freeze())
        {
            using (parameters.Freeze()) action.Linear(weight);
            loss = action.Linear(weight).Sum();
        }

        loss.Backward();
        Assert.That(action.Grad.ToArray(), Is.EqualTo(new float[] { 2, 3 }));
        using (parameters.Freeze()) loss = Tensor.Concat(0, weight, action).Sum();
        loss.Backward();
        Assert.That(action.Grad.ToArray(), Is.EqualTo(new float[] { 3, 4 }));
        Assert.That(weight.Grad.ToArray(), Is.All.Zero);
        Assert.That(weight.RequiresGrad, Is.True);
    }

    [Test]
    public void Parameters_lie_in_one_buffer()
    {
        Tensor a = Tensor.From([1, 2]), b = Tensor.From([3, 4, 5, 6], [2, 2]);
        var parameters = ParameterBuffer.Pack([new("a", a), new("b", b)]);
        Assert.That(parameters.Length, Is.EqualTo(6));
        Assert.That(parameters.Values.ToArray(), Is.EqualTo(new float[] { 1, 2, 3, 4, 5, 6 }));
        (a * a).Sum().Backward();
        parameters.ZeroGradients();
        (a * 2).Sum().Backward();
        Assert.That(parameters.Gradients.ToArray(), Is.EqualTo(new float[] { 2, 2, 0, 0, 0, 0 }), "what a pass does not reach is zero");
        parameters.Values.Span[2] = 9;
        Assert.That(b.ToArray(), Is.EqualTo(new float[] { 9, 4, 5, 6 }));
        Assert.That(parameters["b"].Shape, Is.EqualTo(b.Shape));
        Assert.That(() => parameters["c"], Throws.TypeOf<KeyNotFoundException>().With.Message.Contains("'a', 'b'"));
    }

    [Test]
    public void Clipping_by_norm_and_by_value()
    {
        Tensor a = Tensor.From([3, 4]);
        var parameters = ParameterBuffer.Pack([new("a", a)]);
        (a.Square() / 2).Sum().Backward();
        Assert.That(parameters.GradientNorm(), Is.EqualTo(5).Within(1e-6));
        Assert.That(parameters.ClipGradientNorm(10), Is.EqualTo(5).Within(1e-6));
        Assert.That(a.Grad.ToArray(), Is.EqualTo(new float[] { 3, 4 }));
        Assert.That(parameters.ClipGradientNorm(1), Is.EqualTo(5).Within(1e-6));
        Assert.That(a.Grad.ToArray(), Is.EqualTo(new float[] { 0.6f, 0.8f }).Within(1e-6));
        parameters.ClipGradientValue(0.7f);
        Assert.That(a.Grad.ToArray(), Is.EqualTo(new float[] { 0.6f, 0.7f }).Within(1e-6));
        Assert.That(() => parameters.ClipGradientNorm(0), Throws.TypeOf<ArgumentOutOfRangeException>());
        Assert.That(() => parameters.ClipGradientValue(-1), Throws.TypeOf<ArgumentOutOfRangeException>());
    }

    [Test]
    public void Target_updates_copy_or_move_towards_the_source()
    {
        var online = ParameterBuffer.Pack([new("w", Tensor.From([1, 2]))]);
        var target = ParameterBuffer.Pack([new("w", Tensor.From([3, 6]))]);
        target.Lerp(online, 0.25f);
        Assert.That(target.Values.ToArray(), Is.EqualTo(new float[] { 2.5f, 5 }));
        target.CopyFrom(online);
        Assert.That(target.Values.ToArray(), Is.EqualTo(new float[] { 1, 2 }));
        var other = ParameterBuffer.Pack([new("w", Tensor.From([1, 2, 3]))]);
        Assert.That(() => target.CopyFrom(other), Throws.ArgumentException.With.Message.Contains("[2]").And.Message.Contains("[3]"));
        Assert.That(() => target.Lerp(online, 2), Throws.TypeOf<ArgumentOutOfRangeException>());
    }

    [Test]
    public void Threads_train_side_by_side()
    {
        float[] alone = Train(1), other = Train(2);
        float[][] together = new float[8][];
        Device device = Device.Default;
        Thread[] threads = [.. Enumerable.Range(0, together.Length).Select(i => new Thread(() =>
        {
            using DeviceRegion region = device.AsDefault();
            together[i] = Train(1 + (ulong)i % 2);
        }))];
        foreach (Thread thread in threads) thread.Start();
        foreach (Thread thread in threads) thread.Join();
        Assert.Multiple(() =>
        {
            for (int i = 0; i < together.Length; i++) Assert.That(together[i], Is.EqualTo(i % 2 == 0 ? alone : other));
        });

        static float[] Train(ulong seed)
        {
            var generator = new Generator(seed);
            var parameters = ParameterBuffer.Pack([new("w", Tensor.Normal([16, 8], generator)), new("b", Tensor.Zeros([16]))]);
            for (int step = 0; step < 50; step++)
            {
                using var scope = new TensorScope();
                parameters.ZeroGradients();
                Tensor.Normal([32, 8], generator).Linear(parameters["w"], parameters["b"], Activation.Relu).Square().Mean().Backward();
                Span<float> values = parameters.Values.Span;
                ReadOnlySpan<float> gradients = parameters.Gradients.Span;
                for (int i = 0; i < values.Length; i++) values[i] -= 0.1f * gradients[i];
            }

            return parameters.Values.ToArray();
        }
    }

    [Test]
    public void Anomaly_mode_names_the_operation_that_made_a_number_not_finite()
    {
        Tensor x = Tensor.From([1, 0]).RequireGrad();
        Assert.That(() => x.Log(), Throws.Nothing);
        using (Autograd.DetectAnomaly())
        {
            Assert.That(() => x.Log(), Throws.TypeOf<ArithmeticException>().With.Message.StartsWith("Log made -Infinity").And.Message.Contains("position 1"));
            Assert.That(() => x / x, Throws.TypeOf<ArithmeticException>().With.Message.StartsWith("Divide made NaN"));
            Tensor root = x.Sqrt();
            Assert.That(() => (root * 1).Sum().Backward(), Throws.TypeOf<ArithmeticException>().With.Message.Contains("Sqrt").And.Message.Contains("gradient"));
        }

        Tensor sum;
        using (Autograd.DetectAnomaly())
        {
            sum = (x * 2).Sqrt().Sum();
            Assert.That(sum.Backward, Throws.TypeOf<ArithmeticException>());
        }

        x.ZeroGrad();
        sum.Backward();
        Assert.That(x.Grad.ToArray(), Is.EqualTo(new[] { 0.70710677f, float.PositiveInfinity }).Within(1e-6f), "the same record again");

        Assert.That(Autograd.IsDetectingAnomaly, Is.False);
        x.ZeroGrad();
        (x * 3).Sum().Backward();
        Assert.That(x.Grad.ToArray(), Is.EqualTo(new float[] { 3, 3 }), "an interrupted pass leaves nothing behind");
    }
}
