using System.Numerics;
using System.Text.Json;

namespace RlKit;

/// <summary>What a wrapper asks of the spaces of the environment that it wraps.</summary>
internal static class WrappedSpace
{
    /// <summary>The space as a box, or an error that says what the wrapper needs.</summary>
    public static Box<T> Box<T>(Space space, string wrapper, string argument)
        where T : unmanaged, INumber<T>, IMinMaxValue<T> => space as Box<T>
        ?? throw new ArgumentException($"{wrapper} needs a Box<{typeof(T).Name}>, but the space is {space}.", argument);

    /// <summary>The observation space of a vector environment as a box.</summary>
    public static Box<T> Observations<T>(IVectorEnvironment environment, string wrapper)
        where T : unmanaged, INumber<T>, IMinMaxValue<T>
    {
        ArgumentNullException.ThrowIfNull(environment);
        return Box<T>(environment.ObservationSpace, wrapper, nameof(environment));
    }

    /// <summary>An equal space with a generator of its own, so that draws from it move nobody else's.</summary>
    public static TSpace Copy<TSpace>(TSpace space)
        where TSpace : Space
    {
        var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream)) space.WriteJson(writer);
        using JsonDocument document = JsonDocument.Parse(stream.ToArray());
        try
        {
            if (Space.ReadJson(document.RootElement) is TSpace copy) return copy;
        }
        catch (FormatException)
        {
            // A space of one's own, which only its own assembly can make.
        }

        throw new ArgumentException($"Actions of {space} cannot be drawn apart from the environment's own draws; use one of RlKit's spaces.", nameof(space));
    }
}
