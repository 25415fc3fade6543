using BenchmarkDotNet.Running;
using RlKit.Benchmarks;

// The quick modes print one table in seconds; anything else goes to BenchmarkDotNet.
switch (args)
{
    case ["matmul"]:
        MatmulTable.Print(Console.Out);
        break;
    default:
        BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run(args);
        break;
}
