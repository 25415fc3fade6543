using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using RlKit.Tensors;

namespace RlKit.Tests;

/// <summary>Whole updates of agents, written as a user writes them, against PyTorch's numbers.</summary>
[Category("Golden")]
public class SacUpdateTests
{
    [Test]
    public void Updates_are_those_of_PyTorch()
    {
        using JsonDocument document = Golden.Read("torch/e2e_sac");
        JsonElement root = document.RootElement, numbers = root.GetProperty("hyperparameters"), expected = root.GetProperty("per_update"), weights = root.GetProperty("initial_weights");
        int[] criticSizes = root.GetProperty("network").GetProperty("critic").Ints();
        Activation activation = EndToEnd.ActivationOf(root.GetProperty("network"));
        var critics = new Critics(criticSizes, activation);
        var targets = new Critics(criticSizes, activation);
        Match bounds = Regex.Match(numbers.GetProperty("log_std").GetString()!, @"min (-?[\d.]+), max (-?[\d.]+)$");
        var actor = new Actor(weights, activation, float.Parse(bounds.Groups[1].Value, CultureInfo.InvariantCulture), float.Parse(bounds.Groups[2].Value, CultureInfo.InvariantCulture));
        EndToEnd.SetWeights(critics.First, weights, "qf1.fc{0}");
        EndToEnd.SetWeights(critics.Second, weights, "qf2.fc{0}");
        EndToEnd.SetWeights(targets.First, weights, "qf1_target.fc{0}");
        EndToEnd.SetWeights(targets.Second, weights, "qf2_target.fc{0}");
        Tensor logAlpha = Tensor.From([numbers.GetProperty("initial_log_alpha").GetSingle()]);
        ParameterBuffer alphaParameters = ParameterBuffer.Pack([new("log_alpha", logAlpha)]);
        Adam criticOptimiser = EndToEnd.AdamOf(critics.Parameters, numbers, "q_lr"), actorOptimiser = EndToEnd.AdamOf(actor.Parameters, numbers, "policy_lr");
        Adam alphaOptimiser = EndToEnd.AdamOf(alphaParameters, numbers, "alpha_lr");
        Tensor scale = Tensor.From(root.GetProperty("action_scale").Singles()), offset = Tensor.From(root.GetProperty("action_bias").Singles());
        float gamma = numbers.GetProperty("gamma").GetSingle(), tau = numbers.GetProperty("tau").GetSingle(), targetEntropy = numbers.GetProperty("target_entropy").GetSingle();
        int updates = root.GetProperty("updates").GetInt32();
        for (int update = 0; update < updates; update++)
        {
            using var scope = new TensorScope();
            JsonElement data = root.GetProperty("data")[update], first = root.GetProperty("first_update");
            Tensor observations = data.GetProperty("obs").Tensor(), next = data.GetProperty("next_obs").Tensor(), actions = data.GetProperty("actions").Tensor();
            Tensor goal;
            using (Autograd.NoGrad())
            {
                (Tensor nextAction, Tensor nextLogProb) = actor.Policy(next, scale, offset).Sample(data.GetProperty("noise_next").Tensor());
                Tensor nextInput = Tensor.Concat(1, next, nextAction);
                Tensor value = Tensor.Minimum(targets.First.Forward(nextInput), targets.Second.Forward(nextInput)).Squeeze(1) - (logAlpha.Exp() * nextLogProb);
                goal = data.GetProperty("rewards").Tensor() + (gamma * (1 - data.GetProperty("terminated").Tensor()) * value);
                if (update == 0)
                {
                    GoldenValues.AssertClose(nextAction, first.GetProperty("next_actions"), 1e-5, "next_actions");
                    GoldenValues.AssertClose(nextLogProb, first.GetProperty("next_log_prob"), 1e-5, "next_log_prob");
                    GoldenValues.AssertClose(goal, first.GetProperty("q_target"), 1e-5, "q_target");
                }
            }

            Tensor input = Tensor.Concat(1, observations, actions);
            Tensor firstLoss = Loss.MeanSquaredError(critics.First.Forward(input).Squeeze(1), goal), secondLoss = Loss.MeanSquaredError(critics.Second.Forward(input).Squeeze(1), goal);
            criticOptimiser.ZeroGradients();
            (firstLoss + secondLoss).Backward();
            if (update == 0)
            {
                EndToEnd.AssertGradients(critics.First, root.GetProperty("first_gradients"), "qf1.fc{0}");
                EndToEnd.AssertGradients(critics.Second, root.GetProperty("first_gradients"), "qf2.fc{0}");
            }

            criticOptimiser.Step();

            Tensor actorLoss, chosen, logProb;
            actorOptimiser.ZeroGradients();
            using (critics.Parameters.Freeze())
            {
                (chosen, logProb) = actor.Policy(observations, scale, offset).Sample(data.GetProperty("noise_actor").Tensor());
                Tensor chosenInput = Tensor.Concat(1, observations, chosen);
                Tensor value = Tensor.Minimum(critics.First.Forward(chosenInput), critics.Second.Forward(chosenInput)).Squeeze(1);
                actorLoss = ((logAlpha.Detach().Exp() * logProb) - value).Mean();
                actorLoss.Backward();
            }

            if (update == 0)
            {
                GoldenValues.AssertClose(chosen, first.GetProperty("actor_actions"), 1e-5, "actor_actions");
                GoldenValues.AssertClose(logProb, first.GetProperty("actor_log_prob"), 1e-5, "actor_log_prob");
                foreach ((string name, Tensor parameter) in actor.Named()) GoldenValues.AssertClose(parameter.Grad, root.GetProperty("first_gradients").GetProperty(name), 1e-5, $"gradient of {name}");
            }

            actorOptimiser.Step();

            Tensor freshLogProb;
            using (Autograd.NoGrad()) (_, freshLogProb) = actor.Policy(observations, scale, offset).Sample(data.GetProperty("noise_alpha").Tensor());
            if (update == 0) GoldenValues.AssertClose(freshLogProb, first.GetProperty("alpha_log_prob"), 1e-4, "alpha_log_prob");
            alphaOptimiser.ZeroGradients();
            Tensor alphaLoss = (-logAlpha.Exp() * (freshLogProb + targetEntropy)).Mean();
            alphaLoss.Backward();
            alphaOptimiser.Step();
            targets.Parameters.Lerp(critics.Parameters, tau);

            EndToEnd.AssertSeries(firstLoss.Item(), expected, "qf1_loss", update);
            EndToEnd.AssertSeries(secondLoss.Item(), expected, "qf2_loss", update);
            EndToEnd.AssertSeries(actorLoss.Item(), expected, "actor_loss", update);
            EndToEnd.AssertSeries(alphaLoss.Item(), expected, "alpha_loss", update);
            EndToEnd.AssertSeries(logAlpha.Item(), expected, "log_alpha_after", update);
            EndToEnd.AssertSeries(logAlpha.Exp().Item(), expected, "alpha_after", update);
            if (update == 0) AssertWeights("weights_after_1");
        }

        AssertWeights($"weights_after_{updates}");

        void AssertWeights(string name)
        {
            JsonElement after = root.GetProperty(name);
            EndToEnd.AssertWeights(critics.First, after, "qf1.fc{0}");
            EndToEnd.AssertWeights(critics.Second, after, "qf2.fc{0}");
            EndToEnd.AssertWeights(targets.First, after, "qf1_target.fc{0}");
            EndToEnd.AssertWeights(targets.Second, after, "qf2_target.fc{0}");
            foreach ((string parameterName, Tensor parameter) in actor.Named()) GoldenValues.AssertClose(parameter, after.GetProperty(parameterName), 1e-4, parameterName);
        }
    }

