using RlKit.ClassicControl;
using RlKit.ToyText;

namespace RlKit.Tests;

/// <summary>Bad input: the type of the exception, and what its message says.</summary>
[TestFixture]
public sealed class ErrorTests
{
    private static IEnumerable<string> DiscreteIds =>
        Environments.Registry.Specs.Select(spec => spec.Id).Where(id => Environments.Make(id).ActionSpace is Discrete);

    [TestCaseSource(nameof(DiscreteIds))]
    public void AnActionOutsideTheSpaceIsRefusedAndTheLegalRangeNamed(string id)
    {
        using AnyEnvironment environment = AnyEnvironment.Make(id);
        int n = ((Discrete)environment.Environment.ActionSpace).N;
        environment.Reset(0);
        Assert.That(() => environment.Step(n), Throws.ArgumentException.With.Message.Contains($"Action {n} is not one of").And.Message.Contains($"a whole number from 0 to {n - 1}"));
        Assert.That(() => environment.Step(-1), Throws.ArgumentException.With.Message.Contains("Action -1 is not one of"));
        environment.Step(n - 1);
    }

    [TestCase("Pendulum-v1")]
    [TestCase("MountainCarContinuous-v0")]
    public void ABoxActionHasToBeOneFiniteNumber(string id)
    {
        using IEnvironment<float[], float[]> environment = Environments.Make<float[], float[]>(id);
        environment.Reset(0);
        Assert.That(() => environment.Step([float.NaN]), Throws.ArgumentException.With.Message.Contains("NaN is not one of").Or.Message.Contains("[NaN] is not one of"));
        Assert.That(() => environment.Step([float.PositiveInfinity]), Throws.ArgumentException);
        Assert.That(() => environment.Step([0, 0]), Throws.ArgumentException);
        Assert.That(() => environment.Step([]), Throws.ArgumentException);
        Assert.That(() => environment.Step(null!), Throws.InstanceOf<ArgumentException>());
    }

    [Test]
    public void AForceBeyondTheBoundsActsLikeTheBound()
    {
        var strong = new Pendulum();
        var bound = new Pendulum();
        strong.Reset(3);
        bound.Reset(3);
        StepResult<float[]> first = strong.Step([50]);
        StepResult<float[]> second = bound.Step([2]);
        Assert.That(first.Observation, Is.EqualTo(second.Observation));
        Assert.That(first.Reward, Is.EqualTo(second.Reward));

        var car = new MountainCarContinuous();
        var boundCar = new MountainCarContinuous();
        car.Reset(3);
        boundCar.Reset(3);
        StepResult<float[]> far = car.Step([-10]);
        Assert.That(far.Observation, Is.EqualTo(boundCar.Step([-1]).Observation));

        // The cost is of the force asked for, as in Gymnasium.
        Assert.That(far.Reward, Is.EqualTo(-10.0).Within(1e-12));
    }

    [Test]
    public void StepsOutOfOrderAreRefused()
    {
        var environment = new CartPole();
        Assert.That(() => environment.Step(0), Throws.InvalidOperationException.With.Message.Contains("call Reset before"));
        environment.Reset(0);
        while (!environment.Step(0).Done)
        {
        }

        Assert.That(() => environment.Step(0), Throws.InvalidOperationException.With.Message.Contains("has ended"));
        Assert.That(() => environment.Reset(-5), Throws.InstanceOf<ArgumentOutOfRangeException>().With.Message.Contains("The seed is -5"));
        environment.Dispose();
        Assert.That(() => environment.Reset(0), Throws.InstanceOf<ObjectDisposedException>());
    }

    [Test]
    public void MapsThatCannotBeAreRefused()
    {
        Refuses([], "The map is empty");
        Refuses([""], "The map is empty");
        Refuses(["SF", "FF"], "The map has no goal; write a G");
        Refuses(["FF", "FG"], "The map has no start; write an S");
        Refuses(["SFF", "FG"], "Row 1 of the map, 'FG', has 2 cells, but row 0 has 3; make all rows equally long.");
        Refuses(["SFX", "FFG"], "has a 'X' in column 2; cells are S (start), F (frozen), H (hole) and G (goal).");
        Assert.That(() => new FrozenLakeOptions { Map = null! }, Throws.ArgumentNullException);

        static void Refuses(string[] map, string message)
        {
            Assert.That(() => new FrozenLake(new FrozenLakeOptions { Map = map }), Throws.ArgumentException.With.Message.Contains(message));
            Assert.That(() => Environments.Make("FrozenLake-v1", new() { ["desc"] = map }), Throws.ArgumentException.With.Message.Contains(message));
            Assert.That(() => Environments.MakeVector("FrozenLake-v1", 2, new() { Options = new() { ["desc"] = map } }), Throws.ArgumentException.With.Message.Contains(message));
        }
    }

