namespace RlKit.Tracking.WeightsAndBiases;

/// <summary>Which part of a record a chunk of a .wandb file is. The numbers are the file's.</summary>
public enum WandbChunk
{
    /// <summary>The whole record.</summary>
    Full = 1,

    /// <summary>Its beginning.</summary>
    First = 2,

    /// <summary>A part within it.</summary>
    Middle = 3,

    /// <summary>Its end.</summary>
    Last = 4,
}
