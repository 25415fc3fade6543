using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace RlKit;

/// <summary>Splits a run's wall time by phase. Entering a phase costs one reading of the clock.</summary>
public sealed class PhaseClock
{
    private readonly long[] _ticks = new long[Enum.GetValues<Phase>().Length];
    private long _entered = Stopwatch.GetTimestamp();

    /// <summary>The phase that the clock counts for now.</summary>
    public Phase Current { get; private set; }

    /// <summary>All time so far.</summary>
    public TimeSpan Total => Stopwatch.GetElapsedTime(0, _ticks.Sum() + Stopwatch.GetTimestamp() - _entered);

    /// <summary>The time spent in a phase so far.</summary>
    public TimeSpan this[Phase phase] =>
        Stopwatch.GetElapsedTime(0, _ticks[(int)phase] + (phase == Current ? Stopwatch.GetTimestamp() - _entered : 0));

    /// <summary>Counts for another phase from now on.</summary>
    /// <returns>The phase before.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Phase Enter(Phase phase)
    {
        long now = Stopwatch.GetTimestamp();
        Phase before = Current;
        _ticks[(int)before] += now - _entered;
        _entered = now;
        Current = phase;
        return before;
    }

    /// <summary>Starts again from zero.</summary>
    public void Restart()
    {
        Array.Clear(_ticks);
        Current = Phase.Other;
        _entered = Stopwatch.GetTimestamp();
    }
}
