using System.Globalization;
using System.Numerics;
using System.Text;

namespace RlKit;

/// <summary>Says why an observation does not lie in its space: its type, its length, its parts, NaN, or which elements are out of bounds.</summary>
internal static class ObservationDiagnosis
{
    private const int MostElements = 3;

    /// <summary>Reports what is wrong.</summary>
    /// <returns>True when the observation lies in the space.</returns>
    public static bool Check(Space space, object? observation, string where, Findings findings)
    {
        if (observation is null)
        {
            findings.Error("observation-null", $"{where} is null.", $"Return a value of {space}.");
            return false;
        }

        switch (space)
        {
            case DictSpace dict: return CheckDict(dict, observation, where, findings);
            case TupleSpace tuple: return CheckTuple(tuple, observation, where, findings);
            case Box<float> box: return CheckBox(box, observation, where, findings);
            case Box<byte> box: return CheckBox(box, observation, where, findings);
            case Box<double> box: return CheckBox(box, observation, where, findings);
            case Box<int> box: return CheckBox(box, observation, where, findings);
            case Box<long> box: return CheckBox(box, observation, where, findings);
        }

        if (space.Contains(observation)) return true;
        object sample = space.Sample();
        if (sample.GetType() != observation.GetType())
            findings.Error("observation-type", $"{where} is a {observation.GetType().Name}; a value of {space} is a {sample.GetType().Name}.", "Return that type, or change the space.");
        else
            findings.Error("observation-bounds", $"{where}, {ValueText.Of(observation)}, is not in {space}.", $"Return {space.LegalRange}, or widen the space.");
        return false;
    }

    private static bool CheckDict(DictSpace space, object observation, string where, Findings findings)
    {
        if (observation is not Dictionary<string, object> parts)
        {
            findings.Error("observation-type", $"{where} is a {observation.GetType().Name}; a value of a Dict is a Dictionary<string, object>.", "Return that type, or change the space.");
            return false;
        }

        bool right = true;
        string[] missing = [.. space.Keys.Except(parts.Keys)], unknown = [.. parts.Keys.Except(space.Keys)];
        if (missing.Length + unknown.Length > 0)
        {
            findings.Error(
                "observation-parts",
                $"{where} has the parts {string.Join(", ", parts.Keys.Order(StringComparer.Ordinal))}; the space has {string.Join(", ", space.Keys)}.",
                "Give the observation exactly the parts of the space.");
            right = false;
        }

        foreach (string key in space.Keys)
            if (parts.TryGetValue(key, out object? part)) right &= Check(space[key], part, $"{where}, part '{key}',", findings);
        return right;
    }

    private static bool CheckTuple(TupleSpace space, object observation, string where, Findings findings)
    {
        if (observation is not object[] parts || parts.Length != space.Spaces.Count)
        {
            findings.Error("observation-parts", $"{where} has not the {space.Spaces.Count} parts of {space}.", "Return an object[] with one value for each part of the space.");
            return false;
        }

        bool right = true;
        for (int i = 0; i < parts.Length; i++) right &= Check(space.Spaces[i], parts[i], $"{where}, part {i},", findings);
        return right;
    }

    private static bool CheckBox<T>(Box<T> box, object observation, string where, Findings findings)
        where T : unmanaged, INumber<T>, IMinMaxValue<T>
    {
        if (observation is not T[] elements)
        {
            findings.Error("observation-type", $"{where} is a {observation.GetType().Name}; a value of {box} is a {typeof(T).Name}[].", "Return that type, or change the space.");
            return false;
        }

        if (elements.Length != box.FlatSize)
        {
            findings.Error("observation-shape", $"{where} has {elements.Length} elements; {box} has {box.FlatSize}.", "Return as many elements as the space has, or change its shape.");
            return false;
        }

        int nan = Array.FindIndex(elements, T.IsNaN);
        if (nan >= 0) findings.Error("observation-nan", $"Element {nan} of {where.ToLowerInvariant()} is NaN.", "Find the division by zero or the overflow that makes it.");

        var outside = new StringBuilder();
        int count = 0;
        for (int i = 0; i < elements.Length; i++)
        {
            if (T.IsNaN(elements[i]) || (elements[i] >= box.Low[i] && elements[i] <= box.High[i])) continue;
            if (count++ < MostElements) outside.Append(CultureInfo.InvariantCulture, $"{(count > 1 ? ", " : "")}element {i} is {elements[i]}, not within {box.Low[i]} and {box.High[i]}");
        }

        if (count > 0)
        {
            string more = count > MostElements ? $", and {count - MostElements} more are outside" : "";
            findings.Error("observation-bounds", $"{where} lies outside {box}: {outside}{more}.", "Mend the observation, or widen the bounds of the space: agents scale by them.");
        }

        return nan < 0 && count == 0;
    }
}
