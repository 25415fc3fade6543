using RlKit.Tests.Environments;

namespace RlKit.Tests.Wrappers;

/// <summary>What each wrapper does. Numbers that are no plain arithmetic were made by running Gymnasium 1.4 on the same environment.</summary>
public class WrapperTests
{
    [Test]
    public void TimeLimit_TruncatesAtTheLastStep_WhateverTerminatedIs()
    {
        using TimeLimit<float[], int> environment = new Scripted().WithTimeLimit(3);
        environment.Reset();
        Assert.That(Flags(environment.Step(0)), Is.EqualTo((false, false)));
        Assert.That(Flags(environment.Step(0)), Is.EqualTo((false, false)));
        Assert.That(Flags(environment.Step(0)), Is.EqualTo((true, true)));
        Assert.That(environment.ElapsedSteps, Is.EqualTo(3));
        environment.Reset();
        Assert.That(environment.ElapsedSteps, Is.Zero);
        Assert.That(environment.WithTimeLimit(2).MaxEpisodeSteps, Is.EqualTo(2));
        Assert.That(environment.WithTimeLimit(9).MaxEpisodeSteps, Is.EqualTo(3));
    }

    [Test]
    public void OrderEnforcing_RefusesWhatComesBeforeTheFirstReset()
    {
        using var environment = new OrderEnforcing<float[], int>(new Lawless());
        Assert.That(() => environment.Step(0), Throws.InvalidOperationException.With.Message.EqualTo("Step was called on Lawless before the first Reset; call Reset first."));
        Assert.That(() => environment.Render(), Throws.InvalidOperationException.With.Message.StartsWith("Render was called on Lawless"));
        Assert.That(() => environment.RenderText(), Throws.InvalidOperationException.With.Message.StartsWith("RenderText was called on Lawless"));
        environment.Reset();
        Assert.That(environment.Step(0).Reward, Is.EqualTo(1));
        Assert.That(environment.EnforcesOrder);
    }

    [Test]
    public void PassiveEnvChecker_LooksAtTheFirstResetAndStep_AndNoFurther()
    {
        var lawless = new Lawless { Observation = [7, 0] };
        Assert.That(
            () => new PassiveEnvChecker<float[], int>(lawless).Reset(),
            Throws.InvalidOperationException.With.Message.EqualTo(
                $"Lawless: Reset returned the observation [7, 0], which is not in the observation space {lawless.ObservationSpace}; mend the observation or the space. EnvironmentChecker.Check looks for more."));

        lawless.Observation = [float.NaN, 0];
        Assert.That(() => new PassiveEnvChecker<float[], int>(lawless).Step(0), Throws.InvalidOperationException.With.Message.Contains("the observation [NaN, 0]"));

        lawless.Observation = [0];
        Assert.That(() => new PassiveEnvChecker<float[], int>(lawless).Step(0), Throws.InvalidOperationException.With.Message.Contains("the observation [0]"));

        lawless.Observation = null!;
        Assert.That(() => new PassiveEnvChecker<float[], int>(lawless).Step(0), Throws.InvalidOperationException.With.Message.Contains("Step returned null for the observation"));

        lawless.Observation = [0, 0];
        lawless.Reward = double.NaN;
        var checker = new PassiveEnvChecker<float[], int>(lawless);
        Assert.That(() => checker.Step(0), Throws.InvalidOperationException.With.Message.Contains("the reward of Step is NaN; return a finite number"));
        Assert.That(checker.Step(0).Reward, Is.NaN, "Only the first step is checked.");

        lawless.Info = null!;
        Assert.That(() => new PassiveEnvChecker<float[], int>(lawless).Reset(), Throws.InvalidOperationException.With.Message.Contains("Reset returned null for the info"));
    }

