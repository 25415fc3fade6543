using System.Text.Json;
using RlKit.Tensors;

namespace RlKit.Tests;

/// <summary>Whole updates of agents, written as a user writes them, against PyTorch's numbers.</summary>
[Category("Golden")]
public class DqnUpdateTests
{
    [TestCase("torch/e2e_dqn")]
    [TestCase("torch/e2e_double_dqn")]
    public void Updates_are_those_of_PyTorch(string file)
    {
        using JsonDocument document = Golden.Read(file);
        JsonElement root = document.RootElement, numbers = root.GetProperty("hyperparameters"), expected = root.GetProperty("per_update");
        int[] layers = root.GetProperty("network").GetProperty("layers").Ints();
        Activation activation = EndToEnd.ActivationOf(root.GetProperty("network"));
        Sequential network = EndToEnd.Mlp(layers, activation), target = EndToEnd.Mlp(layers, activation);
        EndToEnd.SetWeights(network, root.GetProperty("initial_weights"), "l{0}");
        EndToEnd.SetWeights(target, root.GetProperty("target_weights"), "l{0}");
        Adam optimiser = EndToEnd.AdamOf(network.Parameters, numbers);
        bool doubled = numbers.GetProperty("loss").GetString()!.Contains("online network", StringComparison.Ordinal);
        bool smooth = numbers.GetProperty("loss").GetString()!.StartsWith("smooth_l1", StringComparison.Ordinal);
        float gamma = numbers.GetProperty("gamma").GetSingle();
        int updates = root.GetProperty("updates").GetInt32();
        for (int update = 0; update < updates; update++)
        {
            using var scope = new TensorScope();
            JsonElement batch = root.GetProperty("batches")[update];
            Tensor observations = batch.GetProperty("obs").Tensor(), next = batch.GetProperty("next_obs").Tensor();
            Tensor goal;
            using (Autograd.NoGrad())
            {
                Tensor values = target.Forward(next);
                Tensor bootstrap = doubled ? values.GatherRows(network.Forward(next).ArgMax(1)) : values.Max(1);
                goal = batch.GetProperty("rewards").Tensor() + (gamma * (1 - batch.GetProperty("terminated").Tensor()) * bootstrap);
            }

            Tensor taken = network.Forward(observations).GatherRows(batch.GetProperty("actions").Index());
            Tensor loss = smooth ? Loss.SmoothL1(taken, goal) : Loss.MeanSquaredError(taken, goal);
            optimiser.ZeroGradients();
            loss.Backward();
            if (update == 0)
            {
                GoldenValues.AssertClose(goal, root.GetProperty("first_update").GetProperty("td_target"), 1e-5, "td_target");
                GoldenValues.AssertClose(taken, root.GetProperty("first_update").GetProperty("q_taken"), 1e-5, "q_taken");
                EndToEnd.AssertGradients(network, root.GetProperty("first_gradients"), "l{0}");
            }

            if (numbers.TryGetProperty("max_grad_norm", out JsonElement maximum))
                EndToEnd.AssertSeries(network.Parameters.ClipGradientNorm(maximum.GetSingle()), expected, "grad_norm", update);
            optimiser.Step();
            EndToEnd.AssertSeries(loss.Item(), expected, "loss", update);
            EndToEnd.AssertSeries(taken.Mean().Item(), expected, "q_mean", update);
            EndToEnd.AssertSeries(goal.Mean().Item(), expected, "target_mean", update);
            if (numbers.TryGetProperty("tau", out JsonElement tau)) target.Parameters.Lerp(network.Parameters, tau.GetSingle());
            if (update == 0) EndToEnd.AssertWeights(network, root.GetProperty("weights_after_1"), "l{0}");
        }

        EndToEnd.AssertWeights(network, root.GetProperty($"weights_after_{updates}"), "l{0}");
        if (root.TryGetProperty($"target_weights_after_{updates}", out JsonElement targetWeights)) EndToEnd.AssertWeights(target, targetWeights, "l{0}");
    }
}
