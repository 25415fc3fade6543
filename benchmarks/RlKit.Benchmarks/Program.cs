using BenchmarkDotNet.Running;
using RlKit.Benchmarks;
using RlKit.Benchmarks.Guards;
using RlKit.Tensors;

// The quick modes print one table in seconds; anything else goes to BenchmarkDotNet.
switch (args)
{
    case ["matmul"]:
        MatmulTable.Print(Console.Out);
        break;
    case ["updates"]:
        UpdateTable.Print(Console.Out, null);
        break;
    case ["updates", string only]:
        UpdateTable.Print(Console.Out, only);
        break;
    case ["soak"]:
        SoakTable.Print(Console.Out);
        break;
    case ["overhead"]:
        OverheadTable.Print(Console.Out);
        break;
    case ["environments", .. var ids]:
        EnvironmentTable.Print(Console.Out, ids);
        break;
    case ["learning", .. var studies]:
        LearningTable.Print(Console.Out, studies, Device.Cpu);
        break;
    case ["tracking", .. var parts]:
        TrackingTable.Print(Console.Out, parts);
        break;
    case ["elementwise"]:
        ElementwiseTable.Print(Console.Out);
        break;
    case ["convolution"]:
        ConvolutionTable.Print(Console.Out);
        break;
    case ["guard", string path]:
        return GuardRun.Run(Console.Out, path) ? 0 : 1;
    default:
        BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run(args);
        break;
}

return 0;