    [Test]
    public void RecordEpisodeStatistics_TellsReturnLengthAndTime()
    {
        using RecordEpisodeStatistics<float[], int> environment = new Scripted().WithEpisodeStatistics(capacity: 2);
        for (int episode = 0; episode < 3; episode++)
        {
            environment.Reset();
            Assert.That(environment.Step(0).Info.Contains("episode"), Is.False);
            environment.Step(0);
            Info told = environment.Step(0).Info.Get<Info>("episode");
            Assert.That(told.Get<int>("l"), Is.EqualTo(3));
            Assert.That(told.Get<double>("r"), Is.EqualTo(1.5 + (12 * episode)));
            Assert.That(told.Get<double>("t"), Is.GreaterThanOrEqualTo(0));
        }

        Assert.That(environment.EpisodeCount, Is.EqualTo(3));
        Assert.That(environment.RecentEpisodes.Select(episode => episode.Return), Is.EqualTo(new[] { 13.5, 25.5 }));
        Assert.That(environment.RecentEpisodes.Select(episode => episode.Length), Is.EqualTo(new[] { 3, 3 }));
    }

    [Test]
    public void FrameStack_RepeatsTheFirstObservation_ThenMovesOn()
    {
        using FrameStack<float, int> environment = new Scripted().WithFrameStack(3);
        Assert.That(environment.ObservationSpace.Shape.ToArray(), Is.EqualTo(new[] { 3, 2 }));
        Assert.That(environment.ObservationSpace.ToString(), Is.EqualTo("Box(-10.0, 10.0, (3, 2), float32)"));

        StackedFrames<float> frames = environment.Reset().Observation;
        Assert.That(frames.ToArray(), Is.EqualTo(new[] { -0.5f, -2.75f, -0.5f, -2.75f, -0.5f, -2.75f }));
        frames = environment.Step(0).Observation;
        Assert.That(frames.ToArray(), Is.EqualTo(new[] { -0.5f, -2.75f, -0.5f, -2.75f, 0, -2 }));
        Assert.That(frames[^1].ToArray(), Is.EqualTo(new[] { 0f, -2 }));
        Assert.That(frames.Count, Is.EqualTo(3));
        Assert.That(frames.FrameLength, Is.EqualTo(2));
        Assert.That(environment.ObservationSpace.Contains(frames));
        Assert.That(environment.ReusesObservation);
        environment.Step(0);
        Assert.That(environment.Step(0).Observation.ToArray(), Is.EqualTo(new[] { 0, -2, 0.5f, -0.75f, 1, 1 }));
        Assert.That(environment.Reset().Observation.ToArray(), Is.EqualTo(new[] { 1.5f, 3.25f, 1.5f, 3.25f, 1.5f, 3.25f }));
    }

    [TestCase(1)]
    [TestCase(4)]
    public void FrameStack_HoldsTheLastFrames_OverManySteps(int count)
    {
        using var plain = new Game(reuse: false);
        using FrameStack<byte, int> stacked = new Game().WithFrameStack(count);
        var held = new Queue<byte[]>();
        void Restart(byte[] frame)
        {
            held.Clear();
            for (int i = 0; i < count; i++) held.Enqueue(frame);
        }

        Restart(plain.Reset(seed: 3).Observation);
        stacked.Reset(seed: 3);
        for (int step = 0; step < 300; step++)
        {
            StepResult<byte[]> expected = plain.Step(step % 3);
            StepResult<StackedFrames<byte>> result = stacked.Step(step % 3);
            held.Dequeue();
            held.Enqueue(expected.Observation);
            Assert.That(result.Observation.Span.SequenceEqual(held.SelectMany(frame => frame).ToArray()), $"step {step}");
            Assert.That(result.Reward, Is.EqualTo(expected.Reward));
            if (!expected.Done) continue;
            Restart(plain.Reset().Observation);
            Assert.That(stacked.Reset().Observation.Span.SequenceEqual(held.SelectMany(frame => frame).ToArray()));
        }
    }

    [Test]
    public void ClipAction_TakesAnyNumber_ButNaN()
    {
        var drift = new Drift();
        using ClipAction<float[]> environment = drift.WithClipAction();
        environment.Reset(seed: 0);
        environment.Step([100, -100]);
        Assert.That(drift.LastAction, Is.EqualTo(new[] { 2, 0.5f }));
        environment.Step([-1, float.PositiveInfinity]);
        Assert.That(drift.LastAction, Is.EqualTo(new[] { -1, 3f }));
        Assert.That(environment.ActionSpace, Is.EqualTo(new Box<float>(float.NegativeInfinity, float.PositiveInfinity, [2])));
        Assert.That(() => environment.Step([0, float.NaN]), Throws.ArgumentException.With.Message.StartsWith("Element 1 of the action is NaN, which cannot be clipped; give a number."));
    }

