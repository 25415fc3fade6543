namespace RlKit.Tracking.Reports;

/// <summary>Turns the times of records, in their order, into seconds of training: the time between two sessions does not count.</summary>
internal sealed class SessionClock(IReadOnlyList<RunSession> sessions)
{
    private int _session;
    private double _before, _last;

    /// <summary>Seconds of training at a time, which is in seconds since 1970; they never fall, also where the machine's clock was set back.</summary>
    public double At(double time)
    {
        while (_session + 1 < sessions.Count && time >= Seconds(sessions[_session + 1].Started))
        {
            RunSession ended = sessions[_session++];
            // One that was killed lasted until its last record.
            _last = Math.Max(_last, _before + (ended.Duration is { } duration ? duration.TotalSeconds : 0));
            _before = _last;
        }

        return _last = Math.Max(_last, _before + time - Seconds(sessions[_session].Started));
    }

    private static double Seconds(DateTimeOffset time) => time.ToUnixTimeMilliseconds() / 1000.0;
}
