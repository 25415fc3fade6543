using RlKit.Tensors;

namespace RlKit.Tests;

public class TensorScopeTests
{
    [Test]
    public void A_tensor_is_unusable_after_its_scope_has_closed()
    {
        Tensor inside;
        using (new TensorScope())
        {
            inside = Tensor.Ones([2, 3]);
            Assert.That(inside.Sum().Item(), Is.EqualTo(6));
        }

        Assert.That(() => inside.Sum(), Throws.TypeOf<ObjectDisposedException>().With.Message.Contains("TensorScope"));
        using (new TensorScope())
        {
            Tensor.Ones([2, 3]);
            Assert.That(() => inside.ToArray(), Throws.TypeOf<ObjectDisposedException>());
        }
    }

    [Test]
    public void Default_tensor_says_what_it_is() =>
        Assert.That(() => default(Tensor).Sum(), Throws.InvalidOperationException.With.Message.Contains("default(Tensor)"));

    [Test]
    public void Scopes_close_in_reverse_order()
    {
        var outer = new TensorScope();
        var inner = new TensorScope();
        Assert.That(() => outer.Dispose(), Throws.InvalidOperationException.With.Message.Contains("reverse order"));
        inner.Dispose();
        outer.Dispose();
        Assert.That(outer.Dispose, Throws.Nothing, "closing twice is harmless");
    }

    [Test]
    public void A_scope_closed_on_another_thread_is_refused()
    {
        using var scope = new TensorScope();
        TensorScope copy = scope;
        Exception? seen = null;
        var thread = new Thread(() =>
        {
            try
            {
                copy.Dispose();
            }
            catch (InvalidOperationException exception)
            {
                seen = exception;
            }
        });
        thread.Start();
        thread.Join();
        Assert.That(seen?.Message, Does.Contain("await"));
    }

    [Test]
    public void Tensors_of_an_outer_scope_outlive_an_inner_one()
    {
        using var outer = new TensorScope();
        Tensor a = Tensor.From([1, 2, 3]);
        Tensor kept;
        using (new TensorScope())
        {
            kept = (a * 2).Keep();
            Tensor.Zeros([1000]);
        }

        using (new TensorScope()) Tensor.Full([1000], 7);
        Assert.That(a.ToArray(), Is.EqualTo(new float[] { 1, 2, 3 }));
        Assert.That(kept.ToArray(), Is.EqualTo(new float[] { 2, 4, 6 }));
    }

    [Test]
    public void A_leaf_of_an_outer_scope_keeps_its_gradient_when_an_inner_one_closes()
    {
        using var outer = new TensorScope();
        Tensor leaf = Tensor.From([1, 2, 3]);
        using (new TensorScope()) leaf.RequireGrad();
        using var next = new TensorScope();
        Tensor other = Tensor.From([7, 7, 7]);
        (leaf * leaf).Sum().Backward();
        Assert.That(leaf.Grad.ToArray(), Is.EqualTo(new float[] { 2, 4, 6 }));
        Assert.That(other.ToArray(), Is.All.EqualTo(7f), "the gradient has memory of its own");
    }

    [ManagedEngine("nothing is allocated")]
    [Test]
    public void A_training_step_allocates_nothing_once_warm()
    {
        var generator = new Generator(1);
        Tensor weight = Tensor.Normal([8, 4], generator).RequireGrad(), bias = Tensor.Zeros([8]).RequireGrad();
        var parameters = ParameterBuffer.Pack([new("weight", weight), new("bias", bias)]);
        float[] inputs = new float[64];
        int[] actions = [1, 2, 3, 4, 5, 6, 7, 0, 1, 2, 3, 4, 5, 6, 7, 0];
        for (int i = 0; i < 50; i++) Step();
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 1000; i++) Step();
        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.Zero);

        void Step()
        {
            using var scope = new TensorScope();
            generator.FillNormal(inputs);
            Tensor x = Tensor.From(inputs, [16, 4]);
            Tensor q = x.Linear(weight, bias, Activation.Tanh).GatherRows(IndexTensor.From(actions));
            Tensor target = Tensor.Ones([16]);
            Tensor loss = Loss.Huber(q, target) + (x.Linear(weight).LogSoftmax() * 0.01f).Mean() + Tensor.Concat(0, q, target).Max();
            parameters.ZeroGradients();
            loss.Backward();
            parameters.ClipGradientNorm(0.5f);
            using (Autograd.NoGrad()) q.Max();
        }
    }
}
