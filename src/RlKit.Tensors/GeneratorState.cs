namespace RlKit.Tensors;

/// <summary>The state of a <see cref="Generator"/>: what a checkpoint stores.</summary>
/// <param name="Seed">The seed.</param>
/// <param name="Counter">How many blocks of four words have been drawn.</param>
/// <param name="Used">How many words of the last block have been used; 4 at the start.</param>
public readonly record struct GeneratorState(ulong Seed, ulong Counter, int Used);
