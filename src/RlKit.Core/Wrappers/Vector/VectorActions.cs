using System.Runtime.InteropServices;

namespace RlKit;

/// <summary>What wrappers that change the actions of a vector environment ask of it.</summary>
internal static class VectorActions
{
    private const int MostBits = 256;

    /// <summary>In next-step mode the step after the last one of an episode is the reset, whatever its action.</summary>
    public static bool Ignores(IVectorEnvironment environment, int copy) =>
        environment.AutoresetMode == AutoresetMode.NextStep && (environment.Terminated[copy] || environment.Truncated[copy]);

    public static void RequireLength<T>(ReadOnlySpan<T> actions, IVectorEnvironment environment)
    {
        int needed = environment.Count * environment.ActionSize;
        if (actions.Length != needed)
            throw new ArgumentException($"There are {actions.Length} numbers in the actions; {environment.Count} copies with {environment.ActionSize} each need {needed}.", nameof(actions));
    }

    /// <summary>Refuses actions of which one is not in the action space of the environment.</summary>
    public static void RequireLegal<T>(ReadOnlySpan<T> actions, IVectorEnvironment environment)
        where T : unmanaged
    {
        RequireLength(actions, environment);
        int size = environment.ActionSize;
        for (int i = 0; i < environment.Count; i++)
        {
            ReadOnlySpan<T> action = actions.Slice(i * size, size);
            if (Ignores(environment, i) || IsLegal(environment.ActionSpace, action)) continue;
            throw new ArgumentException($"The action of copy {i}, {ValueText.Of(action.ToArray())}, is not legal: it has to be {environment.ActionSpace.LegalRange}. No copy was stepped.", nameof(actions));
        }
    }

    /// <summary>Draws an action of a space with the space's present generator.</summary>
    public static void Sample<T>(Space space, Span<T> action)
        where T : unmanaged
    {
        switch (space)
        {
            case Discrete discrete:
                MemoryMarshal.Cast<T, int>(action)[0] = discrete.Sample();
                break;
            case MultiDiscrete discrete:
                discrete.Sample(MemoryMarshal.Cast<T, int>(action));
                break;
            case MultiBinary binary:
                Span<byte> bits = action.Length <= MostBits ? stackalloc byte[action.Length] : new byte[action.Length];
                binary.Sample(bits);
                for (int i = 0; i < bits.Length; i++) MemoryMarshal.Cast<T, int>(action)[i] = bits[i];
                break;
            default:
                ((Box<float>)space).Sample(MemoryMarshal.Cast<T, float>(action));
                break;
        }
    }

    private static bool IsLegal<T>(Space space, ReadOnlySpan<T> action)
        where T : unmanaged => space switch
    {
        Discrete discrete => discrete.Contains(MemoryMarshal.Cast<T, int>(action)[0]),
        MultiDiscrete discrete => discrete.Contains(MemoryMarshal.Cast<T, int>(action)),
        MultiBinary => MemoryMarshal.Cast<T, int>(action).IndexOfAnyExceptInRange(0, 1) < 0,
        _ => ((Box<float>)space).Contains(MemoryMarshal.Cast<T, float>(action)),
    };
}
