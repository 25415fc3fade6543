using RlKit.Tensors.Engines;

namespace RlKit.Tensors;

/// <summary>
/// A step's memory: the tensors made on this thread while the scope is open live until it closes, and their memory is used again by
/// the next one. Using such a tensor afterwards throws. Scopes nest, and close in the reverse order of opening, on the thread that
/// opened them (so never hold one across an await). Outside every scope a tensor lives as long as it is referenced;
/// <see cref="Tensor.Keep"/> takes a result out.
/// </summary>
/// <example><code>
/// using var scope = new TensorScope();
/// Tensor loss = Loss.MeanSquaredError(network.Forward(observations), targets);
/// loss.Backward();
/// </code></example>
public readonly struct TensorScope : IDisposable
{
    private readonly TensorContext? _context;
    private readonly long _id;

    /// <summary>Opens a scope on this thread.</summary>
    public TensorScope()
    {
        _context = TensorContext.Current;
        _id = _context.OpenScope();
    }

    /// <summary>Closes the scope; every tensor made in it is unusable from now on.</summary>
    /// <exception cref="InvalidOperationException">A scope opened later is still open, this one is closed already, or another thread opened it.</exception>
    public void Dispose() => _context?.CloseScope(_id);
}
