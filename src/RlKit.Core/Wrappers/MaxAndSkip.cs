using System.Numerics;

namespace RlKit;

/// <summary>
/// Takes every action several times, adds the rewards up and gives the larger of the last two observations, element by element, so that sprites which are drawn every
/// other frame only stay visible. It stops early when the episode ends.
/// </summary>
/// <remarks>
/// Mnih et al. 2015; Gymnasium's MaxAndSkipObservation, except at an early end: the observation there is the larger of the last two of this very step, not of what was left from an earlier one,
/// so that the value of a truncated episode's last observation means something.
/// </remarks>
/// <typeparam name="T">The type of the elements of the observations: float or byte.</typeparam>
/// <typeparam name="TAction">The actions.</typeparam>
public sealed class MaxAndSkip<T, TAction> : Wrapper<T[], TAction>
    where T : unmanaged, INumber<T>, IMinMaxValue<T>
    where TAction : notnull
{
    private readonly int _skip;
    private readonly T[] _previous;
    private readonly ObservationBuffer<T> _buffer;

    /// <summary>Skips frames.</summary>
    /// <param name="environment">The environment to wrap; its observation space is a box.</param>
    /// <param name="skip">How often each action is taken, 2 or more.</param>
    /// <exception cref="ArgumentOutOfRangeException">The number is below 2.</exception>
    /// <exception cref="ArgumentException">The observation space is no box.</exception>
    public MaxAndSkip(IEnvironment<T[], TAction> environment, int skip = 4)
        : base(environment)
    {
        if (skip < 2) throw new ArgumentOutOfRangeException(nameof(skip), skip, $"Each action would be taken {skip} times; give 2 or more.");
        int size = WrappedSpace.Box<T>(environment.ObservationSpace, nameof(MaxAndSkip<T, TAction>), nameof(environment)).FlatSize;
        _skip = skip;
        _previous = new T[size];
        _buffer = new ObservationBuffer<T>(environment, size);
    }

    /// <inheritdoc/>
    public override int? MaxEpisodeSteps => (int?)(((long?)Inner.MaxEpisodeSteps + _skip - 1) / _skip);

    /// <inheritdoc/>
    public override StepResult<T[]> Step(TAction action)
    {
        double reward = 0;
        for (int i = 1; ; i++)
        {
            StepResult<T[]> result = Inner.Step(action);
            reward += result.Reward;
            if (i == _skip || result.Done)
            {
                T[] observation = i == 1 ? result.Observation : Larger(result.Observation);
                return result with { Observation = observation, Reward = reward };
            }

            result.Observation.CopyTo(_previous, 0);
        }
    }

    private T[] Larger(T[] last)
    {
        T[] larger = _buffer.Next();
        for (int i = 0; i < larger.Length; i++) larger[i] = T.Max(last[i], _previous[i]);
        return larger;
    }
}
