namespace RlKit;

/// <summary>A game in which an episode has several lives; <see cref="EpisodicLife{TObservation}"/> asks for them.</summary>
public interface IHasLives
{
    /// <summary>The lives that are left, 0 or more.</summary>
    int Lives { get; }
}
