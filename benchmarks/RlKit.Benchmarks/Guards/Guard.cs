using BenchmarkDotNet.Running;

namespace RlKit.Benchmarks.Guards;

/// <summary>One line of guards.json: a benchmark that may not become slower beside its baseline, nor allocate.</summary>
/// <param name="Benchmark">Class and method: "ReplayBenchmarks.Sample".</param>
/// <param name="Baseline">The method of the same class that it is measured against.</param>
/// <param name="Parameters">The parameters that are measured; none for a class without.</param>
/// <param name="Ratio">The baseline's time by the benchmark's, as it was measured: above 1 the benchmark is faster.</param>
/// <param name="Margin">The share by which the ratio may fall before the guard fails.</param>
/// <param name="Allocated">Bytes of an operation, at most.</param>
internal sealed record Guard(string Benchmark, string Baseline, IReadOnlyDictionary<string, string> Parameters, double Ratio, double Margin, long Allocated)
{
    /// <summary>The benchmark and its parameters.</summary>
    public string Name => Parameters.Count == 0 ? Benchmark : $"{Benchmark}({string.Join(", ", Parameters.Values)})";

    /// <summary>The lowest ratio that passes.</summary>
    public double Floor => Ratio * (1 - Margin);

    public bool IsBenchmark(BenchmarkCase benchmark) => Is(benchmark, Benchmark);

    public bool IsBaseline(BenchmarkCase benchmark) => Is(benchmark, $"{benchmark.Descriptor.Type.Name}.{Baseline}") && Benchmark.StartsWith(benchmark.Descriptor.Type.Name + ".", StringComparison.Ordinal);

    private bool Is(BenchmarkCase benchmark, string name) =>
        $"{benchmark.Descriptor.Type.Name}.{benchmark.Descriptor.WorkloadMethod.Name}" == name
        && Parameters.All(expected => string.Equals(Convert.ToString(benchmark.Parameters[expected.Key], System.Globalization.CultureInfo.InvariantCulture), expected.Value, StringComparison.Ordinal));
}
