namespace RlKit.Tracking;

/// <summary>What a <see cref="MetricRecord"/> holds.</summary>
public enum MetricKind : byte
{
    /// <summary>One number.</summary>
    Scalar = 2,

    /// <summary>Text.</summary>
    Text = 3,

    /// <summary>A distribution of numbers.</summary>
    Histogram = 4,

    /// <summary>A video file of the run.</summary>
    Video = 5,

    /// <summary>A picture file of the run.</summary>
    Image = 6,

    /// <summary>Another file of the run.</summary>
    Artifact = 7,
}
