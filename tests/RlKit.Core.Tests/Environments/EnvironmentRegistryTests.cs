namespace RlKit.Tests.Environments;

public class EnvironmentRegistryTests
{
    [Test]
    public void Make_GivesWhatWasRegistered_WithItsSpec()
    {
        EnvironmentRegistry registry = WithWalk();
        using IEnvironment<float[], int> environment = registry.Make<float[], int>("Walk-v1");

        Assert.That(environment.Spec!.Id, Is.EqualTo("Walk-v1"));
        Assert.That(environment.Spec.RewardThreshold, Is.EqualTo(3.5));
        Assert.That(environment.Find<Walk>(), Is.Not.Null);
        Assert.That(registry.Contains("Walk-v1") && !registry.Contains("walk-v1"));
        Assert.That(registry.Find("Walk-v1").MaxEpisodeSteps, Is.EqualTo(50));
    }

    [Test]
    public void Make_PutsGymnasiumsWrappersAroundIt()
    {
        using IEnvironment environment = WithWalk().Make("Walk-v1");

        Assert.That(environment, Is.InstanceOf<TimeLimit<float[], int>>());
        Assert.That(environment.MaxEpisodeSteps, Is.EqualTo(50));
        Assert.That(environment.EnforcesOrder, "The base class refuses a step before a reset by itself.");
        Assert.That(environment.Find<OrderEnforcing<float[], int>>(), Is.Null);
        Assert.That(environment.Find<PassiveEnvChecker<float[], int>>(), Is.Not.Null);
    }

    [Test]
    public void Make_PutsNoSecondLimitAroundAnEnvironmentThatCountsItself()
    {
        var registry = new EnvironmentRegistry();
        registry.Register(new EnvironmentSpec("Own-v0") { MaxEpisodeSteps = 7, DisableEnvChecker = true }, spec => new TimeLimit<float[], int>(new Walk(), spec.MaxEpisodeSteps!.Value));
        registry.Register(new EnvironmentSpec("Other-v0") { MaxEpisodeSteps = 7 }, _ => new TimeLimit<float[], int>(new Walk(), 8));

        using IEnvironment environment = registry.Make("Own-v0");
        Assert.That(((IWrapper)environment).Inner, Is.InstanceOf<Walk>());
        Assert.That(() => registry.Make("Other-v0"), Throws.InvalidOperationException.With.Message.EqualTo(
            "'Other-v0' is registered with a limit of 7 steps, but its factory made an environment that truncates at 8."));
    }

    [Test]
    public void Make_MergesTheCallersOptionsIntoTheSpecs()
    {
        var registry = new EnvironmentRegistry();
        EnvironmentOptions? seen = null;
        registry.Register<float[], int>(
            new EnvironmentSpec("Walk-v0") { Options = new EnvironmentOptions { ["map"] = "4x4", ["slippery"] = true } },
            spec =>
            {
                seen = spec.Options;
                return new Walk();
            });

        using IEnvironment environment = registry.Make("Walk-v0", new EnvironmentOptions { ["map"] = "8x8", ["wind"] = 3 });

        Assert.That(seen!.Names, Is.EqualTo(new[] { "map", "slippery", "wind" }));
        Assert.That(seen["map"], Is.EqualTo("8x8"));
        Assert.That(environment.Spec!.Options["wind"], Is.EqualTo(3));
        Assert.That(registry.Find("Walk-v0").Options["map"], Is.EqualTo("4x4"), "What is registered stays as it is.");
    }

    [Test]
    public void Make_WithOtherTypes_NamesThem()
    {
        Assert.That(
            () => WithWalk().Make<float[], float[]>("Walk-v1"),
            Throws.TypeOf<InvalidCastException>().With.Message.EqualTo("'Walk-v1' is an IEnvironment<float[], int>, not an IEnvironment<float[], float[]>; write Make<float[], int>(\"Walk-v1\")."));
    }

    [TestCase("Wlak-v1", "There is no environment 'Wlak-v1'. Did you mean 'Walk-v1' or 'Walk-v2'?")]
    [TestCase("walk-v1", "There is no environment 'walk-v1'. Did you mean 'Walk-v1' or 'Walk-v2'?")]
    [TestCase("walk", "There is no environment 'walk'. Did you mean 'Walk-v1' or 'Walk-v2'?")]
    [TestCase("Pong", "There is no environment 'Pong'. Did you mean 'games/Pong-v0'?")]
    [TestCase("Walk-v7", "There is no version 7 of 'Walk'; its versions are Walk-v1, Walk-v2.")]
    [TestCase("Walk", "There is no environment 'Walk' without a version; its versions are Walk-v1, Walk-v2.")]
    [TestCase("Walk-v\u0661", "There is no environment 'Walk-v\u0661'. Did you mean 'Walk-v1' or 'Walk-v2'?")]
    [TestCase("Zzzzzzzzzzz-v0", "There is no environment 'Zzzzzzzzzzz-v0'. 3 are registered; Specs lists them.")]
    [TestCase("Walk v1", "'Walk v1' is no id of an environment; ids have the form [namespace/]name[-vN]. Did you mean 'Walk-v1' or 'Walk-v2'?")]
    public void Make_OfAnUnknownId_NamesTheClosest(string id, string message)
    {
        EnvironmentRegistry registry = WithWalk();
        registry.Register(new EnvironmentSpec("Walk-v2"), _ => new Walk());
        registry.Register(new EnvironmentSpec("games/Pong-v0"), _ => new Walk());

        Assert.That(() => registry.Make(id), Throws.ArgumentException.With.Property("ParamName").EqualTo("id").And.Message.EqualTo(message + " (Parameter 'id')"));
        Assert.That(() => registry.MakeVector(id, 2), Throws.ArgumentException.With.Message.StartsWith(message));
    }

