using RlKit.ClassicControl;
using RlKit.Dynamics;
using RlKit.MinAtar;
using RlKit.ToyText;

namespace RlKit;

/// <summary>The environments by their ids: the built-in ones, and those that a program registers.</summary>
/// <example><code>
/// using IEnvironment&lt;float[], int&gt; environment = Environments.Make&lt;float[], int&gt;("CartPole-v1");
/// environment.Reset(seed: 42);
/// </code></example>
public static class Environments
{
    /// <summary>What <see cref="Make{TObservation,TAction}"/> makes from; register environments of your own here.</summary>
    public static EnvironmentRegistry Registry { get; } = BuiltIn();

    /// <inheritdoc cref="EnvironmentRegistry.Make{TObservation,TAction}(string, EnvironmentOptions?)"/>
    public static IEnvironment<TObservation, TAction> Make<TObservation, TAction>(string id, EnvironmentOptions? options = null)
        where TObservation : notnull
        where TAction : notnull => Registry.Make<TObservation, TAction>(id, options);

    /// <inheritdoc cref="EnvironmentRegistry.Make(string, EnvironmentOptions?)"/>
    public static IEnvironment Make(string id, EnvironmentOptions? options = null) => Registry.Make(id, options);

    /// <inheritdoc cref="EnvironmentRegistry.MakeVector"/>
    public static IVectorEnvironment MakeVector(string id, int count, VectorOptions? options = null) => Registry.MakeVector(id, count, options);

