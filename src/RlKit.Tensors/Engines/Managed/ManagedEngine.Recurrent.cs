namespace RlKit.Tensors.Engines.Managed;

internal sealed partial class ManagedEngine
{
    public override (TensorNode Output, TensorNode Hidden, TensorNode Cell) Lstm(
        TensorNode x, TensorNode hidden, TensorNode cell, TensorNode inputWeight, TensorNode hiddenWeight, TensorNode? inputBias, TensorNode? hiddenBias, TensorNode? resets) => throw new NotImplementedException();

    public override (TensorNode Output, TensorNode Hidden) Gru(
        TensorNode x, TensorNode hidden, TensorNode inputWeight, TensorNode hiddenWeight, TensorNode? inputBias, TensorNode? hiddenBias, TensorNode? resets) => throw new NotImplementedException();

    private static void LstmBackward(TensorContext context, ManagedNode y) => throw new NotImplementedException();

    private static void GruBackward(TensorContext context, ManagedNode y) => throw new NotImplementedException();

    private static void RecurrentStateBackward(TensorContext context, ManagedNode y) => throw new NotImplementedException();
}
