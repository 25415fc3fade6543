using System.Text.Json;
using RlKit.ClassicControl;
using RlKit.Dynamics;

namespace RlKit.Tests;

/// <summary>One step from a state that is set: no drift, so that only the last bits of sine and cosine may differ.</summary>
[TestFixture]
[Category("Golden")]
public sealed class PhysicsTests
{
    // A few units in the last place of numbers up to about 30, the largest that the states reach.
    private const double Tolerance = 2e-14;

    // An observation is single precision: a last bit of the state may round it the other way, by 2^-19 near 30.
    private const double SingleTolerance = 2e-6;

    // NumPy 2 rounds some products to single precision (24 bits). A torque's part of the acceleration (up to 6, times the 0.05 s of a step), or force * power and
    // the sums after it (positions up to 1.2), are off by half a unit of that: 6 * 2^-24 * 0.05 and 1.2 * 2^-24. The reward's 0.001 u^2 (up to 0.004) and 100 likewise.
    private const double Numpy2StateTolerance = 2e-7;
    private const double Numpy2RewardTolerance = 1e-6;

    private static IEnumerable<string> Files => GoldenEnvironments.Files(numpy2: false).Where(name => GoldenEnvironments.Has(name, "physics"));

    private static IEnumerable<string> Numpy2Files => GoldenEnvironments.Files(numpy2: true);

    [TestCaseSource(nameof(Files))]
    public void OneStepIsTheRecordedOne(string file) => Check(file, Tolerance, Tolerance * 10);

    [TestCaseSource(nameof(Numpy2Files))]
    public void OneStepOfNumpy2DiffersByItsRounding(string file) => Check(file, Numpy2StateTolerance, Numpy2RewardTolerance);

    /// <summary>
    /// Every recorded step of NumPy 2 again, from the state that the recording had before it: the car's is its observation (both are float32), the pendulum's follows
    /// from the cosine and sine to about 1e-7. The first step of an episode starts from the reset, which has no rounding.
    /// </summary>
    [TestCaseSource(nameof(Numpy2Files))]
    public void EveryStepOfNumpy2DiffersByItsRounding(string file)
    {
        using JsonDocument document = Golden.Read("envs/" + file);
        JsonElement spec = document.RootElement.GetProperty("spec");
        using AnyEnvironment environment = AnyEnvironment.Make(spec.GetProperty("id").GetString()!, GoldenEnvironments.Options(spec.GetProperty("kwargs")));
        double worst = 0;
        foreach (JsonElement trajectory in document.RootElement.GetProperty("trajectories").EnumerateArray())
        {
            Dictionary<int, JsonElement> resets = trajectory.GetProperty("resets").EnumerateArray().ToDictionary(reset => reset.GetProperty("after_step").GetInt32());
            JsonElement columns = trajectory.GetProperty("columns");
            Assert.That(environment.Reset(trajectory.GetProperty("seed").GetInt64()).Observation, Is.EqualTo(GoldenEnvironments.Singles(trajectory.GetProperty("reset_obs"))));
            bool isFirst = true;
            for (int step = 0; step < columns.GetProperty("reward").GetArrayLength(); step++)
            {
                if (!isFirst) Put(environment, GoldenEnvironments.Singles(columns.GetProperty("obs")[step - 1]));
                isFirst = false;
                var (observation, reward, terminated, truncated, _) = environment.Step(GoldenEnvironments.Singles(columns.GetProperty("action")[step]));
                double[] expected = GoldenEnvironments.Singles(columns.GetProperty("obs")[step]);
                Assert.That(observation, Is.EqualTo(expected).Within(SingleTolerance), $"step {step}");
                Assert.That(reward, Is.EqualTo(columns.GetProperty("reward")[step].Double()).Within(5e-6), $"step {step}");
                Assert.That(terminated, Is.EqualTo(GoldenEnvironments.Flag(columns.GetProperty("terminated")[step])), $"step {step}");
                Assert.That(truncated, Is.EqualTo(GoldenEnvironments.Flag(columns.GetProperty("truncated")[step])), $"step {step}");
                worst = Math.Max(worst, observation.Zip(expected, (a, b) => Math.Abs(a - b)).Max());
                if (!resets.TryGetValue(step, out JsonElement reset)) continue;
                Assert.That(environment.Reset().Observation, Is.EqualTo(GoldenEnvironments.Singles(reset.GetProperty("obs"))).Within(SingleTolerance));
                isFirst = true;
            }
        }

        TestContext.Out.WriteLine($"The largest difference of an observation after one step is {worst}.");
    }

