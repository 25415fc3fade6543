using System.Globalization;
using System.Text.Json;
using BenchmarkDotNet.Columns;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Filters;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Loggers;
using BenchmarkDotNet.Parameters;
using BenchmarkDotNet.Reports;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;
using Perfolizer.Horology;

namespace RlKit.Benchmarks.Guards;

/// <summary>
/// Measures the benchmarks of guards.json with short jobs in this process, each beside its baseline, and fails when a ratio has fallen or an allocation has appeared.
/// </summary>
/// <remarks>
/// The shortest of many short iterations counts, on both sides: what else a machine does makes iterations longer, never shorter. A guard that fails is measured
/// twice more, in sight, before it counts.
/// </remarks>
internal static class GuardRun
{
    private const int Attempts = 3;
    private static readonly JsonSerializerOptions Json = new() { PropertyNameCaseInsensitive = true, ReadCommentHandling = JsonCommentHandling.Skip };

    /// <summary>Measures, prints a line for each guard, and says whether all hold.</summary>
    public static bool Run(TextWriter output, string path)
    {
        Guard[] guards = JsonSerializer.Deserialize<Guard[]>(File.ReadAllText(path), Json) ?? throw new InvalidDataException($"'{path}' holds no guards.");
        output.WriteLine($"{"benchmark",-60} {"ratio",7} {"floor",7} {"bytes",7}");
        List<Guard> open = [.. guards];
        for (int attempt = 1; attempt <= Attempts && open.Count > 0; attempt++)
        {
            if (attempt > 1) output.WriteLine($"Measured again, {attempt} of {Attempts}:");
            BenchmarkReport[] reports = Measure(open);
            open.RemoveAll(guard => Holds(guard, reports, output));
        }

        output.WriteLine(open.Count == 0 ? $"{guards.Length} guards hold." : $"{open.Count} of {guards.Length} guards fail: {string.Join(", ", open.Select(guard => guard.Name))}.");
        return open.Count == 0;
    }

    private static bool Holds(Guard guard, BenchmarkReport[] reports, TextWriter output)
    {
        BenchmarkReport benchmark = Find(guard, guard.IsBenchmark, reports), baseline = Find(guard, guard.IsBaseline, reports);
        double ratio = baseline.ResultStatistics!.Min / benchmark.ResultStatistics!.Min;
        long allocated = Allocated(benchmark.BenchmarkCase);
        bool holds = ratio >= guard.Floor && allocated <= guard.Allocated;
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{guard.Name,-60} {ratio,7:0.00} {guard.Floor,7:0.00} {allocated,7} {(holds ? "" : "FAILS")}").TrimEnd());
        return holds;
    }

    /// <summary>Bytes that a call allocates on its thread. A process-wide count, as BenchmarkDotNet takes it, has a few of the runtime's own now and then.</summary>
    private static long Allocated(BenchmarkCase benchmark)
    {
        const int Calls = 50;
        Descriptor descriptor = benchmark.Descriptor;
        object instance = Activator.CreateInstance(descriptor.Type)!;
        foreach (ParameterInstance parameter in benchmark.Parameters.Items) descriptor.Type.GetProperty(parameter.Name)!.SetValue(instance, parameter.Value);
        descriptor.GlobalSetupMethod?.Invoke(instance, null);
        var call = descriptor.WorkloadMethod.CreateDelegate<Action>(instance);
        for (int i = 0; i < Calls; i++) call();
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < Calls; i++) call();
        long allocated = (GC.GetAllocatedBytesForCurrentThread() - before) / Calls;
        descriptor.GlobalCleanupMethod?.Invoke(instance, null);
        return allocated;
    }

    private static BenchmarkReport Find(Guard guard, Func<BenchmarkCase, bool> isWanted, BenchmarkReport[] reports) =>
        reports.SingleOrDefault(report => isWanted(report.BenchmarkCase) && report.Success && report.ResultStatistics is not null)
        ?? throw new InvalidDataException($"{guard.Benchmark} or its baseline {guard.Baseline} was not measured: is there such a benchmark, with such parameters?");

    private static BenchmarkReport[] Measure(List<Guard> guards)
    {
        Job job = Job.Default.WithToolchain(InProcessEmitToolchain.Instance).WithLaunchCount(1).WithWarmupCount(50).WithIterationCount(50).WithIterationTime(TimeInterval.FromMilliseconds(4));
        ManualConfig config = ManualConfig.CreateEmpty()
            .AddJob(job)
            .AddColumnProvider(DefaultColumnProviders.Instance)
            .AddFilter(new SimpleFilter(benchmark => guards.Exists(guard => guard.IsBenchmark(benchmark) || guard.IsBaseline(benchmark))))
            .AddLogger(NullLogger.Instance)
            .WithArtifactsPath(Path.Combine(Path.GetTempPath(), "rlkit-guards"))
            .WithOptions(ConfigOptions.DisableLogFile);
        BenchmarkRunInfo[] runs =
        [
            .. typeof(GuardRun).Assembly.GetTypes()
                .Where(type => guards.Exists(guard => guard.Benchmark.StartsWith(type.Name + ".", StringComparison.Ordinal)))
                .Select(type => BenchmarkConverter.TypeToBenchmarks(type, config))
                .Where(run => run.BenchmarksCases.Length > 0),
        ];
        return [.. BenchmarkRunner.Run(runs).SelectMany(summary => summary.Reports)];
    }
}
