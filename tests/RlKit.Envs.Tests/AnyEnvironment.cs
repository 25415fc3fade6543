using System.Text.Json;

namespace RlKit.Tests;

/// <summary>An environment of any types, spoken to in numbers, so that one test runs over all ids and all golden files.</summary>
internal abstract class AnyEnvironment : IDisposable
{
    public abstract IEnvironment Environment { get; }

    public static AnyEnvironment Make(string id, EnvironmentOptions? options = null) => Wrap(Environments.Make(id, options));

    public static AnyEnvironment Wrap(IEnvironment environment) => environment switch
    {
        IEnvironment<float[], int> typed => new Typed<float[], int>(typed, ToNumbers, ToInt),
        IEnvironment<byte[], int> typed => new Typed<byte[], int>(typed, bytes => Array.ConvertAll(bytes, value => (double)value), ToInt),
        IEnvironment<float[], float[]> typed => new Typed<float[], float[]>(typed, ToNumbers, ToFloats),
        IEnvironment<int, int> typed => new Typed<int, int>(typed, observation => [observation], ToInt),
        IEnvironment<(int, int, int), int> typed => new Typed<(int, int, int), int>(typed, observation => [observation.Item1, observation.Item2, observation.Item3], ToInt),
        _ => throw new NotSupportedException($"Tests know no environment of the type of {environment}."),
    };

    public abstract (double[] Observation, Info Info) Reset(long? seed = null, EnvironmentOptions? options = null);

    public abstract (double[] Observation, double Reward, bool Terminated, bool Truncated, Info Info) Step(params double[] action);

    public abstract float[] Flatten(double[] observation);

    /// <summary>A sampled action, as numbers.</summary>
    public double[] SampleAction() => Environment.ActionSpace.Sample() switch
    {
        int number => [number],
        float[] numbers => ToNumbers(numbers),
        object other => throw new NotSupportedException(other.GetType().Name),
    };

    public void Dispose() => Environment.Dispose();

    private static double[] ToNumbers(float[] values) => Array.ConvertAll(values, value => (double)value);

    private static int ToInt(double[] action) => (int)action.Single();

    private static float[] ToFloats(double[] action) => Array.ConvertAll(action, value => (float)value);

    private sealed class Typed<TObservation, TAction>(
        IEnvironment<TObservation, TAction> environment, Func<TObservation, double[]> numbers, Func<double[], TAction> action) : AnyEnvironment
        where TObservation : notnull
        where TAction : notnull
    {
        public override IEnvironment Environment => environment;

        public override (double[] Observation, Info Info) Reset(long? seed = null, EnvironmentOptions? options = null)
        {
            ResetResult<TObservation> result = environment.Reset(seed, options);
            return (numbers(result.Observation), result.Info);
        }

        public override (double[] Observation, double Reward, bool Terminated, bool Truncated, Info Info) Step(params double[] given)
        {
            StepResult<TObservation> result = environment.Step(action(given));
            return (numbers(result.Observation), result.Reward, result.Terminated, result.Truncated, result.Info);
        }

        public override float[] Flatten(double[] observation)
        {
            object value = environment.ObservationSpace switch
            {
                Space<float[]> => ToFloats(observation),
                Space<byte[]> => Array.ConvertAll(observation, value => (byte)value),
                Space<int> => (int)observation[0],
                _ => ((int)observation[0], (int)observation[1], (int)observation[2]),
            };
            return environment.ObservationSpace.Flatten((TObservation)value);
        }
    }
}
