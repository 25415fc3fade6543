using System.Globalization;
using System.Text.Json;
using RlKit.Tests.Video;
using RlKit.Tracking;

namespace RlKit.Tests.Cli;

[Parallelizable(ParallelScope.All)]
internal sealed class TrainCommandTests
{
    private static readonly string[] Fields =
    [
        "run_id", "env_id", "algo", "seed", "global_step", "wall_seconds", "steps_per_second", "train_return_mean_100", "eval_return_mean", "eval_return_std", "policy_path", "run_dir",
    ];

    [Test]
    public void TheLastLineIsAJsonObjectAndTheRunExplainsItself()
    {
        using var folder = new TemporaryFolder();
        (int exitCode, string output, string errors) = Rlkit.Run(
            "train", "ppo", "--env-id", "CartPole-v1", "--total-timesteps", "4_000", "--seed", "3", "--exp-name", "étude 1", "--project", "проект", "--runs-dir", folder.Path, "--eval-episodes", "7", "--json");

        Assert.That(exitCode, Is.Zero, errors);
        using JsonDocument json = JsonDocument.Parse(output.TrimEnd().Split('\n')[^1]);
        JsonElement result = json.RootElement;
        Assert.That(result.EnumerateObject().Select(property => property.Name), Is.EqualTo(Fields));
        Assert.That(result.GetProperty("env_id").GetString(), Is.EqualTo("CartPole-v1"));
        Assert.That(result.GetProperty("algo").GetString(), Is.EqualTo("ppo"));
        Assert.That(result.GetProperty("seed").GetInt64(), Is.EqualTo(3));
        Assert.That(result.GetProperty("global_step").GetInt64(), Is.EqualTo(4_000));
        Assert.That(result.GetProperty("steps_per_second").GetDouble(), Is.EqualTo(4_000 / result.GetProperty("wall_seconds").GetDouble()).Within(1).Percent);

        RunDirectory run = RunDirectory.Open(result.GetProperty("run_dir").GetString()!);
        Assert.That(run.Info.Id, Is.EqualTo(result.GetProperty("run_id").GetString()));
        Assert.That(run.Info.Identity, Is.EqualTo(new RunIdentity("ppo", "CartPole-v1", "étude 1", 3, "проект")));
        Assert.That(run.State, Is.EqualTo(RunState.Finished));
        Assert.That(run.FolderPath, Does.StartWith(Path.Combine(folder.Path, "проект", "CartPole-v1__étude-1__3__")));
        Assert.That(result.GetProperty("policy_path").GetString(), Is.EqualTo(run.PolicyPath));
        Assert.That(File.Exists(run.PolicyPath));

        IReadOnlyDictionary<string, object?> configuration = run.ReadConfiguration(), summary = run.ReadSummary();
        Assert.That(configuration["options/learning_rate"], Is.EqualTo(2.5e-4));
        Assert.That(configuration["train/num_envs"], Is.EqualTo(4));
        Assert.That(configuration["env/observation_space"], Does.StartWith("Box("));
        Assert.That(summary["eval_return_mean"], Is.EqualTo(result.GetProperty("eval_return_mean").GetDouble()));
        Assert.That(summary["eval_episodes"], Is.EqualTo(7));

        IReadOnlyList<EpisodeRow> episodes = EpisodesFile.Read(run.EpisodesPath);
        Assert.That(result.GetProperty("train_return_mean_100").GetDouble(), Is.EqualTo(episodes.TakeLast(100).Average(episode => episode.Return)).Within(1e-9));
        Assert.That(MetricsFile.Scalars(run.MetricsPath, Metrics.EpisodeReturnMean).Select(record => record.Step), Is.EqualTo(new long[] { 1_000, 2_000, 3_000, 4_000 }));

        // All that is for people is on the other stream.
        Assert.That(errors, Does.Contain("ppo on CartPole-v1, seed 3, 4 environments, to step 4,000").And.Contain("learning_rate 0.00025").And.Contain("time: environment ").And.Contain("update "));
        Assert.That(File.ReadAllText(run.ConsolePath), Is.EqualTo(errors));
        Assert.That(MetricsFile.Scalars(run.SystemPath, Metrics.SystemProcessMemory), Is.Not.Empty);
    }

