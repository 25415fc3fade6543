using System.Text.Json;

namespace RlKit.Tests.MinAtar;

/// <summary>Every run that the original recorded, step by step.</summary>
[TestFixture]
[Category("Golden")]
public sealed class MinAtarGoldenTests
{
    private static IEnumerable<TestCaseData> Runs
    {
        get
        {
            foreach (string name in Golden.Names("minatar"))
            {
                using JsonDocument document = Golden.Read("minatar/" + name);
                int runs = document.RootElement.GetProperty("runs").GetArrayLength();
                for (int run = 0; run < runs; run++) yield return new TestCaseData(name, run);
            }
        }
    }

    private static IEnumerable<string> Games => Golden.Names("minatar");

    [TestCaseSource(nameof(Games))]
    public void SpacesAndActionsAreTheRecordedOnes(string name)
    {
        using JsonDocument document = Golden.Read("minatar/" + name);
        JsonElement game = document.RootElement;
        int[] shape = Numbers(game.GetProperty("state_shape"));
        int[] minimal = Numbers(game.GetProperty("minimal_action_set"));
        using IEnvironment all = Environments.Make(Id(game, 0));
        using IEnvironment some = Environments.Make(Id(game, 1));
        Assert.That(all.ObservationSpace, Is.EqualTo(new Box<byte>(0, 1, shape)));
        Assert.That(some.ObservationSpace, Is.EqualTo(all.ObservationSpace));
        Assert.That(all.ActionSpace, Is.EqualTo(new Discrete(game.GetProperty("num_actions").GetInt32())));
        Assert.That(some.ActionSpace, Is.EqualTo(new Discrete(minimal.Length)));

        // The same seed and, by another number, the same actions.
        var (six, few) = ((IEnvironment<byte[], int>)all, (IEnvironment<byte[], int>)some);
        six.Reset(8);
        few.Reset(8);
        for (int step = 0; step < 500; step++)
        {
            int index = step * 7 / 3 % minimal.Length;
            StepResult<byte[]> a = six.Step(minimal[index]), b = few.Step(index);
            Assert.That(a.Observation.AsSpan().SequenceEqual(b.Observation), $"step {step}");
            if (!a.Done) continue;
            six.Reset();
            few.Reset();
        }
    }

    [TestCaseSource(nameof(Runs))]
    public void ARunIsTheRecordedOne(string name, int index)
    {
        using JsonDocument document = Golden.Read("minatar/" + name);
        JsonElement run = document.RootElement.GetProperty("runs")[index];
        var recorded = new RecordedRun(run);
        using var environment = (IEnvironment<byte[], int>)Environments.Make(Id(document.RootElement, 0), recorded.Options);

        ReadOnlySpan<byte> observation = environment.Reset(recorded.Seed).Observation;
        Assert.That(Checksum(observation), Is.EqualTo(recorded.FirstChecksum));
        Assert.That(Indices(observation), Is.EqualTo(recorded.FirstIndices));
        double[] ramps = run.TryGetProperty("difficulty_ramp_at_full", out JsonElement ramp) ? [.. ramp.EnumerateArray().Select(item => item.GetDouble())] : [];
        int full = 0;
        for (int step = 0; step < recorded.Actions.Length; step++)
        {
            StepResult<byte[]> result = environment.Step(recorded.Actions[step] - '0');
            string where = $"step {step}";
            if (result.Reward != recorded.Rewards[step]) Assert.That(result.Reward, Is.EqualTo(recorded.Rewards[step]), where);
            if (Checksum(result.Observation) != recorded.Checksums[step])
                Assert.That(Indices(result.Observation), Is.EqualTo(recorded.Full.GetValueOrDefault(step)), $"{where}: another picture");
            if (recorded.Full.TryGetValue(step, out int[]? expected))
            {
                Assert.That(Indices(result.Observation), Is.EqualTo(expected), where);
                if (ramps.Length > 0) Assert.That(DifficultyRamp(environment), Is.EqualTo(ramps[full]), where);
                full++;
            }

            Assert.That(result.Terminated, Is.EqualTo(recorded.Resets.ContainsKey(step)), where);
            Assert.That(result.Truncated, Is.False, where);
            if (result.Terminated) Assert.That(Checksum(environment.Reset().Observation), Is.EqualTo(recorded.Resets[step]), where);
        }

        Assert.That(full, Is.EqualTo(recorded.Full.Count));
        Assert.That(NextRandom(environment), Is.EqualTo(run.GetProperty("rng_next_rand_after_run").GetDouble()));
    }

