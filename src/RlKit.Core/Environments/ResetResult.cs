namespace RlKit;

/// <summary>What a reset gives.</summary>
/// <param name="Observation">The first observation of the episode.</param>
/// <param name="Info">What else is known; empty for most environments.</param>
public readonly record struct ResetResult<TObservation>(TObservation Observation, Info Info);
