namespace RlKit;

/// <summary>An action in a saved state: its flattened form, which every space can write and read back.</summary>
internal static class ActionState
{
    public static void Write<TAction>(BinaryWriter writer, Space<TAction> space, TAction action)
        where TAction : notnull
    {
        foreach (float value in space.Flatten(action)) writer.Write(value);
    }

    public static TAction Read<TAction>(BinaryReader reader, Space<TAction> space)
        where TAction : notnull
    {
        float[] flat = new float[space.FlatSize];
        for (int i = 0; i < flat.Length; i++) flat[i] = reader.ReadSingle();
        return space.Unflatten(flat);
    }
}