    [TestCaseSource(nameof(Runs))]
    public void ACopyOfAVectorRunsAsRecorded(string name, int index)
    {
        using JsonDocument document = Golden.Read("minatar/" + name);
        var recorded = new RecordedRun(document.RootElement.GetProperty("runs")[index]);
        using IVectorEnvironment vector = Environments.MakeVector(Id(document.RootElement, 0), 3, new VectorOptions { Options = recorded.Options });
        int size = vector.ObservationSize;
        vector.Reset([recorded.Seed, recorded.Seed + 1, recorded.Seed]);
        int[] actions = new int[3];
        for (int step = 0; step < recorded.Actions.Length; step++)
        {
            Array.Fill(actions, recorded.Actions[step] - '0');
            vector.Step(actions);
            for (int copy = 0; copy < 3; copy += 2)
            {
                bool ended = vector.Terminated[copy];
                uint checksum = Checksum((ended ? vector.FinalByteObservations : vector.ByteObservations).Slice(copy * size, size));
                if (vector.Rewards[copy] == recorded.Rewards[step] && ended == recorded.Resets.ContainsKey(step) && checksum == recorded.Checksums[step]) continue;
                Assert.Fail($"step {step}, copy {copy}: reward {vector.Rewards[copy]}, ended {ended}, checksum {checksum}");
            }

            if (vector.Terminated[2]) Assert.That(Checksum(vector.ByteObservations.Slice(2 * size, size)), Is.EqualTo(recorded.Resets[step]));
        }
    }

    private static string Id(JsonElement game, int version)
    {
        string[] words = game.GetProperty("game").GetString()!.Split('_');
        return $"MinAtar/{string.Concat(words.Select(word => char.ToUpperInvariant(word[0]) + word[1..]))}-v{version}";
    }

    private static int[] Numbers(JsonElement list) => [.. list.EnumerateArray().Select(item => item.GetInt32())];

    private static int[] Indices(ReadOnlySpan<byte> observation)
    {
        List<int> indices = [];
        for (int i = 0; i < observation.Length; i++)
            if (observation[i] != 0) indices.Add(i);
        return [.. indices];
    }

    /// <summary>The CRC-32 of the cells, packed eight to a byte, the first in the highest bit.</summary>
    private static uint Checksum(ReadOnlySpan<byte> observation)
    {
        uint value = uint.MaxValue;
        for (int start = 0; start < observation.Length; start += 8)
        {
            uint packed = 0;
            for (int i = start; i < start + 8; i++) packed = packed << 1 | (i < observation.Length ? observation[i] : 0u);
            value ^= packed;
            for (int bit = 0; bit < 8; bit++) value = (value & 1) != 0 ? 0xEDB88320 ^ (value >> 1) : value >> 1;
        }

        return ~value;
    }

    private static int DifficultyRamp(IEnvironment environment) =>
        environment.Find<RlKit.MinAtar.Asterix>()?.State.Game.DifficultyRamp
        ?? environment.Find<RlKit.MinAtar.Seaquest>()?.State.Game.DifficultyRamp
        ?? environment.Find<RlKit.MinAtar.SpaceInvaders>()!.State.Game.DifficultyRamp;

    /// <summary>What the game's generator draws next: its state is the last part of the environment's.</summary>
    private static double NextRandom(IEnvironment environment)
    {
        using var state = new MemoryStream();
        using var writer = new BinaryWriter(state);
        ((IStateful)environment).SaveState(writer);
        var random = new Mt19937(0);
        using var own = new MemoryStream();
        using var ownWriter = new BinaryWriter(own);
        random.SaveState(ownWriter);
        state.Position = state.Length - own.Length;
        using var reader = new BinaryReader(state);
        random.LoadState(reader);
        return random.NextDouble();
    }

    private sealed class RecordedRun(JsonElement run)
    {
        public long Seed { get; } = run.GetProperty("seed").GetInt64();

        public EnvironmentOptions Options { get; } = new()
        {
            ["sticky_action_prob"] = run.GetProperty("sticky_action_prob").GetDouble(),
            ["difficulty_ramping"] = run.GetProperty("difficulty_ramping").GetBoolean(),
        };

        public string Actions { get; } = run.GetProperty("actions").GetString()!;

        public double[] Rewards { get; } = [.. run.GetProperty("rewards").EnumerateArray().Select(item => item.GetDouble())];

        public uint[] Checksums { get; } = [.. run.GetProperty("crc").EnumerateArray().Select(item => item.GetUInt32())];

        public uint FirstChecksum { get; } = run.GetProperty("reset_crc").GetUInt32();

        public int[] FirstIndices { get; } = Numbers(run.GetProperty("reset_indices"));

        /// <summary>By the steps that ended an episode, the checksum of the next one's first picture.</summary>
        public Dictionary<int, uint> Resets { get; } =
            run.GetProperty("resets").EnumerateArray().ToDictionary(reset => reset.GetProperty("after_step").GetInt32(), reset => reset.GetProperty("crc").GetUInt32());

        public Dictionary<int, int[]> Full { get; } =
            run.GetProperty("full").EnumerateArray().ToDictionary(state => state.GetProperty("step").GetInt32(), state => Numbers(state.GetProperty("indices")));
    }
}
