using NUnit.Framework.Interfaces;
using RlKit.Tensors;

[assembly: RlKit.Tests.OnTorch]

namespace RlKit.Tests;

/// <summary>Runs every test of the assembly with libtorch's processor as the default device.</summary>
[AttributeUsage(AttributeTargets.Assembly)]
internal sealed class OnTorchAttribute : Attribute, ITestAction
{
    [ThreadStatic]
    private static DeviceRegion _region;

    public ActionTargets Targets => ActionTargets.Test;

    public void BeforeTest(ITest test) => _region = TorchDevice.Cpu.AsDefault();

    public void AfterTest(ITest test)
    {
        _region.Dispose();
        _region = default;
    }
}
