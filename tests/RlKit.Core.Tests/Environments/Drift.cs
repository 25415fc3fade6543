namespace RlKit.Tests.Environments;

/// <summary>A point in the plane that real-number actions push, with noise; it ends beyond 3. It allocates nothing and can save itself.</summary>
internal sealed class Drift() : Environment<float[], float[]>(new Box<float>(float.NegativeInfinity, float.PositiveInfinity, [2]), new Box<float>([-2, 0.5f], [2, 3])), IStateful
{
    private readonly float[] _observation = new float[2];

    public float[] LastAction { get; } = new float[2];

    public override bool ReusesObservation => true;

    public void SaveState(BinaryWriter writer)
    {
        SaveBaseState(writer);
        foreach (float value in _observation) writer.Write(value);
    }

    public void LoadState(BinaryReader reader)
    {
        LoadBaseState(reader);
        for (int i = 0; i < 2; i++) _observation[i] = reader.ReadSingle();
    }

    protected override float[] OnReset(EnvironmentOptions? options)
    {
        for (int i = 0; i < 2; i++) _observation[i] = (float)Random.Uniform(-1, 1);
        return _observation;
    }

    protected override StepResult<float[]> OnStep(float[] action)
    {
        action.CopyTo(LastAction, 0);
        _observation[0] += (0.2f * action[0]) + (float)Random.Uniform(-0.1, 0.1);
        _observation[1] += 0.1f * (action[1] - 1.5f);
        return Result(_observation, -Math.Abs(_observation[0]) - action[1], terminated: Math.Abs(_observation[0]) > 3);
    }
}
