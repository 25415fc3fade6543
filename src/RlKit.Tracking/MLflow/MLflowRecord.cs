namespace RlKit.Tracking.MLflow;

/// <summary>One record of a queue.</summary>
/// <param name="Kind">A <see cref="MetricKind"/>, or one of this type's constants.</param>
/// <param name="Name">Its name.</param>
/// <param name="Step">Environment steps.</param>
/// <param name="Time">When it was reported, in milliseconds since 1970.</param>
/// <param name="Value">The number of a scalar.</param>
/// <param name="Text">The text of all others: a value, or a file's path.</param>
/// <param name="End">Where the record ends in the file.</param>
internal readonly record struct MLflowRecord(byte Kind, string Name, long Step, long Time, double Value, string Text, long End)
{
    /// <summary>A value of the configuration.</summary>
    public const byte Param = 100;

    /// <summary>A tag.</summary>
    public const byte Tag = 101;

    /// <summary>The end of the run; the text is MLflow's name of how.</summary>
    public const byte RunEnd = 102;
}
