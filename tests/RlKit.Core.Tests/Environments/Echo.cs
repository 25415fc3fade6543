namespace RlKit.Tests.Environments;

/// <summary>Gives every action back as the observation.</summary>
internal sealed class Echo(Box<float> space) : Environment<float[], float[]>(space, space)
{
    protected override float[] OnReset(EnvironmentOptions? options) => ObservationSpace.Sample();

    protected override StepResult<float[]> OnStep(float[] action) => Result((float[])action.Clone(), 0);
}