    [Test]
    public void EvaluationCanBeSwitchedOffDuringAndAfter()
    {
        using var folder = new TemporaryFolder();
        JsonElement result = Train(folder, "dqn", "--total-timesteps", "2000", "--eval-frequency", "0", "--eval-episodes", "0");

        Assert.That(result.GetProperty("eval_return_mean").ValueKind, Is.EqualTo(JsonValueKind.Null));
        RunDirectory run = RunDirectory.Open(result.GetProperty("run_dir").GetString()!);
        Assert.That(MetricsFile.Read(run.MetricsPath).Where(record => record.Name.StartsWith("eval/", StringComparison.Ordinal)), Is.Empty);
        Assert.That(Policy.Load(run.PolicyPath), Is.Not.Null, "the last policy");
    }

    [Test]
    public void TheBestPolicyIsThatOfTheBestEvaluation()
    {
        using var folder = new TemporaryFolder();
        JsonElement result = Train(folder, "ppo", "--total-timesteps", "6000", "--eval-frequency", "1000", "--eval-episodes", "0");

        RunDirectory run = RunDirectory.Open(result.GetProperty("run_dir").GetString()!);
        double best = MetricsFile.Scalars(run.MetricsPath, Metrics.EvaluationReturnMean).Max(record => record.Value);
        using IVectorEnvironment environment = Environments.MakeVector("CartPole-v1", 20);
        Assert.That(Evaluator.Evaluate(Policy.Load(run.PolicyPath), environment, 20, seed: 1_000_000).Mean, Is.EqualTo(best));
    }

    [TestCase("ppo", "CartPole-v1")]
    [TestCase("ppo", "Acrobot-v1")]
    [TestCase("ppo", "Pendulum-v1")]
    [TestCase("ppo", "MountainCarContinuous-v0")]
    [TestCase("dqn", "Acrobot-v1")]
    [TestCase("double-dqn", "CartPole-v1")]
    [TestCase("c51", "CartPole-v1")]
    [TestCase("rainbow", "CartPole-v1")]
    public void OptionsAreThePresetsOfTheEnvironmentElseTheDefaults(string algorithm, string environment)
    {
        using var folder = new TemporaryFolder();
        using IEnvironment made = Environments.Make(environment);
        int copies = algorithm == "ppo" ? Presets.PpoEnvironments(environment, made.ActionSpace) : 1;
        double learningRate = algorithm == "ppo" ? Presets.Ppo(environment, made.ActionSpace).LearningRate : 2.5e-4;
        (int exitCode, string output, string errors) = Rlkit.Run(
            "train", algorithm, "--env-id", environment, "--total-timesteps", "4", "--runs-dir", folder.Path, "--eval-episodes", "0");

        Assert.That(exitCode, Is.Zero, errors);
        Assert.That(output, Does.Contain(string.Create(CultureInfo.InvariantCulture, $"{algorithm} on {environment}, seed 1, {copies} environment")).And.Contain(string.Create(CultureInfo.InvariantCulture, $"options: learning_rate {learningRate},")));
        if (algorithm == "double-dqn") Assert.That(output, Does.Contain("double true").And.Contain("prioritized true").And.Contain("clip_rewards true"));
    }

    [Test]
    public void ATrainingThatCannotLearnSaysSo()
    {
        using var folder = new TemporaryFolder();
        string[] arguments = ["train", "dqn", "--env-id", "CartPole-v1", "--total-timesteps", "100", "--eval-episodes", "0", "--runs-dir", folder.Path];
        Assert.That(Rlkit.Run(arguments).Output, Does.Contain("warning: learning starts after 10,000 steps, and there are 100: nothing is learned."));
        Assert.That(Rlkit.Run([.. arguments, "--resume"]).Output, Does.Contain("The run has done all its 100 steps").And.Contain("--total-timesteps 200").And.Not.Contain("warning"));
    }

