using System.Text.Json;
using RlKit.Tensors;

namespace RlKit.Tests;

/// <summary>Whole updates of agents, written as a user writes them, against PyTorch's numbers.</summary>
[Category("Golden")]
public class C51UpdateTests
{
    [Test]
    public void Updates_are_those_of_PyTorch()
    {
        using JsonDocument document = Golden.Read("torch/e2e_c51");
        JsonElement root = document.RootElement, numbers = root.GetProperty("hyperparameters"), expected = root.GetProperty("per_update");
        int[] layers = root.GetProperty("network").GetProperty("layers").Ints();
        Activation activation = EndToEnd.ActivationOf(root.GetProperty("network"));
        Sequential network = EndToEnd.Mlp(layers, activation), target = EndToEnd.Mlp(layers, activation);
        EndToEnd.SetWeights(network, root.GetProperty("initial_weights"), "l{0}");
        EndToEnd.SetWeights(target, root.GetProperty("target_weights"), "l{0}");
        Adam optimiser = EndToEnd.AdamOf(network.Parameters, numbers);
        int atoms = numbers.GetProperty("n_atoms").GetInt32(), actions = root.GetProperty("network").GetProperty("actions").GetInt32(), updates = root.GetProperty("updates").GetInt32();
        float gamma = numbers.GetProperty("gamma").GetSingle(), low = numbers.GetProperty("v_min").GetSingle(), high = numbers.GetProperty("v_max").GetSingle();
        Tensor support = Tensor.From([.. Enumerable.Range(0, atoms).Select(i => low + (i * (high - low) / (atoms - 1)))]);
        for (int update = 0; update < updates; update++)
        {
            using var scope = new TensorScope();
            JsonElement batch = root.GetProperty("batches")[update];
            float[] rewards = batch.GetProperty("rewards").Singles(), terminated = batch.GetProperty("terminated").Singles();
            int rows = rewards.Length;
            Tensor goal;
            using (Autograd.NoGrad())
            {
                Tensor probabilities = target.Forward(batch.GetProperty("next_obs").Tensor()).Reshape(rows, actions, atoms).Softmax();
                Tensor values = (probabilities * support).Sum(2);
                IndexTensor best = values.ArgMax(1);
                goal = Tensor.From(Project(Rows(probabilities, best, atoms).ToArray(), rewards, terminated, gamma, support.ToArray()), [rows, atoms]);
                if (update == 0)
                {
                    Assert.That(best.ToArray(), Is.EqualTo(root.GetProperty("first_update").GetProperty("next_action").Ints()));
                    GoldenValues.AssertClose(values, root.GetProperty("first_update").GetProperty("next_expected_values"), 1e-5, "next_expected_values");
                    GoldenValues.AssertClose(goal, root.GetProperty("first_update").GetProperty("target_pmf"), 1e-5, "target_pmf", 1e-6);
                }
            }

            Tensor taken = Rows(network.Forward(batch.GetProperty("obs").Tensor()).Reshape(rows, actions, atoms).Softmax(), batch.GetProperty("actions").Index(), atoms);
            Tensor loss = -(goal * taken.Clamp(1e-5f, 1 - 1e-5f).Log()).Sum(1).Mean();
            optimiser.ZeroGradients();
            loss.Backward();
            if (update == 0)
            {
                GoldenValues.AssertClose(taken, root.GetProperty("first_update").GetProperty("taken_pmf"), 1e-5, "taken_pmf");
                EndToEnd.AssertGradients(network, root.GetProperty("first_gradients"), "l{0}");
            }

            optimiser.Step();
            EndToEnd.AssertSeries(loss.Item(), expected, "loss", update);
            EndToEnd.AssertSeries((taken.Detach() * support).Sum(1).Mean().Item(), expected, "q_mean", update);
            if (update == 0) EndToEnd.AssertWeights(network, root.GetProperty("weights_after_1"), "l{0}");
        }

        EndToEnd.AssertWeights(network, root.GetProperty($"weights_after_{updates}"), "l{0}");
    }

    private static Tensor Rows(Tensor probabilities, IndexTensor actions, int atoms)
    {
        int rows = actions.Length;
        int[] repeated = [.. actions.ToArray().SelectMany(action => Enumerable.Repeat(action, atoms))];
        return probabilities.Gather(1, IndexTensor.From(repeated, [rows, 1, atoms])).Reshape(rows, atoms);
    }

    private static float[] Project(float[] probabilities, float[] rewards, float[] terminated, float gamma, float[] support)
    {
        int atoms = support.Length;
        float width = (support[^1] - support[0]) / (atoms - 1);
        var projected = new float[probabilities.Length];
        for (int row = 0; row < rewards.Length; row++)
        {
            for (int atom = 0; atom < atoms; atom++)
            {
                float value = Math.Clamp(rewards[row] + (gamma * support[atom] * (1 - terminated[row])), support[0], support[^1]);
                float position = (value - support[0]) / width;
                int lower = Math.Clamp((int)MathF.Floor(position), 0, atoms - 1), upper = Math.Clamp((int)MathF.Ceiling(position), 0, atoms - 1);
                float mass = probabilities[(row * atoms) + atom];
                projected[(row * atoms) + lower] += mass * (upper == lower ? 1 : upper - position);
                projected[(row * atoms) + upper] += mass * (position - lower);
            }
        }

        return projected;
    }
}
