namespace RlKit;

/// <summary>A policy in a vector environment, step by step.</summary>
internal sealed class Player
{
    private readonly Policy _policy;
    private readonly IVectorEnvironment _environment;
    private readonly ActionMasks _masks;
    private readonly int[] _integerActions;
    private readonly float[] _realActions;

    public Player(Policy policy, IVectorEnvironment environment)
    {
        _policy = policy;
        _environment = environment;
        _masks = new ActionMasks(environment, policy.ActionMaskSize);
        bool byIntegers = environment.ActionSpace is not Box<float>;
        _integerActions = new int[byIntegers ? environment.Count * environment.ActionSize : 0];
        _realActions = new float[byIntegers ? 0 : environment.Count * environment.ActionSize];
    }

    /// <summary>Chooses an action for each copy, and takes it.</summary>
    public void Step(bool deterministic, Pcg64? random)
    {
        ObservationBatch observations = ObservationBatch.Of(_environment);
        if (_realActions.Length > 0)
        {
            _policy.Act(observations, _realActions, deterministic, random);
            _environment.Step(_realActions);
            return;
        }

        _masks.Read();
        _policy.Act(observations, _masks.Flags, _integerActions, deterministic, random);
        _environment.Step(_integerActions);
    }
}
