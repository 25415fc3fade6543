namespace RlKit;

/// <summary>What a vector environment does with a copy whose episode has ended. The meanings are Gymnasium's.</summary>
public enum AutoresetMode
{
    /// <summary>
    /// The step after the last one ignores its action, resets, and gives the first observation with reward 0 and both flags
    /// false: a step that is no transition. A learner has to leave it out.
    /// </summary>
    NextStep,

    /// <summary>
    /// The last step resets at once: its observation is the first one of the next episode, and the last one of the ended episode is
    /// in the final observations. Every step is a transition; the agents of RlKit use this.
    /// </summary>
    SameStep,

    /// <summary>Nothing is reset; the caller resets the ended copies, and stepping an ended copy throws.</summary>
    Disabled,
}
