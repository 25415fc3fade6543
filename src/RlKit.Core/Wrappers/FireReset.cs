namespace RlKit;

/// <summary>After a reset, presses <c>FIRE</c> (action 1) and then action 2, for games that stand still until the player does.</summary>
/// <remarks>Stable-Baselines3's FireResetEnv, except that an episode that ends meanwhile is reset without the seed and its first observation is given.</remarks>
public sealed class FireReset<TObservation> : Wrapper<TObservation, int>
    where TObservation : notnull
{
    private const int Fire = 1;
    private const int Second = 2;

    /// <summary>Fires after resets.</summary>
    /// <param name="environment">The environment to wrap; it tells its <see cref="IHasActionMeanings"/>, of which the second is FIRE and which are 3 or more.</param>
    /// <exception cref="ArgumentException">The second action is not FIRE, there are less than three, or the environment does not say what its actions mean.</exception>
    public FireReset(IEnvironment<TObservation, int> environment)
        : base(environment)
    {
        ActionMeaning.Require(environment, Fire, "FIRE", nameof(environment));
        int count = environment.Find<IHasActionMeanings>()!.ActionMeanings.Count;
        if (count <= Second) throw new ArgumentException($"The environment has {count} actions; {nameof(FireReset<TObservation>)} takes the third one after FIRE.", nameof(environment));
    }

    /// <inheritdoc/>
    public override ResetResult<TObservation> Reset(long? seed = null, EnvironmentOptions? options = null)
    {
        Inner.Reset(seed, options);
        Press(Fire, options);
        return Press(Second, options);
    }

    private ResetResult<TObservation> Press(int action, EnvironmentOptions? options)
    {
        StepResult<TObservation> step = Inner.Step(action);
        return step.Done ? Inner.Reset(null, options) : new(step.Observation, step.Info);
    }
}
