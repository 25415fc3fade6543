namespace RlKit.Tracking.WeightsAndBiases;

/// <summary>One record of a .wandb file.</summary>
/// <param name="Number">Its number; the first is 1.</param>
/// <param name="Kind">What it is, named as in the definition of the records: <c>history</c>, <c>summary</c>, <c>run</c>, ...; empty for one that is not known.</param>
/// <param name="Content">
/// The fields that are set, by the names of the definition. Values are bool, long, double, string, a map like this one, or a list of these; names of enumerations are text. The values of
/// histories, summaries and configurations stay JSON in <c>value_json</c>: see <see cref="WandbValue"/>.
/// </param>
/// <param name="Offset">Where it begins in the file.</param>
/// <param name="End">Where it ends in the file.</param>
/// <param name="Length">Bytes of the record itself.</param>
/// <param name="Chunks">The chunks that it lies in.</param>
public sealed record WandbRecord(long Number, string Kind, IReadOnlyDictionary<string, object?> Content, long Offset, long End, int Length, IReadOnlyList<WandbChunk> Chunks);
