namespace RlKit.Tracking.TensorBoard;

/// <summary>The numbers of the fields of <c>Event</c> and <c>Summary.Value</c> that both the writer and the reader know.</summary>
internal static class EventFields
{
    public const int WallTime = 1, Step = 2, FileVersion = 3, Summary = 5, SessionLog = 7, SourceMetadata = 10;

    public const int Tag = 1, SimpleValue = 2, Image = 4, Histogram = 5, Audio = 6, Tensor = 8, Metadata = 9;
}
