namespace RlKit.Tests;

/// <summary>An observation that never changes and a reward of 1 at every step; an episode has a fixed length and ends as it is told.</summary>
internal sealed class Chain(int length, bool terminates, bool truncates, Space<int>? actions = null)
    : Environment<float[], int>(new Box<float>(-1, 1, [1]), actions ?? new Discrete(2)), IStateful
{
    private int _step;

    public void SaveState(BinaryWriter writer)
    {
        SaveBaseState(writer);
        writer.Write(_step);
    }

    public void LoadState(BinaryReader reader)
    {
        LoadBaseState(reader);
        _step = reader.ReadInt32();
    }

    protected override float[] OnReset(EnvironmentOptions? options)
    {
        _step = 0;
        return [1];
    }

    protected override StepResult<float[]> OnStep(int action)
    {
        bool ends = ++_step == length;
        return Result([1], 1, ends && terminates, ends && truncates);
    }
}