    [Test]
    public void RescaleAction_ScalesEndToEnd()
    {
        var drift = new Drift();
        using RescaleAction<float[]> environment = drift.WithRescaleAction();
        environment.Reset(seed: 0);
        environment.Step([-1, -1]);
        Assert.That(drift.LastAction, Is.EqualTo(new[] { -2, 0.5f }));
        environment.Step([1, 1]);
        Assert.That(drift.LastAction, Is.EqualTo(new[] { 2f, 3 }));
        environment.Step([0.3f, -0.7f]);
        Assert.That(drift.LastAction, Is.EqualTo(new[] { 0.6f, 0.875f }).Within(1e-6f));
        Assert.That(environment.ActionSpace, Is.EqualTo(new Box<float>(-1, 1, [2])));
        Assert.That(() => environment.Step([0, 1.5f]), Throws.ArgumentException.With.Message.StartsWith("Action [0, 1.5] is not one of Box(-1.0, 1.0, (2,), float32)"));
    }

    [Test]
    public void RescaleAction_NeverLeavesTheBounds()
    {
        // The bounds are such that the plain formula in single precision ends one step beyond them.
        var space = new Box<float>([0.1f], [7.3f]);
        using RescaleAction<float[]> environment = new Echo(space).WithRescaleAction(-0.7f, 0.9f);
        environment.Reset(seed: 0);
        for (float action = -0.7f; action <= 0.9f; action = MathF.BitIncrement(action) + 0.001f)
            Assert.That(environment.Step([action]).Observation[0], Is.InRange(0.1f, 7.3f));
        Assert.That(environment.Step([0.9f]).Observation[0], Is.EqualTo(7.3f));
    }

    [Test]
    public void RescaleObservation_ScalesEndToEnd_AndKeepsOpenElements()
    {
        var from = new Box<float>([-2, 0.1f, float.NegativeInfinity], [2, 7.3f, float.PositiveInfinity]);
        var to = new Box<float>([-1, 0, float.NegativeInfinity], [1, 1, float.PositiveInfinity]);
        using var environment = new RescaleObservation<float[]>(new Echo(from), to);
        environment.Reset(seed: 0);
        Assert.That(environment.Step([0.5f, 3.3f, 9]).Observation, Is.EqualTo(new[] { 0.25f, 0.4444444f, 9 }).Within(1e-6f));
        Assert.That(environment.Step([-2, 7.3f, -4]).Observation, Is.EqualTo(new[] { -1f, 1, -4 }));
        Assert.That(environment.ObservationSpace, Is.EqualTo(to));
        Assert.That(
            () => new Echo(from).WithRescaleObservation(-1, 1),
            Throws.ArgumentException.With.Message.StartsWith("Element 2 has a bound of -Infinity on one side of the scaling and -1 on the other; an infinite bound can only stay infinite."));
    }

    [Test]
    public void NormalizeObservation_EqualsGymnasiums()
    {
        float[][] expected =
        [
            [-0.004472968f, -0.00940338f], [0.99955016f, 0.9985304f], [1.2246429f, 1.3130058f], [1.3416119f, 1.4967445f],
            [1.4142066f, 1.6187508f], [1.463851f, 1.7059543f], [1.5000037f, 1.7714729f], [1.5275297f, 1.8225313f],
        ];
        using NormalizeObservation<int> environment = new Scripted().WithNormalizeObservation();
        for (int i = 0; i < 8; i++)
        {
            float[] observation = i % 4 == 0 ? environment.Reset().Observation : environment.Step(0).Observation;
            Assert.That(observation, Is.EqualTo(expected[i]).Within(2e-5f), $"observation {i}");
        }

        Assert.That(environment.Statistics.Mean.ToArray(), Is.EqualTo(new[] { 1.2499844, 3.3749578 }).Within(1e-6));
        Assert.That(environment.Statistics.Variance.ToArray(), Is.EqualTo(new[] { 1.3125155, 27.890432 }).Within(1e-5));
        Assert.That(environment.Statistics.Count, Is.EqualTo(8.0001));

        environment.IsFrozen = true;
        double mean = environment.Statistics.Mean[0];
        float[] frozen = environment.Reset().Observation;
        Assert.That(environment.Statistics.Mean[0], Is.EqualTo(mean));
        Assert.That(frozen[0], Is.EqualTo((3.5 - mean) / Math.Sqrt(environment.Statistics.Variance[0] + 1e-8)).Within(1e-6));
    }