    private static void Check(string file, double stateTolerance, double rewardTolerance)
    {
        using JsonDocument document = Golden.Read("envs/" + file);
        JsonElement spec = document.RootElement.GetProperty("spec");
        EnvironmentOptions options = GoldenEnvironments.Options(spec.GetProperty("kwargs"));
        JsonElement[] cases = [.. document.RootElement.GetProperty("physics").EnumerateArray()];
        Assert.That(cases, Is.Not.Empty);
        using AnyEnvironment environment = AnyEnvironment.Make(spec.GetProperty("id").GetString()!, options);
        double worst = 0;
        foreach (JsonElement one in cases)
        {
            environment.Reset(0);
            bool isSingle = one.TryGetProperty("state_dtype", out JsonElement type) && type.GetString() == "float32";
            Put(environment, isSingle ? GoldenEnvironments.Singles(one.GetProperty("state")) : GoldenEnvironments.Numbers(one.GetProperty("state")), isState: true);
            var (observation, reward, terminated, _, _) = environment.Step(GoldenEnvironments.Singles(one.GetProperty("action")));
            double[] next = State(environment);

            // The continuous car's state is single precision after every step, whatever it was before.
            double[] expected = Unwrapped(environment) is MountainCarContinuous
                ? GoldenEnvironments.Singles(one.GetProperty("next_state"))
                : GoldenEnvironments.Numbers(one.GetProperty("next_state"));
            Assert.That(next, Is.EqualTo(expected).Within(stateTolerance), one.ToString());
            Assert.That(observation, Is.EqualTo(GoldenEnvironments.Singles(one.GetProperty("obs"))).Within(SingleTolerance), one.ToString());
            Assert.That(reward, Is.EqualTo(one.GetProperty("reward").Double()).Within(rewardTolerance), one.ToString());
            Assert.That(terminated, Is.EqualTo(GoldenEnvironments.Flag(one.GetProperty("terminated"))), one.ToString());
            worst = Math.Max(worst, next.Zip(expected, (a, b) => Math.Abs(a - b)).Max());
        }

        TestContext.Out.WriteLine($"{cases.Length} cases; the largest difference of a state is {worst}.");
    }

    private static IEnvironment Unwrapped(AnyEnvironment environment) => ((IWrapper)environment.Environment).Unwrapped;

    /// <summary>Sets the state, or the state that an observation was made from.</summary>
    private static void Put(AnyEnvironment environment, double[] values, bool isState = false)
    {
        switch (Unwrapped(environment))
        {
            case CartPole cartPole: cartPole.State = new(values[0], values[1], values[2], values[3]); break;
            case MountainCar car: car.State = new(values[0], values[1]); break;
            case MountainCarContinuous car: car.State = new(values[0], values[1]); break;
            case Acrobot acrobot: acrobot.State = new(values[0], values[1], values[2], values[3]); break;
            case Pendulum pendulum: pendulum.State = isState ? new(values[0], values[1]) : new(Math.Atan2(values[1], values[0]), values[2]); break;
            case var other: Assert.Fail($"The test knows no state of {other}."); break;
        }
    }

    private static double[] State(AnyEnvironment environment) => Unwrapped(environment) switch
    {
        CartPole { State: var state } => [state.Position, state.Velocity, state.Angle, state.AngularVelocity],
        MountainCar { State: var state } => [state.Position, state.Velocity],
        MountainCarContinuous { State: var state } => [state.Position, state.Velocity],
        Acrobot { State: var state } => [state.Angle1, state.Angle2, state.Velocity1, state.Velocity2],
        Pendulum { State: var state } => [state.Angle, state.AngularVelocity],
        var other => throw new NotSupportedException(other.GetType().Name),
    };
}
