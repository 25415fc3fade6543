namespace RlKit.Tensors;

/// <summary>Reads the tensors of a state under their names: all of them, or an exception that lists what does not fit.</summary>
internal static class NamedValues
{
    /// <summary>Reads the values of all expected tensors; the names in <paramref name="others"/> may be there, too.</summary>
    internal static float[][] Read(SafetensorsFile file, string prefix, IReadOnlyList<(string Name, Shape Shape)> expected, IReadOnlyCollection<string> others)
    {
        ArgumentNullException.ThrowIfNull(file);
        ArgumentNullException.ThrowIfNull(prefix);
        var faults = new List<string>();
        var values = new float[expected.Count][];
        var known = new HashSet<string>(others, StringComparer.Ordinal);
        for (int i = 0; i < expected.Count; i++)
        {
            (string name, Shape shape) = expected[i];
            known.Add(name);
            if (!file.Contains(prefix + name))
            {
                faults.Add($"'{prefix}{name}' is missing");
                continue;
            }

            SafetensorsEntry entry = file[prefix + name];
            if (!entry.Shape.SequenceEqual(shape.Lengths)) faults.Add($"'{prefix}{name}' has the shape [{string.Join(", ", entry.Shape.ToArray())}] instead of {shape}");
            else if (entry.Type is not (SafetensorsType.F32 or SafetensorsType.F16 or SafetensorsType.BF16 or SafetensorsType.F64)) faults.Add($"'{prefix}{name}' holds {entry.Type} elements instead of F32");
            else values[i] = entry.ToSingles();
        }

        foreach (string name in others)
        {
            if (!file.Contains(prefix + name)) faults.Add($"'{prefix}{name}' is missing");
        }

        foreach (SafetensorsEntry entry in file.Entries)
        {
            if (entry.Name.StartsWith(prefix, StringComparison.Ordinal) && !known.Contains(entry.Name[prefix.Length..])) faults.Add($"'{entry.Name}' is unexpected");
        }

        return faults.Count == 0 ? values : throw new InvalidDataException($"The file's tensors are not those of this state; nothing was loaded: {string.Join("; ", faults)}.");
    }
}
