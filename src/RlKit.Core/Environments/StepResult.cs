namespace RlKit;

/// <summary>What a step gives.</summary>
/// <param name="Observation">The observation after the action; at the end of an episode its last one.</param>
/// <param name="Reward">The reward of this step.</param>
/// <param name="Terminated">The episode reached an end of the task itself: nothing of value follows.</param>
/// <param name="Truncated">The episode was cut off from outside, as by a time limit: what would have followed still has a value.</param>
/// <param name="Info">What else is known; empty for most environments.</param>
public readonly record struct StepResult<TObservation>(TObservation Observation, double Reward, bool Terminated, bool Truncated, Info Info)
{
    /// <summary>The episode is over, for either reason.</summary>
    public bool Done => Terminated || Truncated;
}
