using System.Globalization;
using System.Text.RegularExpressions;

namespace RlKit;

/// <summary>
/// Environments by their ids: register a factory once, then make as many as are wanted, single or as a vector. The ids and the
/// wrappers that <see cref="Make(string, EnvironmentOptions?)"/> puts around an environment are Gymnasium's.
/// </summary>
/// <remarks>It may be used from several threads.</remarks>
public sealed partial class EnvironmentRegistry
{
    private const int MostSuggestions = 3;

    private readonly Lock _lock = new();
    private readonly SortedDictionary<string, Registration> _registrations = new(StringComparer.Ordinal);

    /// <summary>What is registered, sorted by id.</summary>
    public IReadOnlyList<EnvironmentSpec> Specs
    {
        get
        {
            lock (_lock) return [.. _registrations.Values.Select(registration => registration.Spec)];
        }
    }

    /// <summary>True when an environment of this id is registered.</summary>
    public bool Contains(string id)
    {
        ArgumentNullException.ThrowIfNull(id);
        lock (_lock) return _registrations.ContainsKey(id);
    }

    /// <summary>How an environment was registered.</summary>
    /// <exception cref="ArgumentException">The id is not registered; the message names the closest ones.</exception>
    public EnvironmentSpec Find(string id) => Registered(id).Spec;

    /// <summary>Registers an environment.</summary>
    /// <param name="spec">Its id, <c>[namespace/]name[-vN]</c>, and what is known of it.</param>
    /// <param name="factory">
    /// Makes one. It gets the spec with the caller's options merged into <see cref="EnvironmentSpec.Options"/>. An environment that truncates
    /// at <see cref="EnvironmentSpec.MaxEpisodeSteps"/> itself says so by its <see cref="IEnvironment.MaxEpisodeSteps"/>; any other gets a <see cref="TimeLimit{TObservation,TAction}"/>.
    /// </param>
    /// <param name="vectorFactory">Makes a vector of a number of copies, for an environment that has a faster way than stepping single ones; it gets the same spec.</param>
    /// <exception cref="ArgumentException">The id is malformed or taken, or the spec's limit is below 1.</exception>
    public void Register<TObservation, TAction>(
        EnvironmentSpec spec,
        Func<EnvironmentSpec, IEnvironment<TObservation, TAction>> factory,
        Func<EnvironmentSpec, int, VectorOptions, IVectorEnvironment>? vectorFactory = null)
        where TObservation : notnull
        where TAction : notnull
    {
        ArgumentNullException.ThrowIfNull(spec);
        ArgumentNullException.ThrowIfNull(factory);
        if (!IdPattern().IsMatch(spec.Id))
            throw new ArgumentException($"'{spec.Id}' is no id of an environment; ids have the form [namespace/]name[-vN], for example 'CartPole-v1'.", nameof(spec));
        if (spec.MaxEpisodeSteps is < 1)
            throw new ArgumentException($"'{spec.Id}' has a limit of {spec.MaxEpisodeSteps} steps; give 1 or more, or null for no limit.", nameof(spec));

        lock (_lock)
        {
            if (!_registrations.TryAdd(spec.Id, new Registration<TObservation, TAction>(spec, factory, vectorFactory)))
                throw new ArgumentException($"'{spec.Id}' is registered already; a change of behaviour takes the next version.", nameof(spec));
        }
    }

    /// <summary>Makes an environment whose types are not known when the program is written.</summary>
    /// <inheritdoc cref="Make{TObservation,TAction}(string, EnvironmentOptions?)"/>
    public IEnvironment Make(string id, EnvironmentOptions? options = null) => Registered(id).Make(options);

    /// <summary>
    /// Makes an environment, and puts around it what its spec asks for: <see cref="PassiveEnvChecker{TObservation,TAction}"/>,
    /// <see cref="OrderEnforcing{TObservation,TAction}"/> and <see cref="TimeLimit{TObservation,TAction}"/>, the last two unless the environment looks after that itself.
    /// </summary>
    /// <param name="id">The id.</param>
    /// <param name="options">
    /// Options that replace those of the spec; null for none. <c>max_episode_steps</c> is one that every environment has: it replaces <see cref="EnvironmentSpec.MaxEpisodeSteps"/>.
    /// </param>
    /// <exception cref="ArgumentException">The id is not registered (the message names the closest ones), or the environment refuses an option.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The option <c>max_episode_steps</c> is below 1.</exception>
    /// <exception cref="InvalidCastException">The environment has other types; the message names them.</exception>
    public IEnvironment<TObservation, TAction> Make<TObservation, TAction>(string id, EnvironmentOptions? options = null)
        where TObservation : notnull
        where TAction : notnull
    {
        Registration registration = Registered(id);
        return registration is Registration<TObservation, TAction> typed
            ? typed.MakeTyped(options)
            : throw new InvalidCastException(
                $"'{id}' is an {registration.TypeName}, not an {NameOf<TObservation, TAction>()}; write Make<{registration.TypeName["IEnvironment<".Length..]}(\"{id}\").");
    }

