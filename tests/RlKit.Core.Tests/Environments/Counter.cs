namespace RlKit.Tests.Environments;

/// <summary>Counts its steps modulo four and never ends.</summary>
internal sealed class Counter() : Environment<int, int>(new Discrete(4), new Discrete(4))
{
    private int _count;

    public int LastAction { get; private set; }

    protected override int OnReset(EnvironmentOptions? options) => _count = 0;

    protected override StepResult<int> OnStep(int action)
    {
        LastAction = action;
        _count = (_count + 1) % 4;
        return Result(_count, 0);
    }
}
