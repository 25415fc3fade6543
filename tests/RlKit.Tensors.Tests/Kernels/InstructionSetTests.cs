using System.Diagnostics;
using System.Runtime.Intrinsics;
using System.Text.RegularExpressions;

namespace RlKit.Tests.Tensors.Kernels;

/// <summary>
/// Runs this assembly's other tests again in child processes with instruction sets switched off, so that every width of SIMD is
/// tested on a machine that has the widest. A child reports what it sees, because a runtime may ignore a switch.
/// </summary>
[TestFixture, NonParallelizable]
public partial class InstructionSetTests
{
    private const string ReportVariable = "RLKIT_INSTRUCTION_SET_REPORT";

    // What is tested elsewhere in a child would start grandchildren here.
    private const string Category = "InstructionSets";

    private static string Accelerated =>
        $"512: {Vector512.IsHardwareAccelerated}, 256: {Vector256.IsHardwareAccelerated}, 128: {Vector128.IsHardwareAccelerated}";

    [Category(Category), Category("Slow")]
    [TestCase("DOTNET_EnableAVX512", "512: False, 256: True, 128: True")]
    [TestCase("DOTNET_EnableAVX2", "512: False, 256: False, 128: True")]
    [TestCase("DOTNET_EnableHWIntrinsic", "512: False, 256: False, 128: False")]
    public void AllTestsPassWithout(string variable, string expected)
    {
        if (Accelerated == expected)
            Assert.Ignore($"{variable}=0 changes nothing here ({Accelerated}): this process has already run the tests that way.");
        if (expected.Contains("256: True", StringComparison.Ordinal) && !Vector256.IsHardwareAccelerated)
            Assert.Ignore("This processor has no 256-bit vectors.");

        var report = Path.GetTempFileName();
        try
        {
            var start = new ProcessStartInfo(Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet")
            {
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            };
            foreach (var argument in new[] { "test", typeof(InstructionSetTests).Assembly.Location, "--filter", $"TestCategory!={Category}" })
                start.ArgumentList.Add(argument);
            start.Environment[variable] = "0";
            start.Environment[ReportVariable] = report;
            start.Environment["DOTNET_CLI_UI_LANGUAGE"] = "en";

            using var child = Process.Start(start)!;
            var errors = child.StandardError.ReadToEndAsync();
            var output = child.StandardOutput.ReadToEnd() + errors.Result;
            child.WaitForExit();

            Assert.That(child.ExitCode, Is.Zero, output);
            Assert.That(File.ReadAllText(report), Is.EqualTo(expected), "what the child saw");
            Assert.That(PassedTests().Match(output).Groups[1].Value, Is.Not.Empty.And.Length.GreaterThanOrEqualTo(3), $"hundreds of tests pass\n{output}");
        }
        finally
        {
            File.Delete(report);
        }
    }

    /// <summary>In a child: tells the parent which widths are left.</summary>
    [Test]
    public void TheWidthsAreReported()
    {
        if (Environment.GetEnvironmentVariable(ReportVariable) is { } report)
            File.WriteAllText(report, Accelerated);
        else
            TestContext.Out.WriteLine(Accelerated);
    }

    [GeneratedRegex(@"Passed:\s+(\d+)")]
    private static partial Regex PassedTests();
}