    /// <summary>Makes several copies of an environment that are stepped together.</summary>
    /// <param name="id">The id.</param>
    /// <param name="count">The number of copies, 1 or more.</param>
    /// <param name="options">How they are stepped, and their options; null for the usual.</param>
    /// <exception cref="ArgumentException">The id is not registered (the message names the closest ones), or the environment refuses an option.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The count or the number of threads is below 1.</exception>
    /// <exception cref="NotSupportedException">The environment's spaces cannot be put into flat buffers.</exception>
    public IVectorEnvironment MakeVector(string id, int count, VectorOptions? options = null)
    {
        options ??= new VectorOptions();
        if (count < 1) throw new ArgumentOutOfRangeException(nameof(count), count, $"{count} copies of '{id}' were asked for; give 1 or more.");
        if (options.Threads < 1)
            throw new ArgumentOutOfRangeException(nameof(options), options.Threads, $"{options.Threads} threads were asked for; give 1 (the calling thread) or more.");
        return Registered(id).MakeVector(count, options);
    }

    private Registration Registered(string id)
    {
        ArgumentNullException.ThrowIfNull(id);
        lock (_lock)
        {
            return _registrations.TryGetValue(id, out Registration? registration) ? registration : throw new ArgumentException(Unknown(id), nameof(id));
        }
    }

    private string Unknown(string id)
    {
        if (_registrations.Count == 0) return $"There is no environment '{id}'; none is registered.";
        if (!IdPattern().IsMatch(id)) return $"'{id}' is no id of an environment; ids have the form [namespace/]name[-vN].{Closest(id)}";

        (string name, int? version) = Split(id);
        string[] versions = [.. _registrations.Keys.Where(known => Split(known).Name == name).OrderBy(known => Split(known).Version ?? -1)];
        if (versions.Length == 0) return $"There is no environment '{id}'.{Closest(id)}";
        return version is null
            ? $"There is no environment '{id}' without a version; its versions are {string.Join(", ", versions)}."
            : $"There is no version {version} of '{name}'; its versions are {string.Join(", ", versions)}.";
    }

    private string Closest(string id)
    {
        // A third of the letters may differ, as between FrozenLake and frozen-lake; more is another name.
        // Names are compared without namespace and version too: 'cartpole' means 'CartPole-v1'.
        int furthest = Math.Max(2, id.Length / 3);
        string name = Bare(id);
        string[] closest =
        [
            .. _registrations.Keys
                .Select(known => (Id: known, Whole: Distance(id, known), Name: Distance(name, Bare(known))))
                .Where(candidate => Math.Min(candidate.Whole, candidate.Name) <= furthest)
                .OrderBy(candidate => candidate.Whole)
                .ThenBy(candidate => candidate.Id, StringComparer.Ordinal)
                .Take(MostSuggestions)
                .Select(candidate => $"'{candidate.Id}'"),
        ];
        return closest.Length == 0
            ? $" {_registrations.Count} are registered; Specs lists them."
            : $" Did you mean {string.Join(" or ", closest)}?";
    }

    private static (string Name, int? Version) Split(string id)
    {
        Match match = VersionPattern().Match(id);
        return match.Success ? (id[..match.Index], int.Parse(match.ValueSpan[2..], CultureInfo.InvariantCulture)) : (id, null);
    }

    /// <summary>The name without namespace and version.</summary>
    private static string Bare(string id)
    {
        string name = Split(id).Name;
        return name[(name.LastIndexOf('/') + 1)..];
    }

    /// <summary>Letters to insert, remove, change or swap with their neighbour, upper and lower case alike.</summary>
    private static int Distance(string first, string second)
    {
        string a = first.ToUpperInvariant(), b = second.ToUpperInvariant();
        var cost = new int[a.Length + 1, b.Length + 1];
        for (int i = 0; i <= a.Length; i++) cost[i, 0] = i;
        for (int j = 0; j <= b.Length; j++) cost[0, j] = j;
        for (int i = 1; i <= a.Length; i++)
        {
            for (int j = 1; j <= b.Length; j++)
            {
                int change = cost[i - 1, j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
                cost[i, j] = Math.Min(change, 1 + Math.Min(cost[i - 1, j], cost[i, j - 1]));
                if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) cost[i, j] = Math.Min(cost[i, j], 1 + cost[i - 2, j - 2]);
            }
        }

        return cost[a.Length, b.Length];
    }

