namespace RlKit.Tracking.MLflow;

/// <summary>What is to be done about a request that failed.</summary>
internal enum MLflowFault
{
    /// <summary>The server never saw it: to be sent again.</summary>
    NotSent,

    /// <summary>Whether the server did what it asks is not known: to be looked up, and then perhaps sent again.</summary>
    Unknown,

    /// <summary>The server does not take what is in it; other requests may do.</summary>
    Rejected,

    /// <summary>Something that it names is not there.</summary>
    NotFound,

    /// <summary>No request will do before somebody changes something.</summary>
    Permanent,
}
