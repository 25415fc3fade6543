using System.Text.RegularExpressions;

namespace RlKit.Tracking;

/// <summary>What is kept of a process's surroundings, which never is a secret.</summary>
internal static partial class RunEnvironment
{
    private const string Stars = "***";

    // A fixed list: what else is in the environment is nobody's business.
    private static readonly string[] Kept =
    [
        "CUDA_VISIBLE_DEVICES", "DOTNET_EnableAVX2", "DOTNET_EnableAVX512F", "DOTNET_EnableHWIntrinsic", "DOTNET_GCConserveMemory", "DOTNET_GCHeapHardLimit", "DOTNET_gcConcurrent", "DOTNET_gcServer",
        "DOTNET_PreferredVectorBitWidth", "DOTNET_PROCESSOR_COUNT", "DOTNET_ReadyToRun", "DOTNET_TC_QuickJitForLoops", "DOTNET_TieredCompilation", "DOTNET_TieredPGO", "LANG", "LC_ALL", "MKL_NUM_THREADS",
        "NVIDIA_VISIBLE_DEVICES", "OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "SLURM_JOB_ID", "TZ",
    ];

    /// <summary>The variables of the list that are set.</summary>
    public static IReadOnlyDictionary<string, string> Variables
    {
        get
        {
            var variables = new SortedDictionary<string, string>(StringComparer.Ordinal);
            foreach (string name in Kept)
                if (Environment.GetEnvironmentVariable(name) is { Length: > 0 } value) variables[name] = value;
            return variables;
        }
    }

    /// <summary>A command line with stars for what follows a flag of a secret's name, and for names and passwords in addresses.</summary>
    public static string[] CommandLine(string[] arguments)
    {
        string[] kept = [.. arguments];
        for (int i = 0; i < kept.Length; i++)
        {
            if (SecretFlag().Match(kept[i]) is { Success: true } flag)
            {
                if (flag.Groups["value"].Success) kept[i] = flag.Groups["flag"].Value + flag.Groups["separator"].Value + Stars;
                else if (i + 1 < kept.Length && !kept[i + 1].StartsWith("--", StringComparison.Ordinal)) kept[++i] = Stars;
                continue;
            }

            kept[i] = Credentials().Replace(kept[i], "$1" + Stars + "@");
        }

        return kept;
    }

    [GeneratedRegex("^(?<flag>-{1,2}([a-z0-9]+-)*(api-?key|key|token|secret|secrets|password|passwd|credential|credentials|webhook|webhooks)(-[a-z0-9]+)*)((?<separator>[=:])(?<value>.*))?$", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture | RegexOptions.Singleline)]
    private static partial Regex SecretFlag();

    [GeneratedRegex("([a-z][a-z0-9+.-]*://)[^/@\\s]+@", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Credentials();
}