    private static string NameOf<TObservation, TAction>() => $"IEnvironment<{NameOf(typeof(TObservation))}, {NameOf(typeof(TAction))}>";

    private static string NameOf(Type type)
    {
        if (type.IsArray) return NameOf(type.GetElementType()!) + "[]";
        if (type.IsGenericType)
        {
            string name = type.Name[..type.Name.IndexOf('`', StringComparison.Ordinal)];
            return $"{name}<{string.Join(", ", type.GetGenericArguments().Select(NameOf))}>";
        }

        return Type.GetTypeCode(type) switch
        {
            TypeCode.Boolean => "bool",
            TypeCode.Byte => "byte",
            TypeCode.SByte => "sbyte",
            TypeCode.Int32 => "int",
            TypeCode.Int64 => "long",
            TypeCode.Single => "float",
            TypeCode.Double => "double",
            TypeCode.String => "string",
            _ => type.Name,
        };
    }

    [GeneratedRegex(@"^(?:[\w:-]+/)?[\w:.-]+\z", RegexOptions.CultureInvariant)]
    private static partial Regex IdPattern();

    [GeneratedRegex(@"-v[0-9]{1,9}\z", RegexOptions.CultureInvariant)]
    private static partial Regex VersionPattern();

    private abstract class Registration(EnvironmentSpec spec)
    {
        // Every environment has this option, as in Gymnasium's make; the environment itself does not get to see it.
        private const string LimitOption = "max_episode_steps";

        public EnvironmentSpec Spec { get; } = spec;

        public abstract string TypeName { get; }

        public abstract IEnvironment Make(EnvironmentOptions? options);

        public abstract IVectorEnvironment MakeVector(int count, VectorOptions options);

        protected EnvironmentSpec With(EnvironmentOptions? options)
        {
            EnvironmentOptions merged = [];
            foreach ((string name, object value) in Spec.Options) merged[name] = value;
            foreach ((string name, object value) in options ?? [])
                if (name != LimitOption) merged[name] = value;
            return options?.Contains(LimitOption) == true
                ? Spec with { Options = merged, MaxEpisodeSteps = Limit(options) }
                : Spec with { Options = merged };
        }

        private static int Limit(EnvironmentOptions options)
        {
            int steps = options.Get(LimitOption, 0);
            return steps >= 1 ? steps : throw new ArgumentOutOfRangeException(nameof(options), steps, $"Option '{LimitOption}' is {steps}; give 1 or more.");
        }
    }

    private sealed class Registration<TObservation, TAction>(
        EnvironmentSpec spec,
        Func<EnvironmentSpec, IEnvironment<TObservation, TAction>> factory,
        Func<EnvironmentSpec, int, VectorOptions, IVectorEnvironment>? vectorFactory) : Registration(spec)
        where TObservation : notnull
        where TAction : notnull
    {
        public override string TypeName => NameOf<TObservation, TAction>();

        public override IEnvironment Make(EnvironmentOptions? options) => MakeTyped(options);

        public override IVectorEnvironment MakeVector(int count, VectorOptions options) => vectorFactory is null
            ? new VectorAdaptor<TObservation, TAction>(() => MakeTyped(options.Options), count, options.AutoresetMode, options.Threads)
            : vectorFactory(With(options.Options), count, options);

        public IEnvironment<TObservation, TAction> MakeTyped(EnvironmentOptions? options)
        {
            EnvironmentSpec spec = With(options);
            IEnvironment<TObservation, TAction> environment = factory(spec)
                ?? throw new InvalidOperationException($"The factory of '{spec.Id}' returned null.");
            if (environment.Find<IRegistered>() is { } registered) registered.Spec ??= spec;

            if (!spec.DisableEnvChecker) environment = new PassiveEnvChecker<TObservation, TAction>(environment);
            if (spec.OrderEnforce && !environment.EnforcesOrder) environment = new OrderEnforcing<TObservation, TAction>(environment);
            if (spec.MaxEpisodeSteps is not { } limit) return environment;
            return environment.MaxEpisodeSteps switch
            {
                null => new TimeLimit<TObservation, TAction>(environment, limit),
                { } own when own == limit => environment,
                { } own => throw new InvalidOperationException($"'{spec.Id}' is registered with a limit of {limit} steps, but its factory made an environment that truncates at {own}."),
            };
        }
    }
}
