namespace RlKit.Tests;

/// <summary>Two choices side by side, of which its info says what is legal; it throws on what is not.</summary>
internal sealed class Gates() : Environment<float[], int[]>(new Box<float>(-1, 1, [2]), new MultiDiscrete([3, 2], start: [1, 0])), IStateful
{
    private readonly bool[] _legal = new bool[5];
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
        return Observe();
    }

    protected override StepResult<float[]> OnStep(int[] action)
    {
        if (!_legal[action[0] - 1] || !_legal[3 + action[1]]) throw new InvalidOperationException($"({action[0]}, {action[1]}) is illegal in step {_step}.");
        _step++;
        return Result(Observe(), action[0] - action[1], terminated: _step == 20);
    }

    private float[] Observe()
    {
        // One of the three, and now and then one of the two, is illegal.
        for (int i = 0; i < 3; i++) _legal[i] = (_step + i) % 3 != 0;
        (_legal[3], _legal[4]) = (_step % 4 != 1, _step % 4 != 2);
        Info.Set("action_mask", _legal);
        return [MathF.Sin(_step), MathF.Cos(_step)];
    }
}
