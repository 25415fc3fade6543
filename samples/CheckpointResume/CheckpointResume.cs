// A training that survives being killed: start it again, and it goes on as if nothing had happened, to the last bit.
//     dotnet run -c Release --project samples/CheckpointResume -- run 60000 25000     (kills itself at step 25,000)
//     dotnet run -c Release --project samples/CheckpointResume -- run 60000           (goes on from step 20,000)
//     dotnet run -c Release --project samples/CheckpointResume -- whole 60000         (the same without a kill, to compare)
// Arguments: the run's folder, steps, the step to be killed at (none when left out).
using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using RlKit;

string folder = args.Length > 0 ? args[0] : "run";
long steps = args.Length > 1 ? long.Parse(args[1], CultureInfo.InvariantCulture) : 60_000;
long killAt = args.Length > 2 ? long.Parse(args[2], CultureInfo.InvariantCulture) : long.MaxValue;

using IVectorEnvironment environments = Environments.MakeVector("CartPole-v1", 1);
using var agent = new Dqn(environments, seed: 1);

// A checkpoint is the whole training: weights, optimiser, replay memory, random numbers, and where the environment stands.
var checkpoints = new CheckpointFolder(Path.Combine(folder, "checkpoints"));
string? newest = checkpoints.LoadNewest(agent);
Console.WriteLine(newest is null ? "A new training." : $"Going on from {Path.GetFileName(newest)}.");

TrainingResult result = agent.Learn(steps, new LearnOptions
{
    Checkpoints = new CheckpointOptions { Folder = checkpoints, Every = 10_000 },
    Callbacks = [new KilledAt(killAt)],
});

string policy = Path.Combine(folder, "policy.safetensors");
agent.Policy.Save(policy);
Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{result.Step:N0} steps, mean return of the last 100 episodes {result.MeanReturn:0.0}"));
Console.WriteLine($"{policy} has the hash {Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(policy)))}");

/// <summary>Ends the process at a step without a word, as a power cut does.</summary>
internal sealed class KilledAt(long step) : Callback
{
    public override void OnStep(TrainingContext context)
    {
        if (context.Step < step) return;
        Console.WriteLine($"Killed at step {context.Step}.");
        Process.GetCurrentProcess().Kill();
    }
}
