namespace RlKit;

/// <summary>A file format of videos.</summary>
public enum VideoFormat
{
    /// <summary>Animated PNG (<c>.png</c>): without loss, plays in every browser and needs nothing else.</summary>
    AnimatedPng,

    /// <summary>MP4 (<c>.mp4</c>) with H.264 in yuv420p, written by the program <c>ffmpeg</c>, which has to be installed.</summary>
    Mp4,
}
