namespace RlKit.Tensors;

/// <summary>The states of the layers of a recurrent network, one behind the other along the first axis.</summary>
internal static class RecurrentState
{
    internal static void Check(string argument, Tensor state, int layers, Tensor input, int units)
    {
        if (input.Rank != 3) throw new ArgumentException($"A sequence has the shape (time, batch, inputs), not {input.Shape}.", nameof(input));
        var expected = new Shape(layers, input.Shape[1], units);
        if (state.Shape != expected) throw new ArgumentException($"With a sequence of the shape {input.Shape}, {argument} has the shape {expected} (layers, batch, units), not {state.Shape}.", argument);
    }

    internal static Tensor Append(Tensor states, Tensor next)
    {
        Tensor layer = next.Unsqueeze(0);
        return states.IsDefault ? layer : Tensor.Concat(0, states, layer);
    }
}
