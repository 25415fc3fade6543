using RlKit.Tensors;
using TorchSharp;

namespace RlKit.Tests.Torch;

/// <summary>The short form of the benchmark's soak: updates while another thread collects garbage without a pause.</summary>
[NonParallelizable]
internal sealed class SoakTests
{
    private const int Updates = 2_000, Collections = 100, Batch = 16;

    [Test]
    public void UpdatesUnderConstantCollectionsLeaveNothingBehind()
    {
        var generator = new Generator(1);
        Sequential online = Network(generator), target = Network(generator);
        var optimiser = new Adam(online.Parameters, learningRate: 1e-3);
        float[] observations = new float[Batch * 4], rewards = new float[Batch];
        int[] actions = new int[Batch];
        generator.FillNormal(observations);
        generator.FillNormal(rewards);
        for (int i = 0; i < Batch; i++) actions[i] = i % 2;

        using var collector = new Collector();
        float first = Update();
        for (int i = 0; i < 50; i++) Update();
        long tensors = torch.Tensor.TotalCount;
        float loss = first;
        for (int i = 0; i < Updates || collector.Collections < Collections; i++) loss = Update();

        Assert.That(torch.Tensor.TotalCount, Is.LessThanOrEqualTo(tensors), "live tensors");
        Assert.That(loss, Is.LessThan(0.1f * first));

        // Each operation that takes a number: a clamp, a multiple, a clipped norm, a blend, the optimiser's rates.
        float Update()
        {
            using var scope = new TensorScope();
            Tensor values, wanted;
            using (Autograd.NoGrad()) wanted = (Tensor.From(rewards) + 0.01f * target.Forward(Tensor.From(observations, [Batch, 4])).AMax(1)).Clamp(-3, 3);
            values = online.Forward(Tensor.From(observations, [Batch, 4])).GatherRows(IndexTensor.From(actions));
            Tensor loss = Loss.Huber(values, wanted) + 1e-6f * (values / 2 - 1).Square().Mean();
            optimiser.ZeroGradients();
            loss.Backward();
            online.Parameters.ClipGradientNorm(0.5f);
            optimiser.Step();
            target.Parameters.Lerp(online.Parameters, 0.005f);
            return loss.Item();
        }
    }

    private static Sequential Network(Generator generator) => new(new Linear(4, 32, generator), Activation.Tanh, new Linear(32, 2, generator));

    private sealed class Collector : IDisposable
    {
        private readonly Thread _thread;
        private volatile bool _stop;
        private int _collections;

        public Collector()
        {
            _thread = new Thread(() =>
            {
                for (; !_stop; _collections++)
                {
                    GC.Collect();
                    GC.WaitForPendingFinalizers();
                }
            });
            _thread.Start();
        }

        public int Collections => Volatile.Read(ref _collections);

        public void Dispose()
        {
            _stop = true;
            _thread.Join();
        }
    }
}
