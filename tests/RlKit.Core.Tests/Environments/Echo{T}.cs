using System.Numerics;

namespace RlKit.Tests.Environments;

/// <summary>Gives every action back as the observation.</summary>
internal sealed class Echo<T>(Box<T> space) : Environment<T[], T[]>(space, space)
    where T : unmanaged, INumber<T>, IMinMaxValue<T>
{
    protected override T[] OnReset(EnvironmentOptions? options) => ObservationSpace.Sample();

    protected override StepResult<T[]> OnStep(T[] action) => Result((T[])action.Clone(), 0);
}
