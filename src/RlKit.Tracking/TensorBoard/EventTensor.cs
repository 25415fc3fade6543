namespace RlKit.Tracking.TensorBoard;

/// <summary>A tensor of an event file: numbers, or strings.</summary>
/// <param name="Type">1 float32, 2 float64, 7 strings; of another type neither <paramref name="Numbers"/> nor <paramref name="Strings"/> are read.</param>
/// <param name="Shape">The length of each axis; empty for one element.</param>
/// <param name="Numbers">The elements in row-major order, if they are float32 or float64.</param>
/// <param name="Strings">The elements in row-major order, if they are strings: text in UTF-8, or files.</param>
public sealed record EventTensor(int Type, IReadOnlyList<long> Shape, IReadOnlyList<double> Numbers, IReadOnlyList<ReadOnlyMemory<byte>> Strings)
{
    internal const int Float = 1, Double = 2, String = 7;
}