    [Test]
    public void Register_RefusesWhatIsThereAlready()
    {
        EnvironmentRegistry registry = WithWalk();
        Assert.That(
            () => registry.Register(new EnvironmentSpec("Walk-v1"), _ => new Walk()),
            Throws.ArgumentException.With.Message.StartsWith("'Walk-v1' is registered already; a change of behaviour takes the next version."));
    }

    [TestCase("")]
    [TestCase("two words-v0")]
    [TestCase("a/b/c-v0")]
    public void Register_RefusesMalformedIds(string id) =>
        Assert.That(() => new EnvironmentRegistry().Register(new EnvironmentSpec(id), _ => new Walk()), Throws.ArgumentException.With.Message.Contains("[namespace/]name[-vN]"));

    [Test]
    public void Register_RefusesALimitBelowOne() =>
        Assert.That(
            () => new EnvironmentRegistry().Register(new EnvironmentSpec("Walk-v0") { MaxEpisodeSteps = 0 }, _ => new Walk()),
            Throws.ArgumentException.With.Message.StartsWith("'Walk-v0' has a limit of 0 steps; give 1 or more, or null for no limit."));

    [Test]
    public void Specs_AreSortedById()
    {
        EnvironmentRegistry registry = WithWalk();
        registry.Register(new EnvironmentSpec("A-v0"), _ => new Walk());
        Assert.That(registry.Specs.Select(spec => spec.Id), Is.EqualTo(new[] { "A-v0", "Walk-v1" }));
    }

    [Test]
    public void MakeVector_MakesWrappedCopies_OrTakesTheVectorFactory()
    {
        EnvironmentRegistry registry = WithWalk();
        using IVectorEnvironment copies = registry.MakeVector("Walk-v1", 3, new VectorOptions { AutoresetMode = AutoresetMode.NextStep });
        Assert.That(copies.Count, Is.EqualTo(3));
        Assert.That(copies.AutoresetMode, Is.EqualTo(AutoresetMode.NextStep));
        Assert.That(copies.Spec!.Id, Is.EqualTo("Walk-v1"));
        Assert.That(((VectorAdaptor<float[], int>)copies).Environments[2], Is.InstanceOf<TimeLimit<float[], int>>());

        (EnvironmentSpec Spec, int Count, VectorOptions Options)? seen = null;
        registry.Register(new EnvironmentSpec("Fast-v0"), _ => new Walk(), (spec, count, options) =>
        {
            seen = (spec, count, options);
            return new VectorAdaptor<float[], int>(() => new Walk(), count);
        });
        using IVectorEnvironment fast = registry.MakeVector("Fast-v0", 5, new VectorOptions { Threads = 2, Options = new EnvironmentOptions { ["a"] = 1 } });
        Assert.That(seen!.Value.Count, Is.EqualTo(5));
        Assert.That(seen.Value.Spec.Options["a"], Is.EqualTo(1));
        Assert.That(seen.Value.Options.Threads, Is.EqualTo(2));
    }

    [Test]
    public void MakeVector_RefusesNoCopiesAndNoThreads()
    {
        EnvironmentRegistry registry = WithWalk();
        Assert.That(() => registry.MakeVector("Walk-v1", 0), Throws.TypeOf<ArgumentOutOfRangeException>().With.Message.Contains("0 copies of 'Walk-v1' were asked for; give 1 or more."));
        Assert.That(
            () => registry.MakeVector("Walk-v1", 1, new VectorOptions { Threads = 0 }),
            Throws.TypeOf<ArgumentOutOfRangeException>().With.Message.Contains("0 threads were asked for; give 1 (the calling thread) or more."));
    }

    private static EnvironmentRegistry WithWalk()
    {
        var registry = new EnvironmentRegistry();
        registry.Register(new EnvironmentSpec("Walk-v1") { MaxEpisodeSteps = 50, RewardThreshold = 3.5 }, _ => new Walk());
        return registry;
    }
}
