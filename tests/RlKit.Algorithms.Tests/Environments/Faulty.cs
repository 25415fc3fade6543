namespace RlKit.Tests;

/// <summary>Goes well for a number of steps, counted over all episodes, and then throws or gives a reward that is no number.</summary>
internal sealed class Faulty(int goodSteps, double? badReward = null) : Environment<float[], int>(new Box<float>(-1, 1, [1]), new Discrete(2)), IStateful
{
    private int _steps;

    public void SaveState(BinaryWriter writer)
    {
        SaveBaseState(writer);
        writer.Write(_steps);
    }

    public void LoadState(BinaryReader reader)
    {
        LoadBaseState(reader);
        _steps = reader.ReadInt32();
    }

    protected override float[] OnReset(EnvironmentOptions? options) => [0];

    protected override StepResult<float[]> OnStep(int action)
    {
        if (_steps++ < goodSteps) return Result([0], 1, terminated: _steps % 10 == 0);
        return badReward is { } reward ? Result([0], reward) : throw new InvalidOperationException("the motor is on fire");
    }
}
