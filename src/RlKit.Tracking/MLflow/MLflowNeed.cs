namespace RlKit.Tracking.MLflow;

/// <summary>What is to be done with a value of a queue.</summary>
internal enum MLflowNeed
{
    /// <summary>It is sent.</summary>
    Send,

    /// <summary>It may have been sent; if it was not, the run reports it again.</summary>
    Recognise,

    /// <summary>An earlier process sent it.</summary>
    Skip,
}
