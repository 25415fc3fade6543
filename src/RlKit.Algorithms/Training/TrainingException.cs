namespace RlKit;

/// <summary>An environment ended a training with an exception, or with a reward that is not a number; the inner exception is the cause. Checkpoints written before it stay valid.</summary>
public sealed class TrainingException : Exception
{
    /// <summary>An exception at a step of a training.</summary>
    public TrainingException(string message, Exception? innerException = null)
        : base(message, innerException)
    {
    }
}
