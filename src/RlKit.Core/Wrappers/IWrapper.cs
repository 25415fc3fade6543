namespace RlKit;

/// <summary>An environment around another one.</summary>
public interface IWrapper : IEnvironment
{
    /// <summary>The wrapped environment.</summary>
    IEnvironment Inner { get; }

    /// <summary>The innermost environment, below all wrappers.</summary>
    IEnvironment Unwrapped => Inner is IWrapper wrapper ? wrapper.Unwrapped : Inner;
}