    [Test]
    public void MapsCanBeGivenAsText()
    {
        using IEnvironment environment = Environments.Make("FrozenLake-v1", new() { ["desc"] = "SFF, HFG", ["reward_schedule"] = "5,-1,0.5", ["is_slippery"] = "false" });
        var lake = (FrozenLake)((IWrapper)environment).Unwrapped;
        Assert.That(lake.Dynamics.Map, Is.EqualTo(new[] { "SFF", "HFG" }));
        Assert.That(lake.Dynamics.Table[0, 1].ToArray(), Is.EqualTo(new[] { new Transition(1, 3, -1, true) }));
        Assert.That(lake.Dynamics.Table[2, 1].ToArray(), Is.EqualTo(new[] { new Transition(1, 5, 5, true) }));
        Assert.That(lake.Dynamics.Table[0, 2].ToArray(), Is.EqualTo(new[] { new Transition(1, 1, 0.5, false) }));
    }

    [Test]
    public void OptionsOutsideTheirRangeAreRefused()
    {
        Assert.That(() => new FrozenLakeOptions { SuccessRate = 1.5 }, Throws.InstanceOf<ArgumentOutOfRangeException>().With.Message.Contains("The success rate is 1.5"));
        Assert.That(() => new TaxiOptions { RainyProbability = -0.1 }, Throws.InstanceOf<ArgumentOutOfRangeException>().With.Message.Contains("RainyProbability is -0.1"));
        Assert.That(() => new TaxiOptions { FickleProbability = double.NaN }, Throws.InstanceOf<ArgumentOutOfRangeException>());
        Assert.That(() => new PendulumOptions { Gravity = double.PositiveInfinity }, Throws.InstanceOf<ArgumentOutOfRangeException>().With.Message.Contains("not finite"));
        Assert.That(() => new MountainCarOptions { GoalVelocity = double.NaN }, Throws.InstanceOf<ArgumentOutOfRangeException>());
        Assert.That(() => Environments.Make("FrozenLake-v1", new() { ["map_name"] = "5x5" }), Throws.ArgumentException.With.Message.Contains("There is no map '5x5'"));
        Assert.That(() => Environments.Make("FrozenLake-v1", new() { ["desc"] = 3 }), Throws.ArgumentException.With.Message.Contains("'desc' is a Int32"));
        Assert.That(() => Environments.Make("Pendulum-v1", new() { ["g"] = "9,81" }), Throws.ArgumentException.With.Message.Contains("Option 'g' is '9,81' (String); it has to be a Double."));
        Assert.That(() => Environments.Make("FrozenLake-v1", new() { ["reward_schedule"] = "1,2" }), Throws.ArgumentException.With.Message.Contains("three numbers"));
    }

    private static IEnumerable<string> Ids => Environments.Registry.Specs.Select(spec => spec.Id);

    [TestCaseSource(nameof(Ids))]
    public void UnknownOptionsAreRefused(string id)
    {
        Assert.That(() => Environments.Make(id, new() { ["colour"] = 1 }), Throws.ArgumentException.With.Message.Contains($"{id} has no option 'colour'"));
        Assert.That(() => Environments.MakeVector(id, 2, new() { Options = new() { ["colour"] = 1 } }), Throws.ArgumentException.With.Message.Contains($"{id} has no option 'colour'"));
        using AnyEnvironment environment = AnyEnvironment.Make(id);
        Assert.That(() => environment.Reset(0, new() { ["colour"] = 1 }), Throws.ArgumentException.With.Message.Contains("has no option 'colour'"));
    }

    [TestCaseSource(nameof(Ids))]
    public void AResetThatFailedLeavesNothingToStep(string id)
    {
        using AnyEnvironment environment = AnyEnvironment.Make(id);
        double[] action = environment.SampleAction();
        environment.Reset(1);
        Assert.That(() => environment.Reset(2, new() { ["colour"] = 1 }), Throws.ArgumentException);
        Assert.That(() => environment.Step(action), Throws.InvalidOperationException.With.Message.Contains("call Reset"));
        environment.Reset(3);
        environment.Step(action);

        using IVectorEnvironment vector = Environments.MakeVector(id, 2);
        vector.Reset(1);
        Assert.That(() => vector.Reset(2, new() { ["colour"] = 1 }), Throws.ArgumentException);
        Assert.That(() => vector.ResetWhere([true, true]), Throws.InvalidOperationException.With.Message.Contains("call Reset"));
        Assert.That(() => vector.Reset(long.MaxValue), Throws.TypeOf<ArgumentOutOfRangeException>().With.Message.Contains($"give one of 0 to {long.MaxValue - 1}"));
        vector.Reset(3);
    }

    [TestCase("CartPole-v1", "low", 0.3, "high", 0.1, "low not above high")]
    [TestCase("MountainCar-v0", "low", double.NaN, "high", 0.1, "finite")]
    [TestCase("Acrobot-v1", "low", 0.3, "high", 0.1, "low not above high")]
    [TestCase("Pendulum-v1", "x_init", -1.0, "y_init", 1.0, "0 or more")]
    public void ResetRangesThatCannotBeAreRefused(string id, string first, double firstValue, string second, double secondValue, string message)
    {
        using AnyEnvironment environment = AnyEnvironment.Make(id);
        EnvironmentOptions options = new() { [first] = firstValue, [second] = secondValue };
        Assert.That(() => environment.Reset(0, options), Throws.ArgumentException.With.Message.Contains(message));
    }
}
