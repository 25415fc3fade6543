using BenchmarkDotNet.Attributes;

namespace RlKit.Benchmarks;

/// <summary>A step of every built-in environment, with resets: the bare environment, and with the wrappers that making it by its id adds.</summary>
[MemoryDiagnoser]
public class EnvironmentStepping
{
    private const int Steps = 4096;

    private IEnvironment _made = null!;
    private Func<double> _runBare = null!;
    private Func<double> _runMade = null!;

    public static IEnumerable<string> Ids => Environments.Registry.Specs.Select(spec => spec.Id);

    [ParamsSource(nameof(Ids))]
    public string Id { get; set; } = "";

    [GlobalSetup]
    public void Setup()
    {
        _made = Environments.Make(Id);
        _runBare = RunOf(((IWrapper)Environments.Make(Id)).Unwrapped);
        _runMade = RunOf(_made);
    }

    [Benchmark(Baseline = true, OperationsPerInvoke = Steps)]
    public double Bare() => _runBare();

    [Benchmark(OperationsPerInvoke = Steps)]
    public double MadeById() => _runMade();

    [GlobalCleanup]
    public void Cleanup() => _made.Dispose();

    private static Func<double> RunOf(IEnvironment environment) => environment switch
    {
        IEnvironment<float[], int> typed => RunOf(typed),
        IEnvironment<float[], float[]> typed => RunOf(typed),
        IEnvironment<byte[], int> typed => RunOf(typed),
        IEnvironment<int, int> typed => RunOf(typed),
        IEnvironment<(int, int, int), int> typed => RunOf(typed),
        _ => throw new NotSupportedException($"{environment} has types that this benchmark does not know."),
    };

    private static Func<double> RunOf<TObservation, TAction>(IEnvironment<TObservation, TAction> environment)
        where TObservation : notnull
        where TAction : notnull
    {
        environment.ActionSpace.Seed(0);
        TAction[] actions = [.. Enumerable.Range(0, Steps).Select(_ => environment.ActionSpace.Sample())];
        environment.Reset(0);
        return () =>
        {
            double total = 0;
            foreach (TAction action in actions)
            {
                StepResult<TObservation> result = environment.Step(action);
                total += result.Reward;
                if (result.Done) environment.Reset();
            }

            return total;
        };
    }
}
