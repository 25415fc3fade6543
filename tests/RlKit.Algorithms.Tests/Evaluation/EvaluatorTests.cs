namespace RlKit.Tests.Evaluation;

internal sealed class EvaluatorTests
{
    [Test]
    public void ShortEpisodesAreNotPreferred([Values(1, 10, 40)] int copies)
    {
        using var environment = new VectorAdaptor<float[], int>(() => new CoinLengths(), copies);
        EvaluationResult result = Evaluator.Evaluate(new RandomPolicy(environment.ObservationSpace, environment.ActionSpace), environment, 400, seed: 5);

        // Of the first 400 to finish on 40 copies, nearly all would be short.
        Assert.That(result.Episodes, Is.EqualTo(400));
        Assert.That(result.Lengths.Count(length => length == 100) / 400.0, Is.EqualTo(0.5).Within(0.08));
        Assert.That(result.Returns.Zip(result.Lengths), Has.All.Matches<(double Return, int Length)>(episode => Math.Abs(episode.Return - 0.01 * episode.Length) < 1e-9));
    }

    [Test]
    public void EveryCopyPlaysTheSameEpisodesAsAlone()
    {
        using IVectorEnvironment together = Environments.MakeVector("CartPole-v1", 3);
        var policy = new FunctionPolicy(together.ObservationSpace, (Discrete)together.ActionSpace, observation => observation[2] + observation[3] > 0 ? 1 : 0);
        EvaluationResult all = Evaluator.Evaluate(policy, together, 7, seed: 20);
        Assert.That(all.Episodes, Is.EqualTo(7));

        // Shares of 2, 2 and 3, copy i seeded with 20 + i.
        int[] shares = [2, 2, 3];
        int first = 0;
        for (int copy = 0; copy < 3; copy++)
        {
            using IVectorEnvironment alone = Environments.MakeVector("CartPole-v1", 1);
            Assert.That(Evaluator.Evaluate(policy, alone, shares[copy], seed: 20 + copy).Returns, Is.EqualTo(all.Returns.Skip(first).Take(shares[copy])));
            first += shares[copy];
        }
    }

    [Test]
    public void FewerEpisodesThanCopiesAreEnough()
    {
        using IVectorEnvironment environment = Environments.MakeVector("CartPole-v1", 8);
        Assert.That(Evaluator.Evaluate(new RandomPolicy(environment.ObservationSpace, environment.ActionSpace), environment, 3).Episodes, Is.EqualTo(3));
    }

    [Test]
    public void StatisticsAreThoseOfTheReturns()
    {
        var result = new EvaluationResult([4, 1, 3, 2, 100, 5, -90, 6], [1, 2, 3, 4, 5, 6, 7, 8]);
        Assert.That(result.Mean, Is.EqualTo(31 / 8.0));
        Assert.That(result.ToString(), Does.StartWith("3.88 +- ").And.EndWith(" over 8 episodes"));
        Assert.That(result.StandardDeviation, Is.EqualTo(Math.Sqrt((16 + 1 + 9 + 4 + 10_000 + 25 + 8_100 + 36) / 8.0 - 31 / 8.0 * 31 / 8.0)).Within(1e-9));
        Assert.That((result.Min, result.Max, result.Median), Is.EqualTo((-90.0, 100.0, 3.5)));
        Assert.That(result.InterquartileMean, Is.EqualTo(3.5), "2, 3, 4 and 5");
        Assert.That(result.MeanLength, Is.EqualTo(4.5));
        (double low, double high) = result.ConfidenceInterval();
        Assert.That(low, Is.LessThan(result.Mean));
        Assert.That(high, Is.GreaterThan(result.Mean));
        Assert.That(result.ConfidenceInterval(0.5).High, Is.LessThan(high));
        Assert.That(result.ConfidenceInterval(), Is.EqualTo((low, high)), "the same again");
    }

    [Test]
    public void TheConfidenceIntervalOfManyIsThatOfTheNormalDistribution()
    {
        var random = new Pcg64(1);
        double[] returns = [.. Enumerable.Range(0, 400).Select(_ => 10 + 3 * random.StandardNormal())];
        var result = new EvaluationResult(returns, new int[400]);
        double half = 1.96 * result.StandardDeviation / 20;
        (double low, double high) = result.ConfidenceInterval();
        Assert.That(low, Is.EqualTo(result.Mean - half).Within(0.05));
        Assert.That(high, Is.EqualTo(result.Mean + half).Within(0.05));
    }

    [Test]
    public void WhatCannotBeEvaluatedIsRefused()
    {
        using IVectorEnvironment cartPole = Environments.MakeVector("CartPole-v1", 1), acrobot = Environments.MakeVector("Acrobot-v1", 1);
        var policy = new RandomPolicy(cartPole.ObservationSpace, cartPole.ActionSpace);
        Assert.That(() => Evaluator.Evaluate(policy, acrobot, 1), Throws.ArgumentException.With.Message.Contains("make the environment as it was for training"));
        Assert.That(() => Evaluator.Evaluate(policy, cartPole, 0), Throws.TypeOf<ArgumentOutOfRangeException>());
        using IVectorEnvironment nextStep = Environments.MakeVector("CartPole-v1", 1, new VectorOptions { AutoresetMode = AutoresetMode.NextStep });
        Assert.That(() => Evaluator.Evaluate(policy, nextStep, 1), Throws.ArgumentException.With.Message.Contains("SameStep"));
        Assert.That(() => Evaluator.Evaluate(policy, cartPole, 100_000, cancellation: new CancellationToken(canceled: true)), Throws.TypeOf<OperationCanceledException>());
        Assert.That(() => new EvaluationResult([], []), Throws.ArgumentException);
        Assert.That(() => new EvaluationResult([1], [1]).ConfidenceInterval(1), Throws.TypeOf<ArgumentOutOfRangeException>());
    }
}
