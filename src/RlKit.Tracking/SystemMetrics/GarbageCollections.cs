namespace RlKit.Tracking;

/// <summary>What the garbage collector did so far.</summary>
internal static class GarbageCollections
{
    private const double MebiByte = 1 << 20;

    public static void Measure(Dictionary<string, double> values)
    {
        values[Metrics.SystemCollections0] = GC.CollectionCount(0);
        values[Metrics.SystemCollections1] = GC.CollectionCount(1);
        values[Metrics.SystemCollections2] = GC.CollectionCount(2);
        values[Metrics.SystemCollectionPause] = GC.GetTotalPauseDuration().TotalSeconds;
        values[Metrics.SystemHeap] = GC.GetGCMemoryInfo(GCKind.Any).HeapSizeBytes / MebiByte;
        values[Metrics.SystemAllocated] = GC.GetTotalAllocatedBytes() / MebiByte;
    }
}
