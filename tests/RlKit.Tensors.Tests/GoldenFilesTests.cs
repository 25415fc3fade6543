namespace RlKit.Tests;

/// <summary>No golden file of PyTorch's lies unread: a new one is either of a kind that a test enumerates, or it fails here.</summary>
[Category("Golden")]
public class GoldenFilesTests
{
    private static readonly string[] ReadByName = ["e2e_c51", "e2e_double_dqn", "e2e_dqn", "e2e_ppo", "e2e_ppo_continuous", "e2e_sac", "init_properties", "optimizers"];

    [Test]
    public void Every_file_of_PyTorch_is_read_by_a_test() =>
        Assert.That(Golden.Names("torch").Where(name => !name.StartsWith("ops_", StringComparison.Ordinal)), Is.EquivalentTo(ReadByName));
}
