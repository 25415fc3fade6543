using System.Diagnostics;

namespace RlKit.Cli;

/// <summary>Plays episodes with random actions on several copies of an environment.</summary>
internal sealed class RandomRun(EnvironmentSpec spec, int episodes, long seed, double ignoreActionRate, string? videoFolder)
{
    private const int MostCopies = 64, StepsPerReport = 256;

    public EnvironmentSpec Spec => spec;

    public long Seed => seed;

    /// <summary>Plays all episodes.</summary>
    /// <param name="report">Gets the number of episodes that are done.</param>
    /// <param name="cancellation">Ends the run.</param>
    /// <exception cref="OperationCanceledException">The run was ended.</exception>
    public RandomRunResult Play(Action<long> report, CancellationToken cancellation)
    {
        // With videos one copy plays all episodes, so that their numbers are those of the files.
        int copies = videoFolder is null ? Math.Min(MostCopies, episodes) : 1;
        IVectorEnvironment environment = Environments.MakeVector(spec.Id, copies);
        if (ignoreActionRate > 0) environment = new VectorRandomAction(environment, ignoreActionRate);
        VectorRecordVideo? recorder = null;
        if (videoFolder is not null) environment = recorder = new VectorRecordVideo(environment, videoFolder);
        using IVectorEnvironment owner = environment;

        // The copies have the seeds up to this one; with the same seed the actions would repeat a copy's own draws.
        var policy = new RandomPolicy(environment.ObservationSpace, environment.ActionSpace, seed + copies);
        bool isContinuous = environment.ActionSpace is Box<float>;
        int numbers = copies * environment.ActionSize;
        (int[] choices, float[] values) = isContinuous ? (Array.Empty<int>(), new float[numbers]) : (new int[numbers], Array.Empty<float>());
        var returns = new double[copies];
        var lengths = new int[copies];
        var left = new int[copies];
        // Every copy plays a share that is fixed beforehand: taking whatever ends first would favour short episodes.
        for (int i = 0; i < copies; i++) left[i] = episodes / copies + (i < episodes % copies ? 1 : 0);

        long done = 0, steps = 0;
        double mean = 0, squares = 0, min = double.PositiveInfinity, max = double.NegativeInfinity;
        var watch = Stopwatch.StartNew();
        environment.Reset(seed);
        for (long round = 1; done < episodes; round++)
        {
            if (isContinuous)
            {
                policy.Act(ObservationBatch.Of(environment), values);
                environment.Step(values);
            }
            else
            {
                policy.Act(ObservationBatch.Of(environment), choices);
                environment.Step(choices);
            }

            ReadOnlySpan<double> rewards = environment.Rewards;
            ReadOnlySpan<bool> terminated = environment.Terminated, truncated = environment.Truncated;
            for (int i = 0; i < returns.Length; i++)
            {
                returns[i] += rewards[i];
                lengths[i]++;
                if (!terminated[i] && !truncated[i]) continue;
                if (left[i] > 0)
                {
                    left[i]--;
                    done++;
                    steps += lengths[i];
                    double distance = returns[i] - mean;
                    mean += distance / done;
                    squares += distance * (returns[i] - mean);
                    min = Math.Min(min, returns[i]);
                    max = Math.Max(max, returns[i]);
                }

                returns[i] = 0;
                lengths[i] = 0;
            }

            if (round % StepsPerReport != 0) continue;
            cancellation.ThrowIfCancellationRequested();
            report(done);
        }

        return new(done, steps, mean, Math.Sqrt(squares / done), min, max, steps / watch.Elapsed.TotalSeconds, recorder?.Videos ?? []);
    }
}
