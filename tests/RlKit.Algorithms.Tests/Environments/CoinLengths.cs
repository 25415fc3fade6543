namespace RlKit.Tests;

/// <summary>Half of the episodes have one step and the return 0, the others a hundred steps and the return 1.</summary>
internal sealed class CoinLengths() : Environment<float[], int>(new Box<float>(-1, 1, [1]), new Discrete(2))
{
    private int _left;

    protected override float[] OnReset(EnvironmentOptions? options)
    {
        _left = Random.NextDouble() < 0.5 ? 1 : 100;
        return [_left == 1 ? 0 : 1];
    }

    protected override StepResult<float[]> OnStep(int action)
    {
        _left--;
        return Result([1], reward: 0.01, terminated: _left == 0);
    }
}
