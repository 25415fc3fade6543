using System.Text.Json;
using RlKit.Replay;
using RlKit.Tensors;

namespace RlKit.Tests;

/// <summary>PPO's updates, fed with a recorded rollout, against PyTorch's numbers.</summary>
[Category("Golden")]
public class PolicyUpdateTests
{
    [TestCase("torch/e2e_ppo")]
    [TestCase("torch/e2e_ppo_continuous")]
    public void Updates_are_those_of_PyTorch(string file)
    {
        using JsonDocument document = Golden.Read(file);
        JsonElement root = document.RootElement, numbers = root.GetProperty("hyperparameters"), rollout = root.GetProperty("rollout"), expected = root.GetProperty("per_minibatch");
        int[] actor = root.GetProperty("network").GetProperty("actor").Ints();
        bool continuous = root.GetProperty("initial_weights").TryGetProperty("actor_logstd", out JsonElement logDeviation);
        Space actionSpace = continuous ? new Box<float>(float.NegativeInfinity, float.PositiveInfinity, [actor[^1]]) : new Discrete(actor[^1]);
        int size = numbers.GetProperty("minibatch_size").GetInt32();
        var options = new PpoOptions
        {
            LearningRate = numbers.GetProperty("lr").GetDouble(),
            ClipCoefficient = numbers.GetProperty("clip_coef").GetDouble(),
            EntropyCoefficient = numbers.GetProperty("ent_coef").GetDouble(),
            ValueCoefficient = numbers.GetProperty("vf_coef").GetDouble(),
            ClipValueLoss = numbers.GetProperty("clip_vloss").GetBoolean(),
            MaxGradientNorm = numbers.GetProperty("max_grad_norm").GetDouble(),
            NumSteps = size,
            NumMinibatches = 1,
            Hidden = actor[1..^1],
            Activation = EndToEnd.ActivationOf(root.GetProperty("network")),
        };
        using var environment = new SpacesOnly(actor[0], actionSpace);
        using var agent = new Ppo(environment, options);
        EndToEnd.SetWeights(agent.Network.Critic, root.GetProperty("initial_weights"), "critic{0}");
        EndToEnd.SetWeights(agent.Network.Actor, root.GetProperty("initial_weights"), "actor{0}");
        if (continuous) agent.Network.LogDeviation!.Value.CopyFrom(logDeviation.Singles());

        float[] observations = rollout.GetProperty("obs").Singles(), oldLogProbabilities = rollout.GetProperty("old_log_probs").Singles();
        float[] advantages = rollout.GetProperty("advantages").Singles(), returns = rollout.GetProperty("returns").Singles(), values = rollout.GetProperty("values").Singles();
        int[] actions = continuous ? [] : rollout.GetProperty("actions").Ints();
        float[] realActions = continuous ? rollout.GetProperty("actions").Singles() : [];
        var tracker = new MemoryTracker();
        int number = 0;
        foreach (JsonElement order in root.GetProperty("epoch_index_order").EnumerateArray())
        {
            foreach (int[] rows in order.Ints().Chunk(size))
            {
                double kl = agent.Train(new RolloutBatchSpans
                {
                    Observations = Rows(observations, rows, actor[0]),
                    Actions = continuous ? [] : Rows(actions, rows, 1),
                    ContinuousActions = continuous ? Rows(realActions, rows, actor[^1]) : [],
                    LogProbabilities = Rows(oldLogProbabilities, rows, 1),
                    Advantages = Rows(advantages, rows, 1),
                    Returns = Rows(returns, rows, 1),
                    Values = Rows(values, rows, 1),
                });
                agent.Metrics.Report(tracker, number);
                EndToEnd.AssertSeries(Last(Metrics.Loss), expected, "loss", number);
                EndToEnd.AssertSeries(Last(Metrics.PolicyGradientLoss), expected, "pg_loss", number);
                EndToEnd.AssertSeries(Last(Metrics.ValueLoss), expected, "v_loss", number);
                EndToEnd.AssertSeries(-Last(Metrics.EntropyLoss), expected, "entropy", number);
                EndToEnd.AssertSeries(Last(Metrics.GradientNorm), expected, "grad_norm", number);
                EndToEnd.AssertSeries(Last(Metrics.ClipFraction), expected, "clipfrac", number);
                EndToEnd.AssertSeries((float)kl, expected, "approx_kl", number);
                if (number++ == 0) AssertWeights("weights_after_first_minibatch");
            }
        }

        Assert.That(number, Is.EqualTo(expected.GetProperty("loss").GetArrayLength()));
        AssertWeights("final_weights");

        float Last(string name) => (float)tracker.Scalars(name)[^1].Value;

        void AssertWeights(string name)
        {
            EndToEnd.AssertWeights(agent.Network.Critic, root.GetProperty(name), "critic{0}");
            EndToEnd.AssertWeights(agent.Network.Actor, root.GetProperty(name), "actor{0}");
            if (continuous) GoldenValues.AssertClose(agent.Network.LogDeviation!.Value, root.GetProperty(name).GetProperty("actor_logstd"), 1e-4, "actor_logstd");
        }
    }

    private static T[] Rows<T>(T[] values, int[] rows, int size) => [.. rows.SelectMany(row => values.AsSpan(row * size, size).ToArray())];
}
