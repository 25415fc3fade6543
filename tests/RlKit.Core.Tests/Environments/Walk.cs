namespace RlKit.Tests.Environments;

/// <summary>A random walk on -5..5 that ends at either end; every third step is a random one. It allocates nothing and can save itself.</summary>
internal sealed class Walk(bool reuse = true) : Environment<float[], int>(new Box<float>(-5, 5, [2]), new Discrete(3)), IStateful
{
    private readonly float[] _observation = new float[2];
    private int _position;
    private int _steps;

    public override bool ReusesObservation => reuse;

    public override string RenderText() => $"{_position}\n";

    public override Frame Render() => new(11, 1);

    public void SaveState(BinaryWriter writer)
    {
        SaveBaseState(writer);
        writer.Write(_position);
        writer.Write(_steps);
    }

    public void LoadState(BinaryReader reader)
    {
        LoadBaseState(reader);
        _position = reader.ReadInt32();
        _steps = reader.ReadInt32();
    }

    protected override float[] OnReset(EnvironmentOptions? options)
    {
        options?.RefuseUnknown(nameof(Walk), "start");
        _position = options?.Get("start", 0) ?? Random.Integers(-2, 3);
        _steps = 0;
        Info.Set("position", _position);
        return Observe();
    }

    protected override StepResult<float[]> OnStep(int action)
    {
        _steps++;
        _position += _steps % 3 == 0 ? Random.Integers(-1, 2) : action - 1;
        Info.Set("position", _position);
        return Result(Observe(), _position + (0.5 * action), terminated: Math.Abs(_position) == 5);
    }

    private float[] Observe()
    {
        float[] observation = reuse ? _observation : new float[2];
        observation[0] = _position;
        observation[1] = Math.Min(5, _steps * 0.125f);
        return observation;
    }
}