    private sealed class Critics : Module
    {
        public Critics(int[] sizes, Activation activation)
        {
            First = Add("qf1", EndToEnd.Mlp(sizes, activation));
            Second = Add("qf2", EndToEnd.Mlp(sizes, activation));
        }

        public Sequential First { get; }

        public Sequential Second { get; }
    }

    private sealed class Actor : Module
    {
        private readonly (string Name, Linear Layer)[] _layers;
        private readonly Activation _activation;
        private readonly float _lowest;
        private readonly float _highest;

        public Actor(JsonElement weights, Activation activation, float lowest, float highest)
        {
            (_activation, _lowest, _highest) = (activation, lowest, highest);
            var generator = new Generator(0);
            _layers = [.. new[] { "fc1", "fc2", "mean", "logstd" }.Select(name =>
            {
                Shape shape = weights.GetProperty($"actor.{name}.w").Shape();
                return (name, Add(name, new Linear(shape[1], shape[0], generator)));
            })];
            foreach ((string name, Tensor parameter) in Named()) parameter.CopyFrom(weights.GetProperty(name).Singles());
        }

        public SquashedGaussian Policy(Tensor observations, Tensor scale, Tensor offset)
        {
            Tensor features = _layers[1].Layer.Forward(_layers[0].Layer.Forward(observations, _activation), _activation);
            Tensor logStandardDeviation = _lowest + (0.5f * (_highest - _lowest) * (_layers[3].Layer.Forward(features).Tanh() + 1));
            return new SquashedGaussian(_layers[2].Layer.Forward(features), logStandardDeviation, scale, offset);
        }

        public IEnumerable<(string Name, Tensor Parameter)> Named()
        {
            foreach ((string name, Linear layer) in _layers)
            {
                yield return ($"actor.{name}.w", layer.Weight);
                yield return ($"actor.{name}.b", layer.Bias!.Value);
            }
        }
    }
}
