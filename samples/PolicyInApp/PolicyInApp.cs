// A trained policy inside an app that knows nothing of environments, agents or training: one file, and one call for each decision.
//     dotnet run -c Release --project samples/RlKit.Cli -- train ppo --env-id CartPole-v1        (prints where the policy is)
//     dotnet run -c Release --project samples/PolicyInApp -- POLICY.safetensors
using System.Diagnostics;
using System.Globalization;
using RlKit;

if (args.Length != 1)
{
    Console.Error.WriteLine("Give the file of a policy for CartPole-v1; `rlkit train ppo --env-id CartPole-v1` makes one.");
    return 2;
}

Policy policy = Policy.Load(args[0]);
var cart = new Cart();
float[] sensors = new float[4];
long thinking = 0;
int steps = 0;

// The app's own loop: a minute of fifty decisions a second.
for (; steps < 60 * 50 && cart.IsUpright; steps++)
{
    cart.Read(sensors);
    long begin = Stopwatch.GetTimestamp();
    int action = policy.Act(sensors);
    thinking += Stopwatch.GetTimestamp() - begin;
    cart.Push(action == 1 ? 10 : -10);
}

double microseconds = Stopwatch.GetElapsedTime(0, thinking).TotalMicroseconds / steps;
Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"The pole stood for {steps / 50.0:0.0} seconds; a decision took {microseconds:0.0} microseconds."));
return 0;

/// <summary>The app's own cart with a pole on it; in yours it is a game's figure, a machine or a service.</summary>
internal sealed class Cart
{
    private const double SecondsPerStep = 0.02, Gravity = 9.8, CartMass = 1, PoleMass = 0.1, HalfLength = 0.5;
    private double _position, _speed, _angle = 0.03, _turning;

    public bool IsUpright => Math.Abs(_position) < 2.4 && Math.Abs(_angle) < 0.2;

    public void Read(Span<float> sensors)
    {
        sensors[0] = (float)_position;
        sensors[1] = (float)_speed;
        sensors[2] = (float)_angle;
        sensors[3] = (float)_turning;
    }

    public void Push(double force)
    {
        (double sine, double cosine) = Math.SinCos(_angle);
        double drive = (force + PoleMass * HalfLength * _turning * _turning * sine) / (CartMass + PoleMass);
        double angular = (Gravity * sine - cosine * drive) / (HalfLength * (4.0 / 3 - PoleMass * cosine * cosine / (CartMass + PoleMass)));
        double linear = drive - PoleMass * HalfLength * angular * cosine / (CartMass + PoleMass);
        (_position, _speed) = (_position + SecondsPerStep * _speed, _speed + SecondsPerStep * linear);
        (_angle, _turning) = (_angle + SecondsPerStep * _turning, _turning + SecondsPerStep * angular);
    }
}
