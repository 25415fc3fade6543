namespace RlKit;

/// <summary>An environment or a callback ended a training with an exception; the inner exception is the cause. Checkpoints written before it stay valid.</summary>
public sealed class TrainingException : Exception
{
    /// <summary>An exception at a step of a training.</summary>
    public TrainingException(string message, Exception? innerException = null)
        : base(message, innerException)
    {
    }
}
