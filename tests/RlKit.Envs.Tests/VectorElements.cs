namespace RlKit.Tests;

/// <summary>The observations of a vector environment as float32, whichever type they are of, so that one test runs over all ids.</summary>
internal static class VectorElements
{
    public static float[] Elements(this IVectorEnvironment vector) =>
        vector.ObservationType == ObservationType.UInt8 ? Singles(vector.ByteObservations) : vector.Observations.ToArray();

    public static float[] FinalElements(this IVectorEnvironment vector) =>
        vector.ObservationType == ObservationType.UInt8 ? Singles(vector.FinalByteObservations) : vector.FinalObservations.ToArray();

    private static float[] Singles(ReadOnlySpan<byte> bytes)
    {
        float[] singles = new float[bytes.Length];
        for (int i = 0; i < bytes.Length; i++) singles[i] = bytes[i];
        return singles;
    }
}
