namespace RlKit.Benchmarks;

/// <summary>A hundred steps of an agent's training, all its parts together: acting, replay, updates, target networks.</summary>
internal sealed class AgentSteps(Agent agent) : IUpdate
{
    public const int Steps = 100;

    public double Flops => 0;

    public void Run() => agent.Learn(agent.Step + Steps);
}
