using System.Globalization;

namespace RlKit;

/// <summary>
/// Looks at what the first reset and the first step return, and throws when that cannot be right. It costs nothing afterwards.
/// <see cref="EnvironmentChecker"/> looks much closer.
/// </summary>
/// <remarks>Gymnasium's PassiveEnvChecker. Every environment made by <see cref="EnvironmentRegistry"/> has one, unless its spec says <see cref="EnvironmentSpec.DisableEnvChecker"/>.</remarks>
public sealed class PassiveEnvChecker<TObservation, TAction>(IEnvironment<TObservation, TAction> environment) : Wrapper<TObservation, TAction>(environment)
    where TObservation : notnull
    where TAction : notnull
{
    private bool _checkedReset;
    private bool _checkedStep;

    /// <inheritdoc/>
    /// <exception cref="InvalidOperationException">The first observation is not in the observation space, or its info is null.</exception>
    public override ResetResult<TObservation> Reset(long? seed = null, EnvironmentOptions? options = null)
    {
        ResetResult<TObservation> result = Inner.Reset(seed, options);
        if (_checkedReset) return result;
        _checkedReset = true;
        Check(result.Observation, result.Info, nameof(Reset));
        return result;
    }

    /// <inheritdoc/>
    /// <exception cref="InvalidOperationException">The observation of the first step is not in the observation space, its reward is no finite number, or its info is null.</exception>
    public override StepResult<TObservation> Step(TAction action)
    {
        StepResult<TObservation> result = Inner.Step(action);
        if (!_checkedStep) CheckStep(result);
        return result;
    }

    private void CheckStep(in StepResult<TObservation> result)
    {
        _checkedStep = true;
        Check(result.Observation, result.Info, nameof(Step));
        if (!double.IsFinite(result.Reward))
            throw Invalid(string.Create(CultureInfo.InvariantCulture, $"the reward of Step is {result.Reward}; return a finite number"));
    }

    private void Check(TObservation observation, Info info, string call)
    {
        if (observation is null) throw Invalid($"{call} returned null for the observation; return an element of {ObservationSpace}");
        if (!ObservationSpace.Contains(observation))
            throw Invalid($"{call} returned the observation {ValueText.Of(observation)}, which is not in the observation space {ObservationSpace}; mend the observation or the space");
        if (info is null) throw Invalid($"{call} returned null for the info; return Info.Empty when there is nothing to tell");
    }

    private InvalidOperationException Invalid(string problem) =>
        new($"{((IWrapper)this).Unwrapped.GetType().Name}: {problem}. EnvironmentChecker.Check looks for more.");
}
