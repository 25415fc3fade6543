namespace RlKit.Tests.Policies;

internal sealed class ActionMaskTests
{
    private static PpoOptions Masked => new() { MaskActions = true, Hidden = [16], NumSteps = 40, NumMinibatches = 2, UpdateEpochs = 2 };

    [Test]
    public void IllegalActionsAreTakenNeitherInTrainingNorInEvaluation([Values] bool deterministic)
    {
        using var folder = new TestFolder();
        using VectorAdaptor<float[], int[]> environment = Make(3), copies = Make(2);
        using var agent = new Ppo(environment, Masked);
        agent.Learn(500, new LearnOptions { Callbacks = [new PeriodicEvaluation(copies, 100, 4, folder.File("best.safetensors"))] });
        Assert.That(agent.Policy.ActionMaskSize, Is.EqualTo(5));

        EvaluationResult trained = agent.Evaluate(copies, 10, deterministic: deterministic);
        Assert.That(trained.Lengths, Has.All.EqualTo(20));

        // A file says that the policy needs masks, and a copy knows it too.
        agent.Policy.Save(folder.File("policy.safetensors"));
        Policy loaded = Policy.Load(folder.File("policy.safetensors"));
        Assert.That(loaded.ActionMaskSize, Is.EqualTo(5));
        Assert.That(Evaluator.Evaluate(loaded, copies, 10, deterministic: deterministic).Returns, Is.EqualTo(trained.Returns));
        Assert.That(Evaluator.Evaluate(agent.Policy.Snapshot(), copies, 10, deterministic: deterministic).Returns, Is.EqualTo(trained.Returns));
    }

    [Test]
    public void TheBestLegalActionIsChosen()
    {
        using VectorAdaptor<float[], int[]> environment = Make(1);
        using var agent = new Ppo(environment, Masked);
        float[] observations = [0.5f, 0.5f, -0.3f, 0.2f];
        int[] actions = new int[4];
        bool[] masks = [false, false, true, true, false, true, false, false, false, true];
        agent.Policy.Act(observations, masks, actions);
        Assert.That(actions, Is.EqualTo(new[] { 3, 0, 1, 1 }));
        agent.Policy.Act(observations, masks, actions, deterministic: false, new Pcg64(1));
        Assert.That(actions, Is.EqualTo(new[] { 3, 0, 1, 1 }));

        bool[] tooFew = masks[..5];
        Assert.That(() => agent.Policy.Act(observations, tooFew, actions), Throws.ArgumentException.With.Message.Contains("5 flags").And.Message.Contains("2 observations need 10"));
        using var plain = new Ppo(environment, Masked with { MaskActions = false });
        Assert.That(plain.Policy.ActionMaskSize, Is.Zero);
        Assert.That(() => plain.Policy.Act(observations, masks, actions), Throws.ArgumentException.With.Message.Contains("10 flags"));
        var random = new RandomPolicy(environment.ObservationSpace, environment.ActionSpace);
        Assert.That(() => random.Act(observations, masks, actions), Throws.ArgumentException.With.Message.Contains("without masks"));
    }

    [Test]
    public void AnEnvironmentWithoutMasksIsRefusedInEvaluation()
    {
        using VectorAdaptor<float[], int[]> environment = Make(1);
        using var agent = new Ppo(environment, Masked);
        using var bare = new VectorAdaptor<float[], int[]>(() => new Bare(), 1);
        Assert.That(() => agent.Evaluate(bare, 1), Throws.InvalidOperationException.With.Message.Contains("no 'action_mask' of 5 flags"));
    }

    [Test]
    public void AMaskThatLeavesAChoiceWithoutAnActionIsRefused()
    {
        using var environment = new VectorAdaptor<float[], int[]>(() => new Closed(), 1);
        using var agent = new Ppo(environment, Masked);
        Assert.That(() => agent.Learn(100), Throws.InvalidOperationException.With.Message.Contains("copy 0 allows no action of choice 1; at least one has to be legal"));
    }

    private static VectorAdaptor<float[], int[]> Make(int copies) => new(() => new Gates(), copies);

    private sealed class Closed() : Environment<float[], int[]>(new Box<float>(-1, 1, [2]), new MultiDiscrete([3, 2]))
    {
        protected override float[] OnReset(EnvironmentOptions? options)
        {
            Info.Set("action_mask", new[] { true, true, false, false, false });
            return [0, 0];
        }

        protected override StepResult<float[]> OnStep(int[] action) => Result([0, 0], 0, terminated: true);
    }

    private sealed class Bare() : Environment<float[], int[]>(new Box<float>(-1, 1, [2]), new MultiDiscrete([3, 2], start: [1, 0]))
    {
        protected override float[] OnReset(EnvironmentOptions? options) => [0, 0];

        protected override StepResult<float[]> OnStep(int[] action) => Result([0, 0], 0, terminated: true);
    }
}
