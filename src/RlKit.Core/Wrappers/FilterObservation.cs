namespace RlKit;

/// <summary>Keeps some of the parts of Dict observations and drops the others.</summary>
/// <remarks>Gymnasium's FilterObservation.</remarks>
public sealed class FilterObservation<TAction> : ObservationWrapper<Dictionary<string, object>, Dictionary<string, object>, TAction>
    where TAction : notnull
{
    private readonly string[] _keys;
    private readonly DictSpace _space;

    /// <summary>Keeps parts of observations.</summary>
    /// <param name="environment">The environment to wrap; its observation space is a Dict.</param>
    /// <param name="keys">The keys of the parts to keep, 1 or more.</param>
    /// <exception cref="ArgumentException">The observation space is no Dict, there are no keys, one is there twice, or one is not in the space; the message names those that are.</exception>
    public FilterObservation(IEnvironment<Dictionary<string, object>, TAction> environment, params ReadOnlySpan<string> keys)
        : base(environment)
    {
        if (environment.ObservationSpace is not DictSpace inner)
            throw new ArgumentException($"{nameof(FilterObservation<TAction>)} needs a Dict, but the observations are {environment.ObservationSpace}.", nameof(environment));
        if (keys.Length == 0) throw new ArgumentException("There are no keys, so that nothing of the observation would be left; name the parts to keep.", nameof(keys));

        _keys = keys.ToArray();
        var parts = new (string, Space)[keys.Length];
        for (int i = 0; i < keys.Length; i++)
        {
            if (!inner.Keys.Contains(keys[i])) throw new ArgumentException($"The observation has no part '{keys[i]}'; its parts are {string.Join(", ", inner.Keys)}.", nameof(keys));
            if (Array.IndexOf(_keys, keys[i]) != i) throw new ArgumentException($"The key '{keys[i]}' is there twice.", nameof(keys));
            parts[i] = (keys[i], inner[keys[i]]);
        }

        _space = new DictSpace(parts);
    }

    /// <inheritdoc/>
    public override Space<Dictionary<string, object>> ObservationSpace => _space;

    /// <inheritdoc/>
    protected override Dictionary<string, object> Observe(Dictionary<string, object> observation)
    {
        var filtered = new Dictionary<string, object>(_keys.Length);
        foreach (string key in _keys) filtered[key] = observation[key];
        return filtered;
    }
}
