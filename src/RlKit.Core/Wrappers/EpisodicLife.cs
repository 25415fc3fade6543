namespace RlKit;

/// <summary>
/// Ends the episode of a game when a life is lost, and really resets only when the game is over: otherwise <see cref="Reset"/> goes on with the next life by one idle step (action 0).
/// </summary>
/// <remarks>Mnih et al. 2015; Stable-Baselines3's EpisodicLifeEnv. A reset with a seed or options starts a new game whatever lives are left.</remarks>
public sealed class EpisodicLife<TObservation> : Wrapper<TObservation, int>
    where TObservation : notnull
{
    private const int Noop = 0;

    private readonly IHasLives _game;
    private int _lives;
    private bool _gameOver = true;
    private bool _lifeOver;

    /// <summary>Makes lives episodes.</summary>
    /// <param name="environment">The environment to wrap; it tells its <see cref="IHasLives"/>.</param>
    /// <exception cref="ArgumentException">The environment does not tell its lives.</exception>
    public EpisodicLife(IEnvironment<TObservation, int> environment)
        : base(environment) =>
        _game = environment.Find<IHasLives>()
            ?? throw new ArgumentException($"The environment does not tell its lives; make it implement {nameof(IHasLives)}.", nameof(environment));

    /// <inheritdoc/>
    public override ResetResult<TObservation> Reset(long? seed = null, EnvironmentOptions? options = null)
    {
        ResetResult<TObservation> result = _gameOver || seed is not null || options is not null ? Inner.Reset(seed, options) : NextLife();
        _gameOver = false;
        _lifeOver = false;
        _lives = _game.Lives;
        return result;
    }

    /// <inheritdoc/>
    public override StepResult<TObservation> Step(int action)
    {
        if (_lifeOver) throw new InvalidOperationException("The episode has ended: a life was lost. Call Reset before the next Step, to go on with the next life.");
        StepResult<TObservation> result = Inner.Step(action);
        _gameOver = result.Done;

        // Some games stay at no lives for a few frames before they are over; the end of the game is the end then.
        int lives = _game.Lives;
        _lifeOver = lives > 0 && lives < _lives;
        _lives = lives;
        return _lifeOver ? result with { Terminated = true } : result;
    }

    /// <inheritdoc/>
    public override void SaveState(BinaryWriter writer)
    {
        base.SaveState(writer);
        writer.Write(_lives);
        writer.Write(_gameOver);
        writer.Write(_lifeOver);
    }

    /// <inheritdoc/>
    public override void LoadState(BinaryReader reader)
    {
        base.LoadState(reader);
        _lives = reader.ReadInt32();
        _gameOver = reader.ReadBoolean();
        _lifeOver = reader.ReadBoolean();
    }

    private ResetResult<TObservation> NextLife()
    {
        StepResult<TObservation> step = Inner.Step(Noop);
        return step.Done ? Inner.Reset() : new(step.Observation, step.Info);
    }
}