    [Test]
    public void NormalizeReward_EqualsGymnasiums()
    {
        double[] expected =
        [
            -44.72225369098798, 1.8175959865084756, 1.7780696351403837, 1.6818768871340453, 1.288220268156035, 1.0879763661808004, 1.0695184121900811, 0.9280365888846416, 1.1000906909062538,
        ];
        using NormalizeReward<float[], int> environment = new Scripted().WithNormalizeReward(gamma: 0.9);
        var rewards = new List<double>();
        for (int episode = 0; episode < 3; episode++)
        {
            environment.Reset();
            for (int step = 0; step < 3; step++) rewards.Add(environment.Step(0).Reward);
        }

        Assert.That(rewards, Is.EqualTo(expected).Within(1e-9));
        Assert.That(environment.Statistics.Mean[0], Is.EqualTo(9.282311863201521).Within(1e-12));
        Assert.That(environment.Statistics.Variance[0], Is.EqualTo(74.57447956598122).Within(1e-11));
    }

    [Test]
    public void RewardWrappers_ChangeTheRewardAlone()
    {
        using IEnvironment<float[], int> clipped = new Scripted().WithClipReward(-0.25, 1);
        using IEnvironment<float[], int> signs = new Scripted().WithTransformReward(reward => reward - 0.5).WithSignReward();
        clipped.Reset();
        signs.Reset();
        Assert.That(new[] { clipped.Step(0).Reward, clipped.Step(0).Reward, clipped.Step(0).Reward }, Is.EqualTo(new[] { -0.25, 0.5, 1 }));
        Assert.That(new[] { signs.Step(0).Reward, signs.Step(0).Reward, signs.Step(0).Reward }, Is.EqualTo(new[] { -1.0, 0, 1 }));
    }

    [Test]
    public void TransformWrappers_PutValuesThroughAFunction()
    {
        var drift = new Drift();
        using IEnvironment<float[], int> discrete = drift
            .WithTransformAction((int action) => new[] { action - 1, 1.5f }, new Discrete(3))
            .WithTransformObservation(observation => new[] { observation[0] * 10 }, new Box<float>(float.NegativeInfinity, float.PositiveInfinity, [1]));
        float before = discrete.Reset(seed: 4).Observation[0];
        float after = discrete.Step(2).Observation[0];
        Assert.That(drift.LastAction, Is.EqualTo(new[] { 1, 1.5f }));
        Assert.That(after - before, Is.InRange(0.9f, 3.1f));
        Assert.That(discrete.ActionSpace, Is.EqualTo(new Discrete(3)));
    }

    [Test]
    public void GrayscaleObservation_EqualsGymnasiums()
    {
        byte[] picture = [255, 255, 255, 255, 0, 0, 0, 255, 0, 0, 0, 255, 10, 20, 30, 200, 100, 50];
        using GrayscaleObservation<byte[]> environment = new Echo<byte>(new Box<byte>(0, 255, [2, 3, 3])).WithGrayscaleObservation();
        environment.Reset(seed: 0);
        Assert.That(environment.Step(picture).Observation, Is.EqualTo(new byte[] { 255, 54, 182, 18, 18, 117 }));
        Assert.That(environment.ObservationSpace, Is.EqualTo(new Box<byte>(0, 255, [2, 3])));
        Assert.That(new Echo<byte>(new Box<byte>(0, 255, [2, 3, 3])).WithGrayscaleObservation(keepDimension: true).ObservationSpace, Is.EqualTo(new Box<byte>(0, 255, [2, 3, 1])));
        Assert.That(
            () => new Echo<byte>(new Box<byte>(0, 255, [2, 3])).WithGrayscaleObservation(),
            Throws.ArgumentException.With.Message.StartsWith("Grey pictures are made from pictures of shape (height, width, 3), but the observations are Box(0, 255, (2, 3), uint8)."));
    }

