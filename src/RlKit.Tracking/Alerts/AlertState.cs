using System.Globalization;

namespace RlKit.Tracking.Alerts;

/// <summary>Where one rule stands in one run.</summary>
internal sealed class AlertState(AlertRule rule, long minIntervalMilliseconds)
{
    // Metrics that are NaN now, of a rule about any.
    private readonly HashSet<string> _notFinite = new(StringComparer.Ordinal);
    private double _best = double.NaN;
    private long _bestStep, _firedAt = long.MinValue;
    private int _suppressed;
    private bool _holds;

    public AlertRule Rule => rule;

    /// <summary>Whether its metric was ever reported.</summary>
    public bool IsSeen { get; private set; }

    /// <summary>Looks at a value of its metric.</summary>
    /// <returns>What happened when it fires; else null.</returns>
    public string? See(string name, double value, long step, long now)
    {
        IsSeen = true;
        if (rule.Condition == AlertCondition.NotFinite)
        {
            if (double.IsFinite(value))
            {
                if (_notFinite.Count > 0) _notFinite.Remove(name);
                return null;
            }

            return _notFinite.Add(name) && MayFire(now) ? Tell(string.Create(CultureInfo.InvariantCulture, $"{name} is {value} at step {step}")) : null;
        }

        if (rule.Condition is AlertCondition.NoImprovement or AlertCondition.NoDecrease)
        {
            bool isBetter = double.IsNaN(_best) ? !double.IsNaN(value) : rule.Condition == AlertCondition.NoImprovement ? value > _best : value < _best;
            if (isBetter) (_best, _bestStep) = (value, step);
            if (!Crosses(!double.IsNaN(_best) && step - _bestStep >= rule.Steps) || !MayFire(now)) return null;
            return Tell(string.Create(CultureInfo.InvariantCulture, $"{name} is {value} at step {step}; the {(rule.Condition == AlertCondition.NoImprovement ? "highest" : "lowest")} was {_best} at step {_bestStep}"));
        }

        if (step < rule.Steps) return null;
        bool holds = rule.Condition switch
        {
            AlertCondition.Below => value < rule.Threshold,
            AlertCondition.AtMost => value <= rule.Threshold,
            AlertCondition.Above => value > rule.Threshold,
            _ => value >= rule.Threshold,
        };
        return Crosses(holds) && MayFire(now) ? Tell(string.Create(CultureInfo.InvariantCulture, $"{name} is {value} at step {step}")) : null;
    }

    /// <summary>Looks at something else than a metric.</summary>
    /// <param name="holds">Whether the condition holds.</param>
    /// <param name="now">Milliseconds since the machine started.</param>
    /// <param name="what">Tells what happened.</param>
    public string? See(bool holds, long now, Func<string> what) => Crosses(holds) && MayFire(now) ? Tell(what()) : null;

    private bool Crosses(bool holds)
    {
        bool crosses = holds && !_holds;
        _holds = holds;
        return crosses;
    }

    private bool MayFire(long now)
    {
        if (_firedAt != long.MinValue && now - _firedAt < minIntervalMilliseconds)
        {
            _suppressed++;
            return false;
        }

        _firedAt = now;
        return true;
    }

    private string Tell(string what)
    {
        string rest = _suppressed == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $", and it was {_suppressed} time{(_suppressed == 1 ? "" : "s")} more since the last alert");
        _suppressed = 0;
        return $"{what}{rest} (alert: {rule.Text})";
    }
}