    [Test]
    public void EveryOptionIsAFlag()
    {
        using var folder = new TemporaryFolder();
        (int exitCode, string output, string errors) = Rlkit.Run(
            "train", "dqn", "--env-id", "CartPole-v1", "--total-timesteps", "4", "--runs-dir", folder.Path, "--eval-episodes", "0",
            "--hidden", "16,8", "--loss", "huber", "--double", "--dueling", "false", "--n-step", "3", "--activation", "tanh", "--network", "mlp", "--tau", "0.5", "--buffer-size", "1_000");

        Assert.That(exitCode, Is.Zero, errors);
        foreach (string option in new[] { "hidden 16,8", "loss huber", "double true", "dueling false", "n_step 3", "activation tanh", "network mlp", "tau 0.5", "buffer_size 1000" })
            Assert.That(output, Does.Contain(option));
    }

    [TestCase("dqn", typeof(DqnOptions))]
    [TestCase("ppo", typeof(PpoOptions))]
    [TestCase("c51", typeof(C51Options))]
    [TestCase("rainbow", typeof(RainbowOptions))]
    public void HelpDescribesEveryOption(string algorithm, Type options)
    {
        (int exitCode, string output, _) = Rlkit.Run("train", algorithm, "--help");

        Assert.That(exitCode, Is.Zero);
        foreach (System.Reflection.PropertyInfo property in options.GetProperties().Where(property => property.CanWrite))
        {
            string flag = "--" + string.Concat(property.Name.Select((letter, i) => char.IsUpper(letter) ? (i > 0 ? "-" : "") + char.ToLowerInvariant(letter) : letter.ToString()));
            string? line = output.Split('\n').FirstOrDefault(line => line.TrimStart().StartsWith(flag + " ", StringComparison.Ordinal));
            Assert.That(line, Is.Not.Null, flag);
            Assert.That(line!.Length, Is.GreaterThan(60), flag);
        }

        foreach (string flag in new[] { "--env-id", "--total-timesteps", "--seed", "--num-envs", "--exp-name", "--project", "--ignore-action-rate", "--capture-video", "--checkpoint-frequency", "--resume", "--eval-frequency", "--eval-episodes", "--stop-at-reward", "--threads", "--json", "--runs-dir" })
            Assert.That(output, Does.Contain(flag + " "));
    }

    [TestCase("--learning-rate is 'x'; give a number", "dqn", "--learning-rate", "x")]
    [TestCase("--learning-rate is -1; it has to be a finite number above 0", "dqn", "--learning-rate", "-1")]
    [TestCase("--gamma is 1.5; it has to be within 0 to 1", "c51", "--gamma", "1.5")]
    [TestCase("--batch-size is 0; it has to be 1 or more", "rainbow", "--batch-size", "0")]
    [TestCase("--hidden is '8,x'; give whole numbers", "ppo", "--hidden", "8,x")]
    [TestCase("--loss is 'cubic'; give one of squared, huber", "dqn", "--loss", "cubic")]
    [TestCase("--double is 'maybe'; give true or false", "dqn", "--double", "maybe")]
    [TestCase("--num-minibatches", "ppo", "--num-minibatches", "5")]
    [TestCase("--total-timesteps is 0; give 1 or more", "ppo", "--total-timesteps", "0")]
    [TestCase("--seed is -1", "ppo", "--seed", "-1")]
    [TestCase("--num-envs is 0", "ppo", "--num-envs", "0")]
    [TestCase("--threads is 0", "ppo", "--threads", "0")]
    [TestCase("--eval-episodes is -1", "ppo", "--eval-episodes", "-1")]
    [TestCase("--eval-frequency is -1", "ppo", "--eval-frequency", "-1")]
    [TestCase("--checkpoint-frequency is -1", "ppo", "--checkpoint-frequency", "-1")]
    [TestCase("--ignore-action-rate is 2", "ppo", "--ignore-action-rate", "2")]
    [TestCase("--stop-at-reward is NaN", "ppo", "--stop-at-reward", "NaN")]
    [TestCase("The project is '../x'", "ppo", "--project", "../x")]
    [TestCase("--engine is quick; give managed or torch", "ppo", "--engine", "quick")]
    [TestCase("--device is cuda; give cpu, the only device of the managed engine, or --engine torch", "ppo", "--device", "cuda")]
    [TestCase("in a program of your own add the package RlKit.TorchSharp and the native part, TorchSharp-cpu", "dqn", "--engine", "torch", "--device", "cuda")]
    [TestCase("The experiment's name is '..'", "ppo", "--exp-name", "..")]
    [TestCase("There is no run 'nosuch'", "ppo", "--resume", "nosuch")]
    [TestCase("'--vf' is not known here", "ppo", "--vf", "1")]
    public void AWrongOptionNamesItsFlagValueAndRange(string told, string algorithm, params string[] arguments)
    {
        using var folder = new TemporaryFolder();
        (int exitCode, string output, string errors) = Rlkit.Run(["train", algorithm, "--env-id", "CartPole-v1", "--runs-dir", folder.Path, .. arguments]);

        Assert.That(exitCode, Is.EqualTo(2));
        Assert.That(output, Is.Empty);
        Assert.That(errors.TrimEnd().Split('\n'), Has.Length.EqualTo(1));
        Assert.That(errors, Does.StartWith("error: ").And.Contain(told).And.Not.Contain("(Parameter"));
        Assert.That(Directory.EnumerateFileSystemEntries(folder.Path), Is.Empty, "no run was begun");
    }