    [Test]
    public void FlattenObservation_GivesTheFlattenedSpace()
    {
        using FlattenObservation<int, int> environment = new Counter().WithFlattenObservation();
        Assert.That(environment.ObservationSpace, Is.EqualTo(new Box<float>(0, 1, [4])));
        Assert.That(environment.Reset().Observation, Is.EqualTo(new[] { 1f, 0, 0, 0 }));
        Assert.That(environment.Step(0).Observation, Is.EqualTo(new[] { 0f, 1, 0, 0 }));
    }

    [Test]
    public void FilterObservation_KeepsTheNamedParts()
    {
        using FilterObservation<int> environment = new Rooms().WithFilterObservation("position");
        Assert.That(environment.Reset(seed: 1).Observation.Keys, Is.EqualTo(new[] { "position" }));
        Assert.That(environment.Step(0).Observation.Keys, Is.EqualTo(new[] { "position" }));
        Assert.That(((DictSpace)environment.ObservationSpace).Keys, Is.EqualTo(new[] { "position" }));
        Assert.That(environment.ObservationSpace.Contains(environment.Step(0).Observation));
        Assert.That(() => new Rooms().WithFilterObservation("room", "colour"), Throws.ArgumentException.With.Message.StartsWith("The observation has no part 'colour'; its parts are room, position."));
        Assert.That(() => new Rooms().WithFilterObservation(), Throws.ArgumentException.With.Message.StartsWith("There are no keys, so that nothing of the observation would be left; name the parts to keep."));
        Assert.That(() => new Rooms().WithFilterObservation("room", "room"), Throws.ArgumentException.With.Message.StartsWith("The key 'room' is there twice."));
    }

    [Test]
    public void TimeAwareObservation_EqualsGymnasiums()
    {
        using TimeAwareObservation<int> steps = new Scripted().WithTimeLimit(5).WithTimeAwareObservation();
        Assert.That(steps.Reset().Observation, Is.EqualTo(new[] { -0.5f, -2.75f, 0 }));
        Assert.That(steps.Step(0).Observation, Is.EqualTo(new[] { 0f, -2, 1 }));
        Assert.That(steps.Step(0).Observation, Is.EqualTo(new[] { 0.5f, -0.75f, 2 }));
        Assert.That(steps.ObservationSpace, Is.EqualTo(new Box<float>([-10, -10, 0], [10, 10, 5])));

        using TimeAwareObservation<int> parts = new Scripted().WithTimeLimit(5).WithTimeAwareObservation(normalizeTime: true);
        Assert.That(parts.Reset().Observation[2], Is.Zero);
        Assert.That(parts.Step(0).Observation[2], Is.EqualTo(0.2f));
        Assert.That(() => new Scripted().WithTimeAwareObservation(), Throws.ArgumentException.With.Message.StartsWith("Scripted has no time limit; put a TimeLimit around it first."));
    }

    [Test]
    public void MaxAndSkip_DividesTheLimit([Values(1, 4, 5, int.MaxValue)] int limit)
    {
        using var environment = new Walk().WithTimeLimit(limit).WithMaxAndSkip(4);
        Assert.That(environment.MaxEpisodeSteps, Is.EqualTo((int)Math.Ceiling(limit / 4.0)));
    }

    [TestCase(true)]
    [TestCase(false)]
    public void MaxAndSkip_AddsRewardsUp_AndTakesTheLargerOfTheLastTwo(bool reuse)
    {
        using var plain = new Game(reuse: false);
        using MaxAndSkip<byte, int> environment = new Game(reuse).WithMaxAndSkip(3);
        plain.Reset(seed: 5);
        environment.Reset(seed: 5);
        for (int step = 0; step < 20; step++)
        {
            double reward = 0;
            byte[]? before = null, last = null;
            bool done = false;
            for (int i = 0; i < 3 && !done; i++)
            {
                StepResult<byte[]> result = plain.Step(1);
                (before, last, reward, done) = (last, result.Observation, reward + result.Reward, result.Done);
            }

            StepResult<byte[]> skipped = environment.Step(1);
            Assert.That(skipped.Reward, Is.EqualTo(reward));
            Assert.That(skipped.Done, Is.EqualTo(done));
            Assert.That(skipped.Observation, Is.EqualTo(last!.Zip(before ?? last!, Math.Max)), "An early end compares frames of this very step.");
            if (!done) continue;
            plain.Reset();
            environment.Reset();
        }
    }

