using RlKit.Tensors.Engines;

namespace RlKit.Tensors;

/// <summary>
/// Automatic differentiation. An operation is recorded when one of its inputs requires a gradient, and no <see cref="NoGrad"/> region
/// is open on this thread; <see cref="Tensor.Backward()"/> then runs the record from the result to its leaves. Each thread has its own regions and record, so
/// that networks train side by side; one network is trained by one thread at a time.
/// </summary>
public static class Autograd
{
    /// <summary>Whether operations are recorded on this thread; true outside <see cref="NoGrad"/> regions.</summary>
    public static bool IsRecording => TensorContext.Current.Recording;

    /// <summary>Whether results are checked for NaN and infinity on this thread; see <see cref="DetectAnomaly"/>.</summary>
    public static bool IsDetectingAnomaly => TensorContext.Current.DetectAnomaly;

    /// <summary>Opens a region in which nothing is recorded: <c>using (Autograd.NoGrad()) { ... }</c>.</summary>
    public static GradientRegion NoGrad()
    {
        TensorContext context = TensorContext.Current;
        return new GradientRegion(context, recording: false, context.DetectAnomaly);
    }

    /// <summary>
    /// Opens a region in which every operation's result, and every gradient, is searched for NaN and infinity; the first one found throws an
    /// <see cref="ArithmeticException"/> that names the operation. Slow: for finding a fault, not for training.
    /// </summary>
    public static GradientRegion DetectAnomaly()
    {
        TensorContext context = TensorContext.Current;
        return new GradientRegion(context, context.Recording, detectAnomaly: true);
    }

    /// <summary>
    /// The gradients of a scalar with respect to some tensors, written to <paramref name="gradients"/>; no leaf's <see cref="Tensor.Grad"/> changes.
    /// The tensors may be leaves or results of operations.
    /// </summary>
    /// <param name="output">A tensor of one element that was recorded.</param>
    /// <param name="inputs">Tensors that require a gradient. One that <paramref name="output"/> does not depend on gets zeros.</param>
    /// <param name="gradients">As many tensors as there are inputs; overwritten. Each gets the shape of its input.</param>
    /// <exception cref="InvalidOperationException">The output has more than one element or was not recorded, or an input requires no gradient.</exception>
    /// <exception cref="ArgumentException">The spans differ in length.</exception>
    public static void Gradients(Tensor output, ReadOnlySpan<Tensor> inputs, Span<Tensor> gradients)
    {
        if (inputs.Length != gradients.Length)
            throw new ArgumentException($"{inputs.Length} inputs need as many gradients; {gradients.Length} were given.", nameof(gradients));
        TensorNode node = output.Node;
        Tensor.RequireDifferentiableScalar(node);
        foreach (Tensor input in inputs)
        {
            if (!input.RequiresGrad)
                throw new InvalidOperationException($"Gradients: an input of shape {input.Shape} requires no gradient; make it with RequireGrad() or from tensors that do.");
        }

        node.Device.Engine.Gradients(node, inputs, gradients);
    }

    /// <summary>The gradient of a scalar with respect to one tensor; no leaf's <see cref="Tensor.Grad"/> changes.</summary>
    /// <inheritdoc cref="Gradients" path="/exception"/>
    public static Tensor Gradient(Tensor output, Tensor input)
    {
        Tensor gradient = default;
        Gradients(output, new ReadOnlySpan<Tensor>(in input), new Span<Tensor>(ref gradient));
        return gradient;
    }
}
