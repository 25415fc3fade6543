namespace RlKit.Tensors.Engines.Managed;

/// <summary>A position in an <see cref="Arena"/> to go back to.</summary>
internal readonly record struct ArenaMark(int Chunk, int Position);