    [Test]
    public void NoopReset_IdlesOneToNSteps()
    {
        var game = new Game();
        using NoopReset<byte[]> environment = game.WithNoopReset(4);
        var seen = new HashSet<int>();
        for (int seed = 0; seed < 60; seed++)
        {
            environment.Reset(seed);
            Assert.That(game.Actions, Is.All.Zero);
            seen.Add(game.Actions.Count);
        }

        Assert.That(seen.Order(), Is.EqualTo(new[] { 1, 2, 3, 4 }));
    }

    [Test]
    public void NoopReset_StartsAgainWhenTheGameEndsMeanwhile()
    {
        using NoopReset<byte[]> environment = new Game().WithTimeLimit(1).WithNoopReset(3);
        for (int seed = 0; seed < 10; seed++)
        {
            environment.Reset(seed);
            Assert.That(environment.Step(1).Truncated, "The episode is a new one, so that a step may follow.");
        }
    }

    [Test]
    public void FireReset_PressesFireAndTheNextButton()
    {
        var game = new Game();
        using FireReset<byte[]> environment = game.WithFireReset();
        environment.Reset(seed: 0);
        Assert.That(game.Actions, Is.EqualTo(new[] { 1, 2 }));
    }

    [Test]
    public void EpisodicLife_EndsAtALostLife_AndGoesOnInTheSameGame()
    {
        var game = new Game();
        using EpisodicLife<byte[]> environment = game.WithEpisodicLife();
        environment.Reset(seed: 0);
        for (int life = 3; life > 0; life--)
        {
            Assert.That(game.Lives, Is.EqualTo(life));
            while (!environment.Step(2).Terminated) Assert.That(game.Lives, Is.EqualTo(life));
            int played = game.Actions.Count;
            environment.Reset();
            if (life > 1)
            {
                Assert.That(game.Actions, Has.Count.EqualTo(played + 1), "An idle step leads to the next life.");
                Assert.That(game.Actions[^1], Is.Zero);
            }
            else
            {
                Assert.That(game.Actions, Is.Empty, "The game was over, and a new one has begun.");
            }
        }

        environment.Step(0);
        environment.Reset(seed: 0);
        Assert.That(game.Lives, Is.EqualTo(3));
        Assert.That(game.Actions, Is.Empty, "A seed starts a new game.");
    }

    [Test]
    public void Autoreset_ResetsInTheStepAfterTheLast()
    {
        using Autoreset<float[], int> environment = new Scripted().WithAutoreset();
        environment.Reset();
        environment.Step(0);
        environment.Step(0);
        Assert.That(environment.Step(0).Terminated);
        StepResult<float[]> reset = environment.Step(1);
        Assert.That((reset.Reward, reset.Terminated, reset.Truncated), Is.EqualTo((0.0, false, false)));
        Assert.That(reset.Observation, Is.EqualTo(new[] { 1.5f, 3.25f }));
        Assert.That(environment.Step(0).Reward, Is.EqualTo(3.5));
    }

    [Test]
    public void RandomAction_ReplacesThatPartOfTheActions_AndTellsWhich()
    {
        using RandomAction<int, int> environment = new Counter().WithRandomAction(0.35);
        environment.Reset(seed: 1);
        int replaced = 0, different = 0;
        for (int step = 0; step < 1_000_000; step++)
        {
            StepResult<int> result = environment.Step(0);
            bool told = result.Info.Get<bool>("action_replaced");
            int executed = result.Info.Get<int>("executed_action");
            if (told) replaced++;
            if (executed != 0) different++;
            if (!told && executed != 0) Assert.Fail("An action was replaced without being told.");
        }

        Assert.That(replaced / 1e6, Is.EqualTo(0.35).Within(0.005));
        Assert.That(different / 1e6, Is.EqualTo(0.35 * 3 / 4).Within(0.005));
    }

