using System.Text.Json;
using RlKit.Tensors;

namespace RlKit.Tests;

/// <summary>Whole updates of agents, written as a user writes them, against PyTorch's numbers.</summary>
[Category("Golden")]
public class PpoUpdateTests
{
    [TestCase("torch/e2e_ppo")]
    [TestCase("torch/e2e_ppo_continuous")]
    public void Updates_are_those_of_PyTorch(string file)
    {
        using JsonDocument document = Golden.Read(file);
        JsonElement root = document.RootElement, numbers = root.GetProperty("hyperparameters"), expected = root.GetProperty("per_minibatch"), rollout = root.GetProperty("rollout");
        bool continuous = root.GetProperty("initial_weights").TryGetProperty("actor_logstd", out JsonElement logStandardDeviation);
        JsonElement shapes = root.GetProperty("network");
        Activation activation = EndToEnd.ActivationOf(shapes);
        var network = new ActorCritic(
            EndToEnd.Mlp(shapes.GetProperty("critic").Ints(), activation), EndToEnd.Mlp(shapes.GetProperty("actor").Ints(), activation), continuous ? logStandardDeviation.Tensor() : null);
        EndToEnd.SetWeights(network.Critic, root.GetProperty("initial_weights"), "critic{0}");
        EndToEnd.SetWeights(network.Actor, root.GetProperty("initial_weights"), "actor{0}");
        Adam optimiser = EndToEnd.AdamOf(network.Parameters, numbers);
        float clip = numbers.GetProperty("clip_coef").GetSingle(), entropyShare = numbers.GetProperty("ent_coef").GetSingle(), valueShare = numbers.GetProperty("vf_coef").GetSingle();

        int size = rollout.GetProperty("old_log_probs").Singles().Length, minibatch = numbers.GetProperty("minibatch_size").GetInt32();
        Tensor observations = rollout.GetProperty("obs").Tensor().Reshape(size, -1);
        Tensor oldLogProbs = Flat("old_log_probs"), allAdvantages = Flat("advantages"), allReturns = Flat("returns"), oldValues = Flat("values");
        int number = 0;
        foreach (JsonElement order in root.GetProperty("epoch_index_order").EnumerateArray())
        {
            foreach (int[] chosen in order.Ints().Chunk(minibatch))
            {
                using var scope = new TensorScope();
                IndexTensor rows = IndexTensor.From(chosen);
                Tensor input = observations.IndexSelect(0, rows), newLogProb, entropy;
                Tensor outputs = network.Actor.Forward(input);
                if (continuous)
                {
                    var policy = new DiagonalGaussian(outputs, network.LogStandardDeviation!.Value);
                    newLogProb = policy.LogProb(rollout.GetProperty("actions").Tensor().Reshape(size, -1).IndexSelect(0, rows));
                    entropy = policy.Entropy();
                }
                else
                {
                    int[] actions = rollout.GetProperty("actions").Ints();
                    var policy = new Categorical(outputs);
                    newLogProb = policy.LogProb(IndexTensor.From([.. chosen.Select(row => actions[row])]));
                    entropy = policy.Entropy();
                }

                Tensor logRatio = newLogProb - oldLogProbs.IndexSelect(0, rows), ratio = logRatio.Exp();
                Tensor advantages = allAdvantages.IndexSelect(0, rows);
                advantages = (advantages - advantages.Mean()) / (advantages.StandardDeviation() + 1e-8f);
                Tensor policyLoss = Tensor.Maximum(-advantages * ratio, -advantages * ratio.Clamp(1 - clip, 1 + clip)).Mean();
                Tensor value = network.Critic.Forward(input).Squeeze(1), returns = allReturns.IndexSelect(0, rows), old = oldValues.IndexSelect(0, rows);
                Tensor clipped = numbers.GetProperty("clip_vloss").GetBoolean() ? old + (value - old).Clamp(-clip, clip) : value;
                Tensor valueLoss = 0.5f * Tensor.Maximum((value - returns).Square(), (clipped - returns).Square()).Mean();
                Tensor meanEntropy = entropy.Mean();
                Tensor loss = policyLoss - (entropyShare * meanEntropy) + (valueShare * valueLoss);

                optimiser.ZeroGradients();
                loss.Backward();
                if (number == 0) AssertFirst();
                EndToEnd.AssertSeries(network.Parameters.ClipGradientNorm(numbers.GetProperty("max_grad_norm").GetSingle()), expected, "grad_norm", number);
                optimiser.Step();

                EndToEnd.AssertSeries(loss.Item(), expected, "loss", number);
                EndToEnd.AssertSeries(policyLoss.Item(), expected, "pg_loss", number);
                EndToEnd.AssertSeries(valueLoss.Item(), expected, "v_loss", number);
                EndToEnd.AssertSeries(meanEntropy.Item(), expected, "entropy", number);
                using (Autograd.NoGrad())
                {
                    EndToEnd.AssertSeries((-logRatio).Mean().Item(), expected, "old_approx_kl", number);
                    EndToEnd.AssertSeries((ratio - 1 - logRatio).Mean().Item(), expected, "approx_kl", number);
                    EndToEnd.AssertSeries((ratio - 1).Abs().Greater(Tensor.Scalar(clip)).Mean().Item(), expected, "clipfrac", number);
                }

                if (number++ == 0) AssertWeights("weights_after_first_minibatch");

                void AssertFirst()
                {
                    JsonElement first = root.GetProperty("first_minibatch"), gradients = root.GetProperty("first_gradients_before_clip");
                    GoldenValues.AssertClose(newLogProb, first.GetProperty("new_log_prob"), 1e-5, "new_log_prob");
                    GoldenValues.AssertClose(ratio, first.GetProperty("ratio"), 1e-5, "ratio");
                    GoldenValues.AssertClose(value, first.GetProperty("new_value"), 1e-5, "new_value");
                    GoldenValues.AssertClose(advantages, first.GetProperty("normalized_advantage"), 1e-5, "normalized_advantage");
                    GoldenValues.AssertClose(entropy, first.GetProperty("entropy"), 1e-5, "entropy");
                    EndToEnd.AssertGradients(network.Critic, gradients, "critic{0}");
                    EndToEnd.AssertGradients(network.Actor, gradients, "actor{0}");
                    if (continuous) GoldenValues.AssertClose(network.LogStandardDeviation!.Value.Grad, gradients.GetProperty("actor_logstd"), 1e-5, "gradient of actor_logstd");
                }
            }
        }

        Assert.That(number, Is.EqualTo(expected.GetProperty("loss").GetArrayLength()));
        AssertWeights("final_weights");

        Tensor Flat(string name) => Tensor.From(rollout.GetProperty(name).Singles());

        void AssertWeights(string name)
        {
            EndToEnd.AssertWeights(network.Critic, root.GetProperty(name), "critic{0}");
            EndToEnd.AssertWeights(network.Actor, root.GetProperty(name), "actor{0}");
            if (continuous) GoldenValues.AssertClose(network.LogStandardDeviation!.Value, root.GetProperty(name).GetProperty("actor_logstd"), 1e-4, "actor_logstd");
        }
    }

    private sealed class ActorCritic : Module
    {
        public ActorCritic(Sequential critic, Sequential actor, Tensor? logStandardDeviation)
        {
            Critic = Add("critic", critic);
            Actor = Add("actor", actor);
            if (logStandardDeviation is { } value) LogStandardDeviation = AddParameter("actor_logstd", value);
        }

        public Sequential Critic { get; }

        public Sequential Actor { get; }

        public Tensor? LogStandardDeviation { get; }
    }
}