    private static EnvironmentRegistry BuiltIn()
    {
        var registry = new EnvironmentRegistry();

        Register<CartPoleDynamics, CartPoleState, float[], int, int>(
            spec => new CartPole(CartPoleOptions.Read(spec.Options, spec.Id)),
            spec => new CartPoleDynamics(CartPoleOptions.Read(spec.Options, spec.Id)),
            new("CartPole-v0") { RewardThreshold = 195, MaxEpisodeSteps = 200, FramesPerSecond = 50, Summary = "Balance a pole on a cart for 200 steps." },
            new("CartPole-v1") { RewardThreshold = 475, MaxEpisodeSteps = 500, FramesPerSecond = 50, Summary = "Balance a pole on a cart for 500 steps." });
        Register<MountainCarDynamics, MountainCarState, float[], int, int>(
            spec => new MountainCar(MountainCarOptions.Read(spec.Options, spec.Id)),
            spec => new MountainCarDynamics(MountainCarOptions.Read(spec.Options, spec.Id)),
            new EnvironmentSpec("MountainCar-v0") { RewardThreshold = -110, MaxEpisodeSteps = 200, Summary = "Swing a weak car up a hill." });
        Register<MountainCarContinuousDynamics, MountainCarState, float[], float[], float>(
            spec => new MountainCarContinuous(MountainCarOptions.Read(spec.Options, spec.Id)),
            spec => new MountainCarContinuousDynamics(MountainCarOptions.Read(spec.Options, spec.Id)),
            new EnvironmentSpec("MountainCarContinuous-v0") { RewardThreshold = 90, MaxEpisodeSteps = 999, Summary = "Swing a weak car up a hill with little force." });
        Register<PendulumDynamics, PendulumState, float[], float[], float>(
            spec => new Pendulum(PendulumOptions.Read(spec.Options, spec.Id)),
            spec => new PendulumDynamics(PendulumOptions.Read(spec.Options, spec.Id)),
            new EnvironmentSpec("Pendulum-v1") { MaxEpisodeSteps = 200, Summary = "Swing a pendulum up and keep it there." });
        Register<AcrobotDynamics, AcrobotState, float[], int, int>(
            spec => { spec.Options.RefuseUnknown(spec.Id); return new Acrobot(); },
            spec => { spec.Options.RefuseUnknown(spec.Id); return new AcrobotDynamics(); },
            new EnvironmentSpec("Acrobot-v1") { RewardThreshold = -100, MaxEpisodeSteps = 500, FramesPerSecond = 15, Summary = "Swing the end of two links above a line." });

        Register<BlackjackDynamics, BlackjackState, (int, int, int), int, int>(
            spec => new Blackjack(BlackjackOptions.Read(spec.Options, spec.Id)),
            spec => new BlackjackDynamics(BlackjackOptions.Read(spec.Options, spec.Id)),
            new EnvironmentSpec("Blackjack-v1") { Options = new() { ["sab"] = true, ["natural"] = false }, FramesPerSecond = 4, Summary = "Beat the dealer without going over 21." });
        Register<FrozenLakeDynamics, GridState, int, int, int>(
            spec => new FrozenLake(FrozenLakeOptions.Read(spec.Options, spec.Id)),
            spec => new FrozenLakeDynamics(FrozenLakeOptions.Read(spec.Options, spec.Id)),
            new("FrozenLake-v1") { RewardThreshold = 0.7, MaxEpisodeSteps = 100, Options = new() { ["map_name"] = "4x4" }, FramesPerSecond = 4, Summary = "Cross slippery ice of 4 x 4 cells without falling into a hole." },
            new("FrozenLake8x8-v1") { RewardThreshold = 0.85, MaxEpisodeSteps = 200, Options = new() { ["map_name"] = "8x8" }, FramesPerSecond = 4, Summary = "Cross slippery ice of 8 x 8 cells without falling into a hole." });
        Register<CliffWalkingDynamics, GridState, int, int, int>(
            spec => new CliffWalking(CliffWalkingOptions.Read(spec.Options, spec.Id)),
            spec => new CliffWalkingDynamics(CliffWalkingOptions.Read(spec.Options, spec.Id)),
            new("CliffWalking-v1") { FramesPerSecond = 4, Summary = "Walk along a cliff without stepping over it." },
            new("CliffWalkingSlippery-v1") { Options = new() { ["is_slippery"] = true }, FramesPerSecond = 4, Summary = "Walk along a cliff on slippery ground." });
        Register<TaxiDynamics, TaxiState, int, int, int>(
            spec => new Taxi(TaxiOptions.Read(spec.Options, spec.Id)),
            spec => new TaxiDynamics(TaxiOptions.Read(spec.Options, spec.Id)),
            new EnvironmentSpec("Taxi-v4") { RewardThreshold = 8, MaxEpisodeSteps = 200, FramesPerSecond = 4, Summary = "Fetch a passenger and drive them where they want to go." });

        RegisterMinAtar<AsterixGame>("Asterix", options => new Asterix(options), "Take treasures and avoid enemies");
        RegisterMinAtar<BreakoutGame>("Breakout", options => new Breakout(options), "Break bricks with a ball and a paddle");
        RegisterMinAtar<FreewayGame>("Freeway", options => new Freeway(options), "Cross eight lanes of cars");
        RegisterMinAtar<SeaquestGame>("Seaquest", options => new Seaquest(options), "Shoot enemies and fetch divers under water");
        RegisterMinAtar<SpaceInvadersGame>("SpaceInvaders", options => new SpaceInvaders(options), "Shoot aliens that come down");
        return registry;

        void Register<TDynamics, TState, TObservation, TAction, TNumber>(
            Func<EnvironmentSpec, IEnvironment<TObservation, TAction>> make,
            Func<EnvironmentSpec, TDynamics> dynamics,
            params ReadOnlySpan<EnvironmentSpec> specs)
            where TDynamics : struct, IDynamics<TState, float, TNumber>
            where TState : struct
            where TObservation : notnull
            where TAction : notnull
            where TNumber : unmanaged
        {
            foreach (EnvironmentSpec spec in specs)
            {
                registry.Register(spec, make, (made, count, options) =>
                    new DynamicsVectorEnvironment<TDynamics, TState, float, TNumber, Pcg64>(dynamics(made), count, options.AutoresetMode, made.MaxEpisodeSteps, options.Threads) { Spec = made });
            }
        }

        void RegisterMinAtar<TGame>(string name, Func<MinAtarOptions, IEnvironment<byte[], int>> make, string summary)
            where TGame : struct, IMinAtarGame
        {
            foreach (bool minimal in new[] { false, true })
            {
                var spec = new EnvironmentSpec($"MinAtar/{name}-v{(minimal ? 1 : 0)}")
                {
                    Options = new() { ["use_minimal_action_set"] = minimal },
                    FramesPerSecond = 20,
                    Summary = $"{summary}, on 10 x 10 cells; {(minimal ? "the actions that count" : "six actions")}.",
                };
                registry.Register(spec, made => make(MinAtarOptions.Read(made.Options, made.Id)), (made, count, options) =>
                    new DynamicsVectorEnvironment<MinAtarDynamics<TGame>, MinAtarState<TGame>, byte, int, Mt19937>(
                        new(MinAtarOptions.Read(made.Options, made.Id)), count, options.AutoresetMode, made.MaxEpisodeSteps, options.Threads) { Spec = made });
            }
        }
    }
}