    [Test]
    public void RandomAction_IsDecidedByTheSeedOfTheReset()
    {
        Assert.That(Executed(seed: 7, own: null), Is.EqualTo(Executed(seed: 7, own: null)));
        Assert.That(Executed(seed: 7, own: null), Is.Not.EqualTo(Executed(seed: 8, own: null)));
        Assert.That(Executed(seed: 7, own: 1), Is.EqualTo(Executed(seed: 7, own: 1)));
        Assert.That(Executed(seed: 7, own: 1), Is.Not.EqualTo(Executed(seed: 7, own: 2)));
        Assert.That(Executed(seed: null, own: 5), Is.EqualTo(Executed(seed: null, own: 5)), "A seed of its own decides where the reset has none.");

        static int[] Executed(long? seed, long? own)
        {
            using RandomAction<int, int> environment = new Counter().WithRandomAction(0.5, own);
            environment.Reset(seed);
            return [.. Enumerable.Range(0, 50).Select(_ => environment.Step(0).Info.Get<int>("executed_action"))];
        }
    }

    [Test]
    public void RandomAction_OfRealNumbers_TellsWhatWasAskedAndDone()
    {
        var drift = new Drift();
        using RandomAction<float[], float[]> environment = drift.WithRandomAction(1);
        environment.Reset(seed: 2);
        float[] asked = [0.25f, 1];
        Info info = environment.Step(asked).Info;
        Assert.That(info.Get<float[]>("requested_action"), Is.EqualTo(asked));
        Assert.That(info.Get<float[]>("executed_action"), Is.EqualTo(drift.LastAction));
        Assert.That(drift.LastAction, Is.Not.EqualTo(asked));
        Assert.That(info.Get<bool>("action_replaced"));
    }

    [Test]
    public void RandomAction_RefusesAnIllegalActionEvenWhereItIsReplaced()
    {
        using RandomAction<int, int> environment = new Counter().WithRandomAction(1);
        environment.Reset(seed: 0);
        Assert.That(() => environment.Step(4), Throws.ArgumentException.With.Message.EqualTo("Action 4 is not one of Discrete(4): it has to be a whole number from 0 to 3. (Parameter 'action')"));
    }

    [Test]
    public void StickyAction_RepeatsTheLastExecutedAction()
    {
        using StickyAction<int, int> environment = new Counter().WithStickyAction(0.25);
        environment.Reset(seed: 1);
        int last = -1, replaced = 0;
        for (int step = 0; step < 100_000; step++)
        {
            int asked = step % 4;
            Info info = environment.Step(asked).Info;
            int executed = info.Get<int>("executed_action");
            bool sticky = info.Get<bool>("action_replaced");
            if (info.Get<int>("requested_action") != asked || executed != (sticky ? last : asked)) Assert.Fail($"Step {step} executed {executed}.");
            if (sticky) replaced++;
            last = executed;
        }

        Assert.That(replaced / 1e5, Is.EqualTo(0.25).Within(0.01));
        environment.Reset(seed: 1);
        Assert.That(environment.Step(3).Info.Get<bool>("action_replaced"), Is.False, "The first step of an episode is never replaced.");
    }

    [Test]
    public void ReplacedActions_OfTwoWrappers_TellWhatReachedTheEnvironment()
    {
        var counter = new Counter();
        using IEnvironment<int, int> environment = counter.WithRandomAction(0.5).WithStickyAction(0.5);
        environment.Reset(seed: 3);
        for (int step = 0; step < 200; step++)
        {
            Info info = environment.Step(step % 4).Info;
            Assert.That(info.Get<int>("requested_action"), Is.EqualTo(step % 4));
            Assert.That(info.Get<int>("executed_action"), Is.EqualTo(counter.LastAction));
            if (counter.LastAction != step % 4) Assert.That(info.Get<bool>("action_replaced"));
        }
    }

    [Test]
    public void Wrappers_GiveNewArraysAroundAnEnvironmentThatDoes()
    {
        using IEnvironment<float[], int> environment = new Walk(reuse: false).WithTimeLimit(50).WithRescaleObservation(-1, 1).WithTimeAwareObservation().WithNormalizeObservation();
        Assert.That(environment.ReusesObservation, Is.False);
        float[] first = environment.Reset(seed: 0).Observation;
        float[] kept = (float[])first.Clone();
        for (int i = 0; i < 3; i++) environment.Step(1);
        Assert.That(first, Is.EqualTo(kept));
    }

    private static (bool Terminated, bool Truncated) Flags(StepResult<float[]> result) => (result.Terminated, result.Truncated);
}
