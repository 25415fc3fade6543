namespace RlKit.Tracking;

/// <summary>What a run is of: the names that people look for it by.</summary>
/// <param name="Algorithm">The algorithm, for example "ppo".</param>
/// <param name="EnvironmentId">The environment's id.</param>
/// <param name="Experiment">The experiment's name; any text.</param>
/// <param name="Seed">The run's seed.</param>
/// <param name="Project">The project that it belongs to; null for none.</param>
public sealed record RunIdentity(string Algorithm, string EnvironmentId, string Experiment, long Seed, string? Project = null);
