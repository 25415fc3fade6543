namespace RlKit.Tests.Checking;

/// <summary>A sound little environment whose parts can be replaced by wrong ones: a walk that terminates at random, with everything checked by hand rather than by the base class.</summary>
internal sealed class Pliable : IEnvironment<float[], int>, IStateful
{
    private bool _running;

    public Pcg64 Generator { get; } = new(0);

    public int Position { get; set; }

    public int Steps { get; set; }

    public Func<Pliable, float[]> Observe { get; set; } = self => [self.Position, 0.5f];

    public Action<Pliable, long?> OnReset { get; set; } = (self, seed) =>
    {
        if (seed is { } given) self.Generator.Reseed(given);
        self.Position = self.Generator.Integers(-3, 4);
    };

    public Func<Pliable, StepResult<float[]>, StepResult<float[]>> OnStep { get; set; } = (_, result) => result;

    public Func<Pliable, Frame> OnRender { get; set; } = _ => new Frame(2, 2);

    public Action<Pliable, BinaryReader> OnLoad { get; set; } = (self, reader) =>
    {
        self.Position = reader.ReadInt32();
        self.Steps = reader.ReadInt32();
        self._running = reader.ReadBoolean();
        self.Generator.LoadState(reader);
    };

    public bool ChecksOrder { get; set; } = true;

    public bool ChecksActions { get; set; } = true;

    public EnvironmentSpec? Spec { get; set; }

    public Space<float[]> ObservationSpace { get; set; } = new Box<float>(-10, 10, [2]);

    public Space<int> ActionSpace { get; set; } = new Discrete(3);

    public bool ReusesObservation { get; set; }

    public int? MaxEpisodeSteps { get; set; }

    public bool EnforcesOrder { get; set; }

    public ResetResult<float[]> Reset(long? seed = null, EnvironmentOptions? options = null)
    {
        Steps = 0;
        _running = true;
        OnReset(this, seed);
        return new(Observe(this), Info.Empty);
    }

    public StepResult<float[]> Step(int action)
    {
        if (ChecksOrder && !_running) throw new InvalidOperationException("Call Reset first.");
        if (ChecksActions && !ActionSpace.Contains(action)) throw new ArgumentException("Not an action.", nameof(action));
        Steps++;
        Position = Math.Clamp(Position + action - 1, -10, 10);
        StepResult<float[]> result = OnStep(this, new(Observe(this), Position, Terminated: Generator.Integers(10) == 0, Truncated: false, Info.Empty));
        _running = !result.Done;
        return result;
    }

    public Frame Render() => OnRender(this);

    public void SaveState(BinaryWriter writer)
    {
        writer.Write(Position);
        writer.Write(Steps);
        writer.Write(_running);
        Generator.SaveState(writer);
    }

    public void LoadState(BinaryReader reader) => OnLoad(this, reader);

    public void Dispose()
    {
    }
}
