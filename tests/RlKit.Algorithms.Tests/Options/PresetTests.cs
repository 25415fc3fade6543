namespace RlKit.Tests.Options;

internal sealed class PresetTests
{
    [Test]
    public void CartPoleAndAcrobotHaveTheDefaults([Values("CartPole-v1", "Acrobot-v1", "some/Other-v3")] string id)
    {
        Assert.That(Presets.Ppo(id, new Discrete(2)) with { Hidden = [] }, Is.EqualTo(new PpoOptions() with { Hidden = [] }));
        Assert.That(Presets.PpoEnvironments(id, new Discrete(2)), Is.EqualTo(4));
    }

    [Test]
    public void ContinuousActionsHaveTheirOwnDefaults()
    {
        var box = new Box<float>(-1, 1, [2]);
        Assert.That(Presets.Ppo("Any-v1", box) with { Hidden = [] }, Is.EqualTo(PpoOptions.Continuous with { Hidden = [] }));
        Assert.That(Presets.PpoEnvironments("Any-v1", box), Is.EqualTo(1));
    }

    [TestCase("Pendulum-v1")]
    [TestCase("MountainCarContinuous-v0")]
    public void EveryPresetFitsItsEnvironment(string id)
    {
        using IEnvironment one = Environments.Make(id);
        using IVectorEnvironment environment = Environments.MakeVector(id, Presets.PpoEnvironments(id, one.ActionSpace));
        using var agent = new Ppo(environment, Presets.Ppo(id, one.ActionSpace));
        Assert.That(agent.Learn(8).Step, Is.EqualTo(8));
    }
}
