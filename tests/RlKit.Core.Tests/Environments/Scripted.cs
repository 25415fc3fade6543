namespace RlKit.Tests.Environments;

/// <summary>Observations and rewards that depend on a running count alone; episodes of three steps that end by termination and truncation in turn. The same was run in Gymnasium for reference numbers.</summary>
internal sealed class Scripted(int first = 0) : Environment<float[], int>(new Box<float>(-10, 10, [2]), new Discrete(2)), IStateful
{
    private int _count = 2 * first;
    private int _episode = first;
    private int _step;

    public void SaveState(BinaryWriter writer)
    {
        SaveBaseState(writer);
        writer.Write(_count);
        writer.Write(_episode);
        writer.Write(_step);
    }

    public void LoadState(BinaryReader reader)
    {
        LoadBaseState(reader);
        _count = reader.ReadInt32();
        _episode = reader.ReadInt32();
        _step = reader.ReadInt32();
    }

    protected override float[] OnReset(EnvironmentOptions? options)
    {
        _step = 0;
        _episode++;
        _count++;
        return Observe();
    }

    protected override StepResult<float[]> OnStep(int action)
    {
        _step++;
        _count++;
        bool ended = _step == 3;
        return Result(Observe(), _count - 2.5, ended && _episode % 2 == 1, ended && _episode % 2 == 0);
    }

    private float[] Observe() => [(_count * 0.5f) - 1, (_count * _count / 4f) - 3];
}
