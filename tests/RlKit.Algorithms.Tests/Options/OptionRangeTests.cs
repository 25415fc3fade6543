using System.Globalization;
using System.Reflection;

namespace RlKit.Tests.Options;

/// <summary>Every option that has a range refuses what lies outside it, by its name, its value and the range.</summary>
internal sealed class OptionRangeTests
{
    private static readonly Dictionary<string, object[]> Bad = new(StringComparer.Ordinal)
    {
        ["LearningRate"] = [0.0, -1.0, double.NaN, double.PositiveInfinity],
        ["AdamEpsilon"] = [0.0, double.NaN],
        ["Gamma"] = [-0.1, 1.1, double.NaN],
        ["GaeLambda"] = [-0.1, 1.1, double.NaN],
        ["BufferSize"] = [0, -1],
        ["BatchSize"] = [0],
        ["LearningStarts"] = [-1L],
        ["TrainFrequency"] = [0],
        ["TargetNetworkFrequency"] = [0],
        ["Tau"] = [0.0, 1.1, double.NaN],
        ["StartEpsilon"] = [-0.1, 1.1, double.NaN],
        ["EndEpsilon"] = [-0.1, 1.1, double.NaN],
        ["ExplorationFraction"] = [0.0, 1.1, double.NaN],
        ["PriorityAlpha"] = [-0.1, 1.1, double.NaN],
        ["PriorityBeta"] = [-0.1, 1.1, double.NaN],
        ["NStep"] = [0],
        ["MaxGradientNorm"] = [-1.0, double.NaN],
        ["Atoms"] = [1],
        ["VMin"] = [double.NaN, double.NegativeInfinity],
        ["VMax"] = [-1_000.0, double.NaN],
        ["NumSteps"] = [0],
        ["NumMinibatches"] = [0],
        ["UpdateEpochs"] = [0],
        ["ClipCoefficient"] = [0.0, double.NaN],
        ["EntropyCoefficient"] = [-1.0, double.NaN],
        ["ValueCoefficient"] = [-1.0, double.NaN],
        ["TargetKl"] = [-1.0, double.NaN],
        ["InitialLogDeviation"] = [-21.0, 3.0, double.NaN],
        ["Hidden"] = [(IReadOnlyList<int>)[16, 0]],
        ["Network"] = [(NetworkKind)99],
        ["Activation"] = [(Tensors.Activation)99],
        ["Loss"] = [(TemporalDifferenceLoss)99],
    };

    private static IEnumerable<TestCaseData> Cases()
    {
        foreach (Type type in new[] { typeof(DqnOptions), typeof(C51Options), typeof(RainbowOptions), typeof(PpoOptions) })
        {
            foreach (PropertyInfo property in type.GetProperties().Where(property => property.CanWrite && property.PropertyType != typeof(bool)))
            {
                // A new option is to have a line above.
                foreach (object value in Bad.GetValueOrDefault(property.Name, [])) yield return new TestCaseData(type, property.Name, value);
                if (!Bad.ContainsKey(property.Name)) yield return new TestCaseData(type, property.Name, null);
            }
        }
    }

    [TestCaseSource(nameof(Cases))]
    public void AnOptionOutOfItsRangeIsRefused(Type type, string name, object? value)
    {
        Assert.That(value, Is.Not.Null, "no bad value is listed for this option");
        object options = Activator.CreateInstance(type)!;
        type.GetProperty(name)!.SetValue(options, value);
        using IVectorEnvironment environment = Environments.MakeVector("CartPole-v1", 1);
        ArgumentOutOfRangeException error = Assert.Throws<ArgumentOutOfRangeException>(() => Make(environment, options))!;
        Assert.That(error.ParamName, Is.EqualTo(name));
        string told = value is IReadOnlyList<int> ? "0" : Convert.ToString(value, CultureInfo.InvariantCulture)!;
        Assert.That(error.Message, Does.StartWith($"{name} is {told}; it has to be "));
    }

    // As doubles all of these are apart, and finite.
    [TestCase(0, 1e39)]
    [TestCase(-3e38, 3e38)]
    [TestCase(1, 1 + 1e-9)]
    [TestCase(-1e38, 1e38, Description = "the distance, but not its product with the atoms")]
    public void BoundsOfASupportHaveToBeApartInSinglePrecision(double low, double high)
    {
        using IVectorEnvironment environment = Environments.MakeVector("CartPole-v1", 1);
        foreach (object options in new object[] { new C51Options { VMin = low, VMax = high }, new RainbowOptions { VMin = low, VMax = high } })
        {
            ArgumentOutOfRangeException error = Assert.Throws<ArgumentOutOfRangeException>(() => Make(environment, options))!;
            Assert.That(error.ParamName, Is.EqualTo("VMax"));
            Assert.That(error.Message, Does.StartWith(FormattableString.Invariant($"VMax is {high}; it has to be above VMin, {low}, in single precision, by less than 3.4")));
        }

        foreach (object options in new object[] { new C51Options { VMin = -1e36, VMax = 1e36 }, new RainbowOptions { VMin = -1e36, VMax = 1e36 } }) Make(environment, options).Dispose();
    }

