namespace RlKit;

/// <summary>A training ended early: the environment threw (the inner exception is the cause) or gave a reward that is not a number, or a loss, an output of the networks or a weight is not one. Checkpoints written before it stay valid.</summary>
public sealed class TrainingException : Exception
{
    /// <summary>An exception at a step of a training.</summary>
    public TrainingException(string message, Exception? innerException = null)
        : base(message, innerException)
    {
    }
}
