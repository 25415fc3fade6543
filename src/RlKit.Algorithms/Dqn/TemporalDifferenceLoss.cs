namespace RlKit;

/// <summary>How a temporal difference becomes a loss.</summary>
public enum TemporalDifferenceLoss
{
    /// <summary>Its square.</summary>
    Squared,

    /// <summary>Half its square up to 1, and beyond it the distance less one half: large errors pull no harder than errors of 1.</summary>
    Huber,
}
