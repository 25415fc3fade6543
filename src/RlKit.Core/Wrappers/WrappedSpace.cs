using System.Numerics;

namespace RlKit;

/// <summary>What a wrapper asks of the spaces of the environment that it wraps.</summary>
internal static class WrappedSpace
{
    /// <summary>The space as a box, or an error that says what the wrapper needs.</summary>
    public static Box<T> Box<T>(Space space, string wrapper, string argument)
        where T : unmanaged, INumber<T>, IMinMaxValue<T> => space as Box<T>
        ?? throw new ArgumentException($"{wrapper} needs a Box<{typeof(T).Name}>, but the space is {space}.", argument);
}
