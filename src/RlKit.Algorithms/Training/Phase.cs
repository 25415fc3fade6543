namespace RlKit;

/// <summary>What a training loop spends its time on.</summary>
public enum Phase
{
    /// <summary>Bookkeeping, callbacks, reports, checkpoints.</summary>
    Other,

    /// <summary>Stepping the environments.</summary>
    Environment,

    /// <summary>Choosing actions.</summary>
    Acting,

    /// <summary>Storing transitions, and sampling batches of them.</summary>
    Replay,

    /// <summary>Computing losses and gradients, and changing weights.</summary>
    Update,

    /// <summary>Evaluating on separate environments.</summary>
    Evaluation,
}
