using System.Globalization;
using RlKit.Benchmarks;
using RlKit.Tensors;

// Each mode prints one table.
switch (args)
{
    case ["updates", .. var names]:
        AdaptorTable.Print(Console.Out, names);
        return 0;
    case ["runs", .. var names]:
        RunTable.Print(Console.Out, names);
        return 0;
    case ["soak"]:
        return SoakTable.Print(Console.Out, 100_000) ? 0 : 1;
    case ["soak", var updates]:
        return SoakTable.Print(Console.Out, int.Parse(updates, CultureInfo.InvariantCulture)) ? 0 : 1;
    case ["learning", .. var studies]:
        LearningTable.Print(Console.Out, studies, TorchDevice.Cpu);
        return 0;
    default:
        Console.Error.WriteLine("Give one of: updates [dqn|ppo|nature-cnn], runs [dqn|ppo], soak [UPDATES], learning [ENVIRONMENT/ALGORITHM].");
        return 2;
}
