using RlKit.Dynamics;

namespace RlKit.ClassicControl;

/// <summary>
/// A pole stands on a cart that is pushed to the left or to the right; keep it upright. Gymnasium's CartPole: ids <c>CartPole-v0</c> (200 steps)
/// and <c>CartPole-v1</c> (500 steps).
/// </summary>
/// <remarks>
/// <para>Observation: position, velocity, angle, angular velocity. Action: 0 left, 1 right. Reward: 1 for every step, the last one too. The episode terminates when
/// the cart is further than 2.4 m from the middle or the pole leans further than 12 degrees. Reset options: <c>low</c> and <c>high</c>, between
/// which all four numbers of the first state are drawn (-0.05 and 0.05).</para>
/// <para>A. G. Barto, R. S. Sutton and C. W. Anderson, "Neuronlike adaptive elements that can solve difficult learning control problems" (1983).</para>
/// </remarks>
public sealed class CartPole : DynamicsEnvironment<CartPoleDynamics, CartPoleState, float[], int>
{
    private readonly float[] _observation = new float[4];

    /// <summary>A cart-pole without a time limit.</summary>
    public CartPole(CartPoleOptions? options = null)
        : this(new CartPoleDynamics(options ?? new()))
    {
    }

    private CartPole(CartPoleDynamics dynamics)
        : base(dynamics, dynamics.ObservationSpace, dynamics.ActionSpace)
    {
    }

    /// <inheritdoc/>
    protected override bool Accepts(int action) => Dynamics.Accepts([action]);

    /// <inheritdoc/>
    protected override float[] OnReset(EnvironmentOptions? options)
    {
        Dynamics.Reset(ref Row, Random, options);
        Dynamics.Observe(Row, _observation);
        return _observation;
    }

    /// <inheritdoc/>
    protected override StepResult<float[]> OnStep(int action)
    {
        double reward = Dynamics.Step(ref Row, [action], Random, out bool terminated);
        Dynamics.Observe(Row, _observation);
        return Result(_observation, reward, terminated);
    }
}