    [TestCase("dqn")]
    [TestCase("c51")]
    [TestCase("rainbow")]
    public void AnUnsuitableActionSpaceIsRefused(string algorithm)
    {
        (int exitCode, _, string errors) = Rlkit.Run("train", algorithm, "--env-id", "Pendulum-v1");
        Assert.That(exitCode, Is.EqualTo(2));
        Assert.That(errors, Does.Contain("the actions of Pendulum-v1 are Box(").And.Contain("(ppo)"));
    }

    [Test]
    public void AThresholdStopsTheTraining()
    {
        using var folder = new TemporaryFolder();
        JsonElement result = Train(folder, "ppo", "--total-timesteps", "50000", "--stop-at-reward", "25", "--eval-episodes", "0");

        Assert.That(result.GetProperty("train_return_mean_100").GetDouble(), Is.GreaterThanOrEqualTo(25));
        Assert.That(result.GetProperty("global_step").GetInt64(), Is.LessThan(50_000));
        Assert.That(RunDirectory.Open(result.GetProperty("run_dir").GetString()!).ReadSummary()["stop_reason"], Does.StartWith("mean return 2"));
    }

    [Test]
    public void TheLineForMoreTrainsMore()
    {
        using var folder = new TemporaryFolder();
        string More(params string[] arguments)
        {
            (int exitCode, string output, string errors) = Rlkit.Run(["train", "ppo", "--env-id", "CartPole-v1", "--eval-frequency", "0", "--eval-episodes", "0", "--runs-dir", folder.Path, .. arguments]);
            Assert.That(exitCode, Is.Zero, errors);
            return output.Split('\n').Single(line => line.StartsWith("more ", StringComparison.Ordinal)).Trim();
        }

        string more = More("--total-timesteps", "6000", "--stop-at-reward", "12");
        Assert.That(more, Does.EndWith($"--runs-dir {folder.Path} --total-timesteps 6000 --stop-at-reward none"));
        string[] pasted = more.Split("rlkit ", 2)[1].Split(' ');
        Assert.That(Rlkit.Run(pasted).Output, Does.Contain("\nstep 6,000, ").And.Contain("--total-timesteps 12000\n").And.Not.Contain("reached"));
        // A total that the run is beyond.
        (_, string told, _) = Rlkit.Run([.. pasted.Select(word => word == "6000" ? "500" : word)]);
        Assert.That(told, Does.Contain("nothing is left to train. More of them are --total-timesteps 12000.").And.Contain("--total-timesteps 12000\n"));
    }

