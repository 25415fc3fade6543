namespace RlKit.Tests.Environments;

/// <summary>An environment that checks nothing and returns what it is told to.</summary>
internal sealed class Lawless : IEnvironment<float[], int>
{
    public float[] Observation { get; set; } = [0, 0];

    public double Reward { get; set; } = 1;

    public Info Info { get; set; } = Info.Empty;

    public EnvironmentSpec? Spec => null;

    public Space<float[]> ObservationSpace { get; } = new Box<float>(-5, 5, [2]);

    public Space<int> ActionSpace { get; } = new Discrete(3);

    public ResetResult<float[]> Reset(long? seed = null, EnvironmentOptions? options = null) => new(Observation, Info);

    public StepResult<float[]> Step(int action) => new(Observation, Reward, false, false, Info);

    public void Dispose()
    {
    }
}
