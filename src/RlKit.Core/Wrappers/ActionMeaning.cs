namespace RlKit;

/// <summary>The check of wrappers that press a button by themselves.</summary>
internal static class ActionMeaning
{
    public static void Require(IEnvironment environment, int action, string meaning, string argument)
    {
        IHasActionMeanings meanings = environment.Find<IHasActionMeanings>()
            ?? throw new ArgumentException($"The environment does not say what its actions mean; make it implement {nameof(IHasActionMeanings)}.", argument);
        if (action >= meanings.ActionMeanings.Count || meanings.ActionMeanings[action] != meaning)
            throw new ArgumentException($"Action {action} has to be {meaning}, but the actions are {string.Join(", ", meanings.ActionMeanings)}.", argument);
    }
}
