using RlKit.Tensors;
using TorchSharp;

namespace RlKit.Tests.Torch;

public class MemoryTests
{
    [Test]
    public void Updates_leave_no_tensor_behind()
    {
        using Dqn agent = Make();
        agent.Learn(300);
        long before = torch.Tensor.TotalCount;
        agent.Learn(1500);
        Assert.That(torch.Tensor.TotalCount, Is.EqualTo(before));
    }

    [Test]
    public void Gradients_of_inputs_and_frozen_parameters_leave_no_tensor_behind()
    {
        Tensor weight = Tensor.Ones([3, 2]);
        var parameters = ParameterBuffer.Pack([new("weight", weight)]);
        long before = torch.Tensor.TotalCount;
        for (int i = 0; i < 20; i++)
        {
            using var scope = new TensorScope();
            Tensor input = Tensor.Ones([4, 2]).RequireGrad();
            Tensor loss = input.Linear(weight).Square().Mean();
            Autograd.Gradient(loss, input).ToArray();
            loss.Backward();
            Assert.That(input.Grad.ToArray(), Is.Not.All.Zero);
            using (parameters.Freeze()) input.Linear(weight).Sum().Backward();
        }

        Assert.That(torch.Tensor.TotalCount, Is.EqualTo(before));
    }

    [Test]
    public void What_a_scope_of_TorchSharp_closes_over_lives_on()
    {
        Tensor kept;
        ParameterBuffer parameters;
        using (torch.NewDisposeScope())
        {
            kept = Tensor.From([1, 2, 3]).Keep();
            parameters = ParameterBuffer.Pack([new("weight", Tensor.Ones([2]))]);
        }

        Assert.That(kept.ToArray().Concat(parameters.Values.ToArray()), Is.EqualTo(new float[] { 1, 2, 3, 1, 1 }));
    }

    [Test]
    public void Collections_on_another_thread_free_nothing_that_an_operation_reads()
    {
        bool stop = false;
        var collector = new Thread(() =>
        {
            while (!Volatile.Read(ref stop))
            {
                GC.Collect();
                GC.WaitForPendingFinalizers();
            }
        });
        collector.Start();
        try
        {
            for (var clock = System.Diagnostics.Stopwatch.StartNew(); clock.Elapsed < TimeSpan.FromSeconds(2);) EveryOperation();
        }
        finally
        {
            Volatile.Write(ref stop, true);
            collector.Join();
        }
    }

    [Test]
    public void Policies_act_on_many_threads_under_collections()
    {
        using var agent = new Dqn(Environments.MakeVector("CartPole-v1", 1));
        float[] observation = [0.1f, -0.2f, 0.03f, 0.4f];
        int expected = agent.Policy.Act(observation), others = 0;
        Thread[] threads = [.. Enumerable.Range(0, 4).Select(_ => new Thread(() =>
        {
            for (int i = 0; i < 500; i++)
                if (agent.Policy.Act(observation) != expected) Interlocked.Increment(ref others);
        }))];
        foreach (Thread thread in threads) thread.Start();
        while (threads.Any(thread => thread.IsAlive)) GC.Collect();
        Assert.That(others, Is.Zero);
    }

    // Without a scope, so that nothing holds the intermediate results but the engine.
    private static void EveryOperation()
    {
        Tensor x = Tensor.Uniform([4, 6], new Generator(1), 0.1f, 0.9f).RequireGrad();
        Tensor sum = (x * 2 + 1).Relu() + x.LeakyRelu() + x.Elu() + x.Gelu() + x.Gelu(true) + x.Softplus() + x.Clamp(0.2f, 0.8f) + x.Pow(1.5f) + (1 - x) / (x + 1) - x.Square();
        sum += Tensor.Maximum(x, x.Detach() * 0.5f) + Tensor.Where(x.Greater(Tensor.Scalar(0.5f)), x, -x) + x.Softmax() + x.LogSoftmax() + x.CumulativeSum(0);
        Tensor loss = sum.Max(1).Sum() + sum.Mean(0).Sum() + sum.Transpose().MatMul(x).Mean() + sum.Slice(1, 1, 3).Sum() + Tensor.Concat(0, x, x).Mean() + x.LayerNorm().Square().Mean() + Loss.Huber(x, sum);
        loss.Backward();
        Assert.That(x.Grad.ToArray(), Is.All.Not.NaN);
    }

    private static Dqn Make() => new(Environments.MakeVector("CartPole-v1", 1), new DqnOptions { LearningStarts = 50, BufferSize = 500, BatchSize = 16, TrainFrequency = 2, TargetNetworkFrequency = 20, Tau = 0.5 });
}
