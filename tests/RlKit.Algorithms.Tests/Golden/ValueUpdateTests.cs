using System.Text.Json;
using RlKit.Replay;
using RlKit.Tensors;

namespace RlKit.Tests;

/// <summary>The updates of the value methods, fed with recorded batches, against PyTorch's numbers.</summary>
[Category("Golden")]
public class ValueUpdateTests
{
    [TestCase("torch/e2e_dqn")]
    [TestCase("torch/e2e_double_dqn")]
    public void Dqn_updates_are_those_of_PyTorch(string file)
    {
        using JsonDocument document = Golden.Read(file);
        JsonElement root = document.RootElement, numbers = root.GetProperty("hyperparameters");
        int[] layers = root.GetProperty("network").GetProperty("layers").Ints();
        string loss = numbers.GetProperty("loss").GetString()!;
        int batchSize = root.GetProperty("batch_size").GetInt32();
        var options = new DqnOptions
        {
            LearningRate = numbers.GetProperty("lr").GetDouble(),
            Gamma = numbers.GetProperty("gamma").GetDouble(),
            Tau = numbers.TryGetProperty("tau", out JsonElement tau) ? tau.GetDouble() : 1,
            Double = loss.Contains("online network", StringComparison.Ordinal),
            Loss = loss.StartsWith("smooth_l1", StringComparison.Ordinal) ? TemporalDifferenceLoss.Huber : TemporalDifferenceLoss.Squared,
            MaxGradientNorm = numbers.TryGetProperty("max_grad_norm", out JsonElement norm) ? norm.GetDouble() : 0,
            Hidden = layers[1..^1],
            Activation = EndToEnd.ActivationOf(root.GetProperty("network")),
            BatchSize = batchSize,
            BufferSize = batchSize,
        };
        using var environment = new SpacesOnly(layers[0], new Discrete(layers[^1]));
        using var agent = new Dqn(environment, options);
        EndToEnd.SetWeights(agent.Online, root.GetProperty("initial_weights"), "l{0}");
        EndToEnd.SetWeights(agent.Target, root.GetProperty("target_weights"), "l{0}");

        int updates = root.GetProperty("updates").GetInt32();
        var tracker = new MemoryTracker();
        for (int update = 0; update < updates; update++)
        {
            agent.Train(Batch(root.GetProperty("batches")[update], layers[0], options.Gamma));
            if (options.Tau < 1) agent.Target.Parameters.Lerp(agent.Online.Parameters, (float)options.Tau);
            agent.Metrics.Report(tracker, update);
            EndToEnd.AssertSeries((float)tracker.Scalars(Metrics.Loss)[^1].Value, root.GetProperty("per_update"), "loss", update);
            EndToEnd.AssertSeries((float)tracker.Scalars(Metrics.QValues)[^1].Value, root.GetProperty("per_update"), "q_mean", update);
            if (update == 0) EndToEnd.AssertWeights(agent.Online, root.GetProperty("weights_after_1"), "l{0}");
        }

        EndToEnd.AssertWeights(agent.Online, root.GetProperty($"weights_after_{updates}"), "l{0}");
        if (root.TryGetProperty($"target_weights_after_{updates}", out JsonElement target)) EndToEnd.AssertWeights(agent.Target, target, "l{0}");
    }

    [Test]
    public void C51_updates_are_those_of_PyTorch()
    {
        using JsonDocument document = Golden.Read("torch/e2e_c51");
        JsonElement root = document.RootElement, numbers = root.GetProperty("hyperparameters");
        int[] layers = root.GetProperty("network").GetProperty("layers").Ints();
        int batchSize = root.GetProperty("batch_size").GetInt32();
        var options = new C51Options
        {
            LearningRate = numbers.GetProperty("lr").GetDouble(),
            Gamma = numbers.GetProperty("gamma").GetDouble(),
            Atoms = numbers.GetProperty("n_atoms").GetInt32(),
            VMin = numbers.GetProperty("v_min").GetDouble(),
            VMax = numbers.GetProperty("v_max").GetDouble(),
            Hidden = layers[1..^1],
            Activation = EndToEnd.ActivationOf(root.GetProperty("network")),
            BatchSize = batchSize,
            BufferSize = batchSize,
        };
        using var environment = new SpacesOnly(layers[0], new Discrete(root.GetProperty("network").GetProperty("actions").GetInt32()));
        using var agent = new C51(environment, options);
        EndToEnd.SetWeights(agent.Online, root.GetProperty("initial_weights"), "l{0}");
        EndToEnd.SetWeights(agent.Target, root.GetProperty("target_weights"), "l{0}");

        int updates = root.GetProperty("updates").GetInt32();
        var tracker = new MemoryTracker();
        for (int update = 0; update < updates; update++)
        {
            agent.Train(Batch(root.GetProperty("batches")[update], layers[0], options.Gamma));
            agent.Metrics.Report(tracker, update);
            EndToEnd.AssertSeries((float)tracker.Scalars(Metrics.Loss)[^1].Value, root.GetProperty("per_update"), "loss", update);
            EndToEnd.AssertSeries((float)tracker.Scalars(Metrics.QValues)[^1].Value, root.GetProperty("per_update"), "q_mean", update);
            if (update == 0) EndToEnd.AssertWeights(agent.Online, root.GetProperty("weights_after_1"), "l{0}");
        }

        EndToEnd.AssertWeights(agent.Online, root.GetProperty($"weights_after_{updates}"), "l{0}");
    }

    private static ReplayBatch Batch(JsonElement recorded, int observationSize, double gamma)
    {
        float[] rewards = recorded.GetProperty("rewards").Singles();
        float[] terminated = recorded.GetProperty("terminated").Singles();
        var buffer = new ReplayBuffer(new ReplayOptions { Capacity = 1, ObservationSize = observationSize });
        var batch = new ReplayBatch(buffer, rewards.Length);
        recorded.GetProperty("obs").Singles().CopyTo(batch.Observations, 0);
        recorded.GetProperty("next_obs").Singles().CopyTo(batch.NextObservations, 0);
        recorded.GetProperty("actions").Ints().CopyTo(batch.Actions, 0);
        rewards.CopyTo(batch.Rewards, 0);
        for (int i = 0; i < rewards.Length; i++) batch.Discounts[i] = (float)gamma * (1 - terminated[i]);
        return batch;
    }
}
