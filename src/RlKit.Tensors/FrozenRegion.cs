namespace RlKit.Tensors;

/// <summary>A region of code in which some parameters are constants; disposing it ends that, unless they were so before. See <see cref="ParameterBuffer.Freeze"/>.</summary>
public readonly struct FrozenRegion : IDisposable
{
    private readonly ParameterBuffer? _parameters;

    internal FrozenRegion(ParameterBuffer parameters)
    {
        if (!parameters.Parameters[0].Value.RequiresGrad) return;
        _parameters = parameters;
        parameters.SetRequiresGrad(false);
    }

    /// <summary>The parameters require gradients again.</summary>
    public void Dispose() => _parameters?.SetRequiresGrad(true);
}