    [Test]
    public void HiddenLayersAreNeeded()
    {
        using IVectorEnvironment environment = Environments.MakeVector("CartPole-v1", 1);
        foreach (object options in new object[] { new DqnOptions { Hidden = null! }, new C51Options { Hidden = null! }, new RainbowOptions { Hidden = null! }, new PpoOptions { Hidden = null! } })
            Assert.That(() => Make(environment, options), Throws.ArgumentNullException.With.Message.Contains("Hidden is null; give the units of each hidden layer"));
    }

    [Test]
    public void ABatchThatTheReplayBufferCannotHoldIsRefused()
    {
        using IVectorEnvironment environment = Environments.MakeVector("CartPole-v1", 3);
        object[] options = [new DqnOptions { BufferSize = 100, BatchSize = 100 }, new C51Options { BufferSize = 100, BatchSize = 100 }, new RainbowOptions { BufferSize = 100, BatchSize = 100 }];
        foreach (object each in options)
            Assert.That(() => Make(environment, each), Throws.ArgumentException.With.Message.StartsWith("BatchSize is 100, and a BufferSize of 100 holds 99 transitions").And.Message.Contains("make BufferSize 102 or more"));
    }

    [Test]
    public void TheFirstUpdateWaitsForTheTransitionsOfABatch()
    {
        using IVectorEnvironment environment = Environments.MakeVector("CartPole-v1", 1);
        object[] options =
        [
            new DqnOptions { LearningStarts = 0, BatchSize = 32, BufferSize = 32 }, new DqnOptions { LearningStarts = 20, BatchSize = 32, Prioritized = true, NStep = 3 },
            new C51Options { LearningStarts = 0, BatchSize = 32 }, new RainbowOptions { LearningStarts = 0, BatchSize = 32 },
        ];
        foreach (object each in options)
        {
            using Agent agent = Make(environment, each);
            var first = new FirstUpdate();
            agent.Learn(100, new LearnOptions { Callbacks = [first] });
            Assert.That(first.Step, Is.EqualTo(40), "the first multiple of 10 that is no less than 32");
        }
    }

    private sealed class FirstUpdate : Callback
    {
        public long Step { get; private set; } = -1;

        public override void OnUpdate(TrainingContext context) => Step = Step < 0 ? context.Step : Step;
    }

    [Test]
    public void UnsuitableSpacesAreRefusedByName([Values("dqn", "double-dqn", "c51", "rainbow")] string algorithm)
    {
        using IVectorEnvironment pendulum = Environments.MakeVector("Pendulum-v1", 1);
        Assert.That(() => AnyAgent.Make(algorithm, pendulum), Throws.ArgumentException.With.Message.Contains("Pendulum-v1 are Box(-2.0, 2.0, (1,), float32)"));
    }

    [Test]
    public void PpoRefusesWhatDoesNotFitTogether()
    {
        using IVectorEnvironment cartPole = Environments.MakeVector("CartPole-v1", 1), pendulum = Environments.MakeVector("Pendulum-v1", 1);
        Assert.That(() => new Ppo(cartPole, new PpoOptions { NumSteps = 100, NumMinibatches = 3 }), Throws.ArgumentException.With.Message.Contains("3 minibatches do not divide a rollout of 100"));
        Assert.That(() => new Ppo(cartPole, new PpoOptions { NumSteps = 8, NumMinibatches = 8 }), Throws.ArgumentException.With.Message.Contains("NormalizeAdvantages"));
        Assert.That(() => new Ppo(pendulum, PpoOptions.Continuous with { MaskActions = true }), Throws.ArgumentException.With.Message.Contains("MaskActions"));
        Assert.That(() => new Ppo(cartPole, new PpoOptions { SquashActions = true }), Throws.ArgumentException.With.Message.Contains("Discrete(2)").And.Message.Contains("switch SquashActions off"));
        Assert.That(() => new Ppo(cartPole, new PpoOptions { StateDependentDeviation = true }), Throws.ArgumentException.With.Message.Contains("switch StateDependentDeviation off"));
    }

    private static Agent Make(IVectorEnvironment environment, object options) => options switch
    {
        DqnOptions dqn => new Dqn(environment, dqn),
        C51Options c51 => new C51(environment, c51),
        RainbowOptions rainbow => new Rainbow(environment, rainbow),
        PpoOptions ppo => new Ppo(environment, ppo),
        _ => throw new ArgumentOutOfRangeException(nameof(options)),
    };
}
