namespace RlKit;

/// <summary>
/// Finds mistakes in environments that people write, and says what to do about each: run it once, in a test, before training.
/// </summary>
/// <remarks>
/// <para>It finds what Gymnasium's and Stable-Baselines3's checkers find, and what their users ran into besides. It resets and steps the environment many times and leaves it anywhere; it does not dispose it.</para>
/// <para>
/// Errors: <c>space-missing</c>, <c>reset-throws</c>, <c>step-throws</c>, <c>observation-null</c>, <c>observation-type</c>, <c>observation-shape</c>, <c>observation-parts</c>, <c>observation-nan</c>,
/// <c>observation-bounds</c>, <c>info-null</c>, <c>reward-not-finite</c>, <c>not-deterministic</c>, <c>seed-repeats</c>, <c>buffer-reused</c>, <c>flags-both</c>, <c>limit-ignored</c>, <c>state-not-restored</c>,
/// <c>render-throws</c>, <c>frame-reused</c>, <c>render-changes-state</c>.
/// </para>
/// <para>
/// Warnings: <c>action-bounds</c>, <c>action-scale</c>, <c>space-degenerate</c>, <c>picture-type</c>, <c>picture-scale</c>, <c>observation-constant</c>, <c>limit-as-termination</c>, <c>termination-as-truncation</c>,
/// <c>step-before-reset</c>, <c>step-after-end</c>, <c>illegal-action</c>, <c>info-not-deterministic</c>.
/// </para>
/// </remarks>
public static class EnvironmentChecker
{
    /// <summary>Checks an environment.</summary>
    /// <param name="environment">The environment, best as it was made: some mistakes show before the first reset only.</param>
    /// <param name="options">How closely to look; null for the usual.</param>
    /// <exception cref="ArgumentException">A silenced code is that of no warning.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The steps are below 1, or the seed is below 0.</exception>
    public static EnvironmentReport Check(IEnvironment environment, EnvironmentCheckOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(environment);
        options ??= new EnvironmentCheckOptions();
        if (options.Steps < 1) throw new ArgumentOutOfRangeException(nameof(options), options.Steps, $"Runs of {options.Steps} steps were asked for; give 1 or more.");
        if (options.Seed < 0) throw new ArgumentOutOfRangeException(nameof(options), options.Seed, $"The seed is {options.Seed}; give one of 0 or more.");
        foreach (string code in options.Silenced)
        {
            if (Array.IndexOf(Findings.Warnings, code) < 0)
                throw new ArgumentException($"'{code}' is the code of no warning, and errors cannot be silenced; the warnings are {string.Join(", ", Findings.Warnings)}.", nameof(options));
        }

        return environment.Accept(new Visitor(options));
    }

    private sealed class Visitor(EnvironmentCheckOptions options) : IEnvironmentVisitor<EnvironmentReport>
    {
        public EnvironmentReport Visit<TObservation, TAction>(IEnvironment<TObservation, TAction> environment)
            where TObservation : notnull
            where TAction : notnull => new EnvironmentInspection<TObservation, TAction>(environment, options).Run();
    }
}
