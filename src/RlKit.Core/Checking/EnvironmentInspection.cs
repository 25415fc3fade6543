using System.Globalization;
using System.Runtime.InteropServices;

namespace RlKit;

/// <summary>One check of one environment by <see cref="EnvironmentChecker"/>: runs that are recorded, looked at and compared.</summary>
internal sealed class EnvironmentInspection<TObservation, TAction>
    where TObservation : notnull
    where TAction : notnull
{
    private const int FewEpisodes = 3;
    private const int SeveralEpisodes = 5;
    private const int Resets = 8;
    private const int StateSteps = 60;
    private const int RenderEvery = 10;
    private const int ConstantSteps = 50;

    private readonly IEnvironment<TObservation, TAction> _environment;
    private readonly EnvironmentCheckOptions _options;
    private readonly Findings _findings;
    private readonly TAction[] _actions = [];

    public EnvironmentInspection(IEnvironment<TObservation, TAction> environment, EnvironmentCheckOptions options)
    {
        _environment = environment;
        _options = options;
        _findings = new Findings(options.Silenced);
        if (environment.ActionSpace is not { } actions) return;
        actions.Seed(options.Seed);
        _actions = new TAction[options.Steps];
        for (int i = 0; i < _actions.Length; i++) _actions[i] = actions.Sample();
    }

    private bool IsDeterministic => _environment.Spec is not { Nondeterministic: true };

    public EnvironmentReport Run()
    {
        IEnvironment innermost = _environment is IWrapper wrapper ? wrapper.Unwrapped : _environment;
        string name = _environment.Spec?.Id ?? innermost.GetType().Name;
        if (_environment.ObservationSpace is null || _environment.ActionSpace is null)
        {
            _findings.Error("space-missing", "ObservationSpace or ActionSpace is null.", "Return the same space object every time.");
            return _findings.Report(name);
        }

        CheckSpaces();
        CheckStepBeforeReset();
        var first = new Trace();
        if (Record(first, look: true))
        {
            CheckEpisodes(first);
            CheckObservations(first);
            if (IsDeterministic) CheckDeterminism(first);
            CheckSeeds();
            CheckIllegalActions();
            CheckStepAfterEnd();
            if (IsDeterministic) CheckState();
            CheckRender(first);
        }

        return _findings.Report(name);
    }

    private void CheckSpaces()
    {
        if (_environment.ActionSpace is Box<float> actions)
        {
            if (!actions.IsBounded)
            {
                _findings.Warning("action-bounds", $"The action space {actions} has an element without bounds.", "Give every element of an action finite bounds: agents scale by them.");
            }
            else
            {
                for (int i = 0; i < actions.FlatSize; i++)
                {
                    if (actions.Low[i] == -actions.High[i] || actions.Low[i] == 0) continue;
                    _findings.Warning("action-scale", $"The action space {actions} is not symmetric about 0.", "Make it so, usually -1 to 1, or wrap the environment WithRescaleAction(): agents start around 0.");
                    break;
                }
            }

            RequireWidth(actions, "action");
        }

        if (_environment.ObservationSpace is not Box<float> observations) return;
        RequireWidth(observations, "observation");
        if (observations.Shape.Length == 3 && !observations.Low.ContainsAnyExcept(0) && !observations.High.ContainsAnyExcept(255))
            _findings.Warning("picture-type", $"The observations {observations} look like pictures in float32.", "Use a Box<byte>: it takes a quarter of the memory, and networks scale it to 0..1 themselves.");
    }

    private void RequireWidth(Box<float> box, string kind)
    {
        for (int i = 0; i < box.FlatSize; i++)
        {
            if (box.Low[i] != box.High[i]) continue;
            _findings.Warning("space-degenerate", string.Create(CultureInfo.InvariantCulture, $"Element {i} of the {kind} space can only be {box.Low[i]}."), "Leave the element out, or widen its bounds.");
            return;
        }
    }

    private void CheckStepBeforeReset()
    {
        if (_environment.EnforcesOrder) return;
        Refusal<InvalidOperationException>(
            () => _environment.Step(_actions[0]), "step-before-reset", "Step before the first Reset", "Derive from Environment<TObservation, TAction>, or wrap the environment in OrderEnforcing.");
    }

    /// <summary>Warns where a call does not throw the exception that the contract names.</summary>
    private void Refusal<TException>(Action call, string code, string what, string remedy)
        where TException : Exception
    {
        try
        {
            call();
            _findings.Warning(code, $"{what} was accepted.", $"Throw an {typeof(TException).Name}. {remedy}");
        }
        catch (TException)
        {
            // As it should be.
        }
        catch (Exception exception)
        {
            _findings.Warning(code, $"{what} threw {exception.GetType().Name} ({exception.Message}).", $"Throw an {typeof(TException).Name} that says what is wrong. {remedy}");
        }
    }

    /// <summary>Runs the actions from a reset with the seed on, and notes what comes back.</summary>
    /// <param name="trace">Where it is noted.</param>
    /// <param name="look">Report what is wrong with it.</param>
    /// <param name="onStep">Called after each step.</param>
    /// <returns>False when the run could not be finished.</returns>
    private bool Record(Trace trace, bool look, Action<int>? onStep = null)
    {
        if (!Reset(trace, _options.Seed, look)) return false;
        for (int i = 0; i < _actions.Length; i++)
        {
            if (!Step(trace, i, look)) return false;
            onStep?.Invoke(i);
            if (trace.Entries[^1].Done && !Reset(trace, null, look)) return false;
        }

        return true;
    }

    private bool Reset(Trace trace, long? seed, bool look)
    {
        ResetResult<TObservation> result;
        string call = seed is { } given ? $"Reset(seed: {given})" : "Reset()";
        try
        {
            result = _environment.Reset(seed);
        }
        catch (Exception exception)
        {
            _findings.Error("reset-throws", $"{call} threw {exception.GetType().Name}: {exception.Message}", "A reset has to work at any time, with a seed and without.");
            return false;
        }

        if (look && !Look(trace, result.Observation, result.Info, $"The observation of {call}")) return false;
        trace.EpisodeSteps = 0;
        trace.Entries.Add(new Entry(call, Flat(result.Observation), 0, false, false, Text(result.Info)));
        return true;
    }

    private bool Step(Trace trace, int i, bool look)
    {
        StepResult<TObservation> result;
        try
        {
            result = _environment.Step(_actions[i]);
        }
        catch (Exception exception)
        {
            _findings.Error("step-throws", $"Step({ValueText.Of(_actions[i])}) threw {exception.GetType().Name}: {exception.Message}", "A step has to work with every action of the action space until the episode ends.");
            return false;
        }

        if (look)
        {
            if (!Look(trace, result.Observation, result.Info, "The observation of Step")) return false;
            if (!double.IsFinite(result.Reward))
                _findings.Error("reward-not-finite", string.Create(CultureInfo.InvariantCulture, $"The reward of step {i} is {result.Reward}."), "Return a finite number; one that is not spoils every value estimate.");
        }

        trace.EpisodeSteps++;
        trace.Entries.Add(new Entry($"step {i}", Flat(result.Observation), result.Reward, result.Terminated, result.Truncated, Text(result.Info)));
        if (look && _environment.MaxEpisodeSteps is { } limit && trace.EpisodeSteps >= limit && !result.Truncated && !result.Terminated)
            _findings.Error("limit-ignored", $"Step {trace.EpisodeSteps} of an episode did not end it, but MaxEpisodeSteps is {limit}.", "Truncate there, or do not claim a limit.");
        if (result.Done) trace.Episodes.Add(new Episode(trace.EpisodeSteps, result.Terminated, result.Truncated));
        return true;
    }

    /// <summary>Looks at one observation, and whether the one before is still what it was.</summary>
    private bool Look(Trace trace, TObservation observation, Info info, string where)
    {
        if (info is null)
        {
            _findings.Error("info-null", $"The info that came with {where[..1].ToLowerInvariant()}{where[1..]} is null.", "Return Info.Empty when there is nothing to tell.");
            return false;
        }

        ObservationDiagnosis.Check(_environment.ObservationSpace, observation, where, _findings);
        if (observation is null || _findings.Has("observation-shape") || _findings.Has("observation-type") || _findings.Has("observation-parts")) return false;

        if (!_environment.ReusesObservation && trace.HasPrevious && trace.Entries[^1].Observation is { } before && !Same(before, Flat(trace.Previous!)))
        {
            _findings.Error(
                "buffer-reused", "An observation that was returned has changed with the next call.", "Return a new array every time, or override ReusesObservation to say so: replay buffers keep observations.");
        }

        trace.Previous = observation;
        trace.HasPrevious = true;
        return true;
    }

    private void CheckEpisodes(Trace trace)
    {
        List<Episode> ends = trace.Episodes;
        if (ends.Count >= FewEpisodes && ends.TrueForAll(end => end.Terminated && end.Truncated))
        {
            _findings.Error(
                "flags-both", $"All {ends.Count} episodes ended with terminated and truncated both true.",
                "Terminated means that nothing of value follows, truncated that the episode was cut off from outside: set the one that holds. Both at once is for a step that does both.");
        }

        if (ends.Count < SeveralEpisodes) return;
        int length = ends[0].Length;
        bool sameLength = ends.TrueForAll(end => end.Length == length);
        if (sameLength && length > 1 && ends.TrueForAll(end => end.Terminated && !end.Truncated))
        {
            _findings.Warning(
                "limit-as-termination", $"All {ends.Count} episodes terminated at step {length}, whatever the actions were.",
                "If that is a time limit, report Truncated, or leave it to MaxEpisodeSteps: a limit that is called a termination teaches that the future is worth nothing.");
        }

        if (!sameLength && ends.TrueForAll(end => end.Truncated && !end.Terminated && (_environment.MaxEpisodeSteps is not { } limit || end.Length < limit)))
        {
            _findings.Warning(
                "termination-as-truncation", $"All {ends.Count} episodes were truncated, at different steps and before any limit.",
                "If they reached a goal or failed, report Terminated: an agent adds the value of what would have followed to a truncated episode.");
        }
    }

    private void CheckObservations(Trace trace)
    {
        float[][] observations = [.. trace.Entries.Select(entry => entry.Observation).OfType<float[]>()];
        if (observations.Length > ConstantSteps && observations.All(observation => Same(observation, observations[0])))
            _findings.Warning("observation-constant", $"The observation was the same over {observations.Length} steps and resets.", "Return what changes; or silence this for a task without a state, such as a bandit.");
        if (_environment.ObservationSpace is Box<byte> box && !box.High.ContainsAnyExcept((byte)255) && observations.Length > 0 && observations.All(observation => observation.Max() <= 1))
            _findings.Warning("picture-scale", "No byte of the observations was above 1, though the space goes to 255.", "Return bytes of 0 to 255, or make the space Box<byte>(0, 1, ...): networks divide by 255.");
    }

    private void CheckDeterminism(Trace first)
    {
        var second = new Trace();
        if (!Record(second, look: false)) return;
        Compare(
            first, second, "not-deterministic", $"Two runs with seed {_options.Seed} and the same actions differ",
            "Draw every random number from Random, which Reset seeds, and make nothing depend on time, static fields or earlier episodes; or register the environment as Nondeterministic.");
        for (int i = 0; i < Math.Min(first.Entries.Count, second.Entries.Count); i++)
        {
            if (first.Entries[i].Info == second.Entries[i].Info) continue;
            _findings.Warning(
                "info-not-deterministic", $"The infos of two runs with seed {_options.Seed} differ at {first.Entries[i].Call}: {first.Entries[i].Info} and {second.Entries[i].Info}.", "Derive the info from the state alone.");
            return;
        }
    }

    private bool Compare(Trace first, Trace second, string code, string what, string remedy)
    {
        for (int i = 0; i < Math.Min(first.Entries.Count, second.Entries.Count); i++)
        {
            Entry one = first.Entries[i], other = second.Entries[i];
            string? difference = !Same(one.Observation, other.Observation) ? $"the observations are {ValueText.Of(one.Observation)} and {ValueText.Of(other.Observation)}"
                : !one.Reward.Equals(other.Reward) ? string.Create(CultureInfo.InvariantCulture, $"the rewards are {one.Reward} and {other.Reward}")
                : (one.Terminated, one.Truncated) != (other.Terminated, other.Truncated) ? "the flags are not the same"
                : null;
            if (difference is null) continue;
            _findings.Error(code, $"{what}: at {one.Call} {difference}.", remedy);
            return false;
        }

        return true;
    }

    /// <summary>Resets without a seed have to go on with the random numbers, not begin them again.</summary>
    private void CheckSeeds()
    {
        if (_findings.Has("not-deterministic")) return;
        float[]? seeded = Flat(_environment.Reset(_options.Seed).Observation);
        bool random = false, repeats = true;
        for (int i = 0; i < Resets; i++) repeats &= Same(seeded, Flat(_environment.Reset().Observation));
        for (int i = 1; i <= Resets; i++) random |= !Same(seeded, Flat(_environment.Reset(_options.Seed + i).Observation));
        if (random && repeats)
        {
            _findings.Error(
                "seed-repeats", $"{Resets} resets without a seed gave the same first observation as the one with a seed, though other seeds give others.",
                "Seed the random numbers only when Reset is given a seed; go on with the present ones otherwise.");
        }
    }

    private void CheckIllegalActions()
    {
        foreach (TAction action in IllegalActions())
        {
            _environment.Reset(_options.Seed);
            Refusal<ArgumentException>(() => _environment.Step(action), "illegal-action", $"The action {ValueText.Of(action)}, which is not in {_environment.ActionSpace},", "A mistake of an agent is hidden otherwise.");
        }
    }

    private IEnumerable<TAction> IllegalActions()
    {
        switch (_environment.ActionSpace)
        {
            case Discrete discrete when discrete.Start + (long)discrete.N <= int.MaxValue:
                yield return (TAction)(object)(discrete.Start + discrete.N);
                break;
            case MultiDiscrete discrete:
                int[] above = discrete.Sample();
                above[0] = discrete.Start[0] + discrete.NVec[0];
                yield return (TAction)(object)above;
                break;
            case Box<float> box:
                float[] nan = box.Sample();
                nan[0] = float.NaN;
                yield return (TAction)(object)nan;
                yield return (TAction)(object)new float[box.FlatSize + 1];
                break;
        }
    }

    private void CheckStepAfterEnd()
    {
        for (IEnvironment? part = _environment; part is not null; part = (part as IWrapper)?.Inner)
            if (part.GetType() is { IsGenericType: true } type && type.GetGenericTypeDefinition() == typeof(Autoreset<,>)) return;

        _environment.Reset(_options.Seed);
        foreach (TAction action in _actions)
        {
            if (!_environment.Step(action).Done) continue;
            Refusal<InvalidOperationException>(
                () => _environment.Step(action), "step-after-end", "Step after the end of an episode", "Derive from Environment<TObservation, TAction>, which does it; what such a step returns belongs to no episode.");
            return;
        }
    }

    private void CheckState()
    {
        if (_environment is not IStateful stateful || _findings.Has("not-deterministic")) return;
        try
        {
            var stream = new MemoryStream();
            int half = _actions.Length / 2;
            if (!Reset(new Trace(), _options.Seed, look: false)) return;
            for (int i = 0; i < half; i++)
                if (_environment.Step(_actions[i]).Done) _environment.Reset();
            try
            {
                stateful.SaveState(new BinaryWriter(stream));
            }
            catch (NotSupportedException)
            {
                // A wrapper around an environment that has no state to save.
                return;
            }

            Trace first = Continue(half);
            stream.Position = 0;
            stateful.LoadState(new BinaryReader(stream));
            Compare(
                first, Continue(half), "state-not-restored", "After LoadState the environment does not go on as it did after SaveState",
                "Write and read everything that decides the future: the state, the counters and the random numbers (SaveBaseState and LoadBaseState).");
        }
        catch (Exception exception)
        {
            _findings.Error("state-not-restored", $"Saving, loading and going on threw {exception.GetType().Name}: {exception.Message}", "LoadState has to read exactly what SaveState wrote, and to accept it at any time.");
        }
    }

    private Trace Continue(int from)
    {
        var trace = new Trace();
        for (int i = from; i < Math.Min(_actions.Length, from + StateSteps); i++)
        {
            if (!Step(trace, i, look: false)) break;
            if (trace.Entries[^1].Done && !Reset(trace, null, look: false)) break;
        }

        return trace;
    }

    private void CheckRender(Trace first)
    {
        _environment.Reset(_options.Seed);
        try
        {
            Frame one = _environment.Render(), other = _environment.Render();
            if (one is null || ReferenceEquals(one, other) || ReferenceEquals(one.Pixels, other.Pixels))
                _findings.Error("frame-reused", "Render returned null, or the same frame twice.", "Return a new frame every time: it is the caller's to keep.");

            var rendered = new Trace();
            bool whole = Record(rendered, look: false, i =>
            {
                if (i % RenderEvery == 0) _environment.Render();
            });
            if (whole && IsDeterministic && !_findings.Has("not-deterministic"))
                Compare(first, rendered, "render-changes-state", "A run that is drawn differs from one that is not", "Draw from the state without changing it, and without the environment's random numbers.");
        }
        catch (NotSupportedException)
        {
            // It does not draw, and says so.
        }
        catch (Exception exception)
        {
            _findings.Error("render-throws", $"Render threw {exception.GetType().Name}: {exception.Message}", "Draw any state after a reset, or throw NotSupportedException.");
        }
    }

    private float[]? Flat(TObservation observation)
    {
        try
        {
            return _environment.ObservationSpace.Flatten(observation);
        }
        catch (ArgumentException)
        {
            // It is not in the space, which is reported where it is looked at.
            return null;
        }
    }

    private static bool Same(float[]? first, float[]? second) =>
        first is null || second is null || MemoryMarshal.AsBytes<float>(first).SequenceEqual(MemoryMarshal.AsBytes<float>(second));

    /// <summary>The values of an info, without the wall-clock time of <see cref="RecordEpisodeStatistics{TObservation,TAction}"/>.</summary>
    private static string Text(Info info) =>
        info is null ? "" : string.Join(", ", info.Where(pair => pair.Key != "episode").Select(pair => $"{pair.Key} {ValueText.Of(pair.Value)}"));

    private readonly record struct Entry(string Call, float[]? Observation, double Reward, bool Terminated, bool Truncated, string Info)
    {
        public bool Done => Terminated || Truncated;
    }

    private readonly record struct Episode(int Length, bool Terminated, bool Truncated);

    private sealed class Trace
    {
        public List<Entry> Entries { get; } = [];

        public List<Episode> Episodes { get; } = [];

        public int EpisodeSteps { get; set; }

        public TObservation? Previous { get; set; }

        public bool HasPrevious { get; set; }
    }
}