    [Test]
    public void WhatCountsAsSolvedIsTheEnvironmentsAndNotTheUsersThreshold()
    {
        using var folder = new TemporaryFolder();
        // Quick, and learns nothing.
        (int exitCode, string output, string errors) = Rlkit.Run(
            "train", "ppo", "--env-id", "CartPole-v1", "--runs-dir", folder.Path, "--stop-at-reward", "1000", "--learning-rate", "1e-9", "--num-envs", "64", "--num-steps", "256", "--update-epochs", "1", "--num-minibatches", "1", "--hidden", "4",
            "--eval-frequency", "0", "--eval-episodes", "0", "--checkpoint-frequency", "0");

        Assert.That(exitCode, Is.Zero, errors);
        Assert.That(output, Does.Contain("CartPole-v1 counts as solved when the mean return of 100 episodes is 475:"));
    }

    [Test]
    public void VideosAreNamedByTheStepAndOneIsOfThePolicyThatIsKept()
    {
        using var folder = new TemporaryFolder();
        JsonElement result = Train(folder, "ppo", "--total-timesteps", "2000", "--eval-frequency", "1000", "--eval-episodes", "0", "--capture-video");

        RunDirectory run = RunDirectory.Open(result.GetProperty("run_dir").GetString()!);
        Assert.That(Directory.GetFiles(run.VideosPath).Select(Path.GetFileName).Order(), Is.EqualTo(new[] { "policy.png", "step-000000001000.png", "step-000000002000.png" }));
        Assert.That(MetricsFile.Read(run.MetricsPath).Where(record => record.Kind == MetricKind.Video).Select(record => record.Text), Is.EqualTo(new[] { "videos/step-000000001000.png", "videos/step-000000002000.png", "videos/policy.png" }));
    }

    [TestCase("ppo")]
    [TestCase("dqn")]
    public void TheSameSeedGivesTheSameFilesWithAnyNumberOfThreads(string algorithm)
    {
        string[] arguments = ["--total-timesteps", "3000", "--num-envs", "4", "--checkpoint-frequency", "1000", "--eval-frequency", "1000", "--eval-episodes", "0"];
        if (algorithm == "dqn") arguments = [.. arguments, "--learning-starts", "500"];
        using TemporaryFolder one = new(), two = new();
        RunDirectory first = RunDirectory.Open(Train(one, algorithm, [.. arguments, "--threads", "1"]).GetProperty("run_dir").GetString()!);
        RunDirectory second = RunDirectory.Open(Train(two, algorithm, [.. arguments, "--threads", "2"]).GetProperty("run_dir").GetString()!);
        SameRuns.AssertEqual(first, second);
    }

    [Test]
    public void AFailureIsOneLineAndCode1AndTheRunSaysSo()
    {
        using var folder = new TemporaryFolder();
        RunDirectory run = RunDirectory.Open(Train(folder, "dqn", "--total-timesteps", "500", "--eval-episodes", "0").GetProperty("run_dir").GetString()!);
        // As if it was killed before its first checkpoint.
        Directory.Delete(run.CheckpointsPath, recursive: true);
        File.Delete(run.PolicyPath);
        File.Delete(run.SummaryPath);
        File.WriteAllText(run.CheckpointsPath, "");
        (int exitCode, _, string errors) = Rlkit.Run("train", "dqn", "--env-id", "CartPole-v1", "--runs-dir", folder.Path, "--resume", "--total-timesteps", "1000", "--json");

        Assert.That(exitCode, Is.EqualTo(1));
        Assert.That(errors.TrimEnd().Split('\n')[^1], Does.StartWith("error: ").And.Contain("checkpoints"));
        Assert.That(errors, Does.Not.Contain("   at "));
        run = RunDirectory.Open(run.FolderPath);
        Assert.That(run.State, Is.EqualTo(RunState.Failed));
        Assert.That(run.Info.Sessions[^1].Error, Does.Contain("checkpoints"));
    }

    private static JsonElement Train(TemporaryFolder folder, string algorithm, params string[] arguments) => Rlkit.Train(folder.Path, algorithm, arguments);
}
