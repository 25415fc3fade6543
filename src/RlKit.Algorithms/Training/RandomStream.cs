namespace RlKit;

/// <summary>The independent streams of random numbers that a run's seed is the root of. A number is never given to another purpose: it decides results.</summary>
internal enum RandomStream
{
    /// <summary>First weights.</summary>
    Weights = 0,

    /// <summary>Exploration, and drawn actions.</summary>
    Exploration = 1,

    /// <summary>Batches from replay, and the order of minibatches.</summary>
    Sampling = 2,

    /// <summary>Noise within networks.</summary>
    Noise = 3,

    /// <summary>Actions that a user asks for. It decides nothing in a training, and no checkpoint has it.</summary>
    Prediction = 4,

    /// <summary>Resets of the environment after others have stepped it.</summary>
    Restart = 5,
}
