using NUnit.Framework.Interfaces;
using NUnit.Framework.Internal;

namespace RlKit.Tests;

/// <summary>The test is of something that the managed engine alone promises; where the same class runs on another engine it is passed over, and says so.</summary>
/// <param name="what">What that is.</param>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Method)]
internal sealed class ManagedEngineAttribute(string what) : NUnitAttribute, IApplyToTest
{
    public string What { get; } = what;

    public void ApplyToTest(Test test)
    {
#if TORCHSHARP
        test.RunState = RunState.Ignored;
        test.Properties.Set(PropertyNames.SkipReason, $"Of the managed engine: {What}.");
#endif
    }
}
