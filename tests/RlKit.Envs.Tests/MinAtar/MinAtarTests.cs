using RlKit.MinAtar;
using RlKit.Tests.Video;
using RlKit.Video;

namespace RlKit.Tests.MinAtar;

/// <summary>What the recorded runs do not show: options, seeds, copies of games, pictures, crowded seas.</summary>
[TestFixture]
public sealed class MinAtarTests
{
    private static IEnumerable<string> Ids => Environments.Registry.Specs.Select(spec => spec.Id).Where(id => id.StartsWith("MinAtar/", StringComparison.Ordinal));

    [Test]
    public void OptionsOutOfRangeAreRefused()
    {
        Assert.That(() => new MinAtarOptions { StickyActionProbability = 1.5 }, Throws.InstanceOf<ArgumentOutOfRangeException>().With.Message.Contains("StickyActionProbability is 1.5; give a probability"));
        Assert.That(() => Environments.Make("MinAtar/Freeway-v0", new() { ["sticky"] = 0.1 }), Throws.ArgumentException.With.Message.Contains("sticky_action_prob, difficulty_ramping, use_minimal_action_set"));
        using var game = new Breakout();
        Assert.That(() => game.Reset(1, new() { ["low"] = 0 }), Throws.ArgumentException.With.Message.Contains("no option 'low'"));
        game.Reset(1);
        Assert.That(() => game.Step(6), Throws.ArgumentException.With.Message.Contains("a whole number from 0 to 5"));
    }

    [Test]
    public void ASeedForgetsTheLastActionAndAnEpisodesEndDoesNot()
    {
        var sticky = new MinAtarOptions { StickyActionProbability = 1 };
        using var game = new Breakout(sticky);
        game.Reset(3);
        while (!game.Step(1).Done)
        {
        }

        Assert.That(game.State.LastAction, Is.EqualTo(MinAtarAction.None), "nothing sticks to the first action");
        game.State = game.State with { LastAction = MinAtarAction.Left };
        game.Reset();
        Assert.That(game.State.LastAction, Is.EqualTo(MinAtarAction.Left));
        game.Reset(3);
        Assert.That(game.State.LastAction, Is.EqualTo(MinAtarAction.None));
    }

    [Test]
    public void OfALongSeedTheLastBitsCount()
    {
        using var first = new Freeway();
        using var second = new Freeway();
        byte[] expected = [.. first.Reset(5).Observation];
        Assert.That(second.Reset((7L << 32) + 5).Observation, Is.EqualTo(expected));
        Assert.That(second.Reset(6).Observation, Is.Not.EqualTo(expected));

        using IVectorEnvironment vector = Environments.MakeVector("MinAtar/Freeway-v0", 1);
        vector.Reset((7L << 32) + 5);
        Assert.That(vector.ByteObservations.ToArray(), Is.EqualTo(expected));
    }

    [Test]
    public void ACopyOfAGameIsPlayedOnByItself()
    {
        using var game = new Seaquest();
        game.Reset(2);
        for (int step = 0; step < 60; step++)
        {
            if (game.Step(4 + step % 2).Done) game.Reset();
        }

        MinAtarState<SeaquestGame> before = game.State;
        byte[] board = new byte[game.ObservationSpace.FlatSize];
        game.Dynamics.Observe(before, board);
        byte[] expected = [.. board];
        MinAtarState<SeaquestGame> planned = before;
        var random = new Mt19937(1);
        for (int step = 0; step < 100; step++) game.Dynamics.Step(ref planned, [step % 6], random, out _);
        game.Dynamics.Observe(game.State, board);
        Assert.That(board, Is.EqualTo(expected));
        game.Dynamics.Observe(planned, board);
        Assert.That(board, Is.Not.EqualTo(expected));
    }

    [Test]
    public void TheMostCrowdedSeaHasRoomForAll()
    {
        // An enemy a step, and the fastest of them: a state that takes nineteen dives to reach.
        const int spawnInterval = 26, spawnTimer = 30, moveInterval = 38;
        var dynamics = new MinAtarDynamics<SeaquestGame>(new());
        var random = new Mt19937(4);
        MinAtarState<SeaquestGame> state = default;
        dynamics.Reset(ref state, random, null);
        using var stream = new MemoryStream();
        dynamics.SaveState(state, new BinaryWriter(stream));
        byte[] saved = stream.ToArray();
        foreach ((int offset, int was, int value) in new[] { (spawnInterval, 20, 1), (spawnTimer, 20, 1), (moveInterval, 5, 2) })
        {
            Assert.That(BitConverter.ToInt32(saved, offset), Is.EqualTo(was));
            BitConverter.TryWriteBytes(saved.AsSpan(offset), value);
        }

        dynamics.LoadState(ref state, new BinaryReader(new MemoryStream(saved)));
        byte[] board = new byte[1000];
        int most = 0;
        for (int step = 0; step < 50_000; step++)
        {
            // The end of the game is passed over.
            dynamics.Step(ref state, [random.Integers(5)], random, out _);
            if (step % 100 != 0) continue;
            dynamics.Observe(state, board);
            most = Math.Max(most, board.Count((byte)1));
        }

        Assert.That(most, Is.GreaterThan(40));
    }

    [TestCaseSource(nameof(Ids))]
    public void ADamagedStateIsRefused(string id)
    {
        using IVectorEnvironment vector = Environments.MakeVector(id, 1);
        vector.Reset(1);
        using var stream = new MemoryStream();
        ((IStateful)vector).SaveState(new BinaryWriter(stream));
        byte[] state = stream.ToArray();
        const int random = 2509, header = 5;
        state[header + random + 5] = 77;
        Assert.That(() => ((IStateful)vector).LoadState(new BinaryReader(new MemoryStream(state))), Throws.InstanceOf<InvalidDataException>().With.Message.Contains("damaged"));
    }

    [Test]
    public void EveryChannelHasAColorAndTheLastIsSeen()
    {
        using var game = new Breakout();
        game.Reset(0);
        game.Step(0);
        ReadOnlySpan<byte> board = game.Step(0).Observation;
        Frame frame = game.Render();
        var colors = new Dictionary<int, (byte, byte, byte)>();
        for (int cell = 0; cell < 100; cell++)
        {
            int channel = board.Slice(4 * cell, 4).LastIndexOf((byte)1);
            var color = frame[cell % 10 * 40, cell / 10 * 40];
            Assert.That(frame[cell % 10 * 40 + 39, cell / 10 * 40 + 39], Is.EqualTo(color));
            Assert.That(colors.TryAdd(channel, color) || colors[channel] == color);
        }

        Assert.That(colors[-1], Is.EqualTo(((byte)0, (byte)0, (byte)0)));
        Assert.That(colors, Has.Count.EqualTo(5));
        Assert.That(colors.Values, Is.Unique);
    }

    [Test]
    public void AnEpisodeIsRecorded()
    {
        using var folder = new TemporaryFolder();
        using (var game = Environments.Make<byte[], int>("MinAtar/SpaceInvaders-v1").WithVideo(folder.Path, new RecordVideoOptions { Format = VideoFormat.AnimatedPng }))
        {
            game.Reset(0);
            int frames = 1;
            while (!game.Step(frames % 4).Done) frames++;
            game.Reset();
            PngDecoder.Animation video = PngDecoder.Decode(File.ReadAllBytes(folder.File("rl-video-episode-0.png")));
            Assert.That(video.Frames, Has.Count.EqualTo(frames + 1));
            Assert.That(video.Seconds, Is.All.EqualTo(0.05).Within(1e-9));
        }
    }
}
