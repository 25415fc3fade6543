namespace RlKit;

/// <summary>Wrappers as a chain of calls: <c>environment.WithTimeLimit(200).WithFrameStack(4)</c>.</summary>
public static class EnvironmentExtensions
{
    /// <summary>The outermost part of an environment, a wrapper or the environment itself, that is a <typeparamref name="T"/>; null when none is.</summary>
    public static T? Find<T>(this IEnvironment environment)
        where T : class
    {
        ArgumentNullException.ThrowIfNull(environment);
        for (IEnvironment? part = environment; part is not null; part = (part as IWrapper)?.Inner)
            if (part is T found) return found;
        return null;
    }
}
