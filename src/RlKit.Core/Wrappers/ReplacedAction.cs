namespace RlKit;

/// <summary>What a wrapper that replaces actions tells in the info: what was asked for, what was done, and whether they come from different hands.</summary>
internal static class ReplacedAction
{
    public const string Requested = "requested_action";
    public const string Executed = "executed_action";
    public const string Replaced = "action_replaced";

    /// <summary>Adds the three values. Where a wrapper further in told its own, what it executed stands: that is what reached the environment.</summary>
    public static void Tell<TAction>(Info info, TAction requested, TAction executed, bool replaced)
        where TAction : notnull
    {
        if (info.Contains(Executed)) replaced |= info.Get<bool>(Replaced);
        else Set(info, Executed, executed);
        Set(info, Requested, requested);
        info.Set(Replaced, replaced);
    }

    private static void Set<TAction>(Info info, string name, TAction action)
        where TAction : notnull
    {
        if (typeof(TAction) == typeof(int)) info.Set(name, (int)(object)action);
        else info.Set(name, (object)action);
    }
}
