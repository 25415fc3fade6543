namespace RlKit;

/// <summary>An environment whose actions have names, as the buttons of a game: <c>NOOP</c>, <c>FIRE</c>, <c>LEFT</c> and so on.</summary>
public interface IHasActionMeanings
{
    /// <summary>The name of each action, in order.</summary>
    IReadOnlyList<string> ActionMeanings { get; }
}
