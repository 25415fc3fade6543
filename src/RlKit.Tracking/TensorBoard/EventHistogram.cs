namespace RlKit.Tracking.TensorBoard;

/// <summary>A distribution, as event files of the first kind hold it.</summary>
/// <param name="Min">The lowest number.</param>
/// <param name="Max">The highest number.</param>
/// <param name="Count">How many numbers there are.</param>
/// <param name="Sum">Their sum.</param>
/// <param name="SumOfSquares">The sum of their squares.</param>
/// <param name="RightEdges">The upper limit of each bucket, rising.</param>
/// <param name="Counts">How many numbers each bucket has; of the length of <paramref name="RightEdges"/>.</param>
public sealed record EventHistogram(double Min, double Max, double Count, double Sum, double SumOfSquares, IReadOnlyList<double> RightEdges, IReadOnlyList<double> Counts);
