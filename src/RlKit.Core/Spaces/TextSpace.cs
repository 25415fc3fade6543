using System.Text.Json;

namespace RlKit;

/// <summary>Texts of limited length over a set of characters, as <c>gymnasium.spaces.Text</c>.</summary>
public sealed class TextSpace : Space<string>
{
    /// <summary>The digits and the letters of the Latin alphabet, in ordinal order.</summary>
    public const string Alphanumeric = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

    private readonly double[] _uniform;

    /// <summary>A space of texts.</summary>
    /// <param name="maxLength">The most characters a text has, 1 or more.</param>
    /// <param name="minLength">The fewest characters a text has, 0 or more.</param>
    /// <param name="characters">The characters, each once, in the order in which they are numbered.</param>
    /// <exception cref="ArgumentException">A length is out of range, there are no characters, or one comes twice.</exception>
    public TextSpace(int maxLength, int minLength = 1, string characters = Alphanumeric)
        : base([])
    {
        if (maxLength < 1) throw new ArgumentOutOfRangeException(nameof(maxLength), maxLength, "The greatest length has to be 1 or more.");
        if (minLength < 0 || minLength > maxLength)
            throw new ArgumentOutOfRangeException(nameof(minLength), minLength, $"The least length has to be from 0 to the greatest, {maxLength}.");
        ArgumentException.ThrowIfNullOrEmpty(characters);
        for (int i = 1; i < characters.Length; i++)
            if (characters.AsSpan(0, i).Contains(characters[i])) throw new ArgumentException($"The character '{characters[i]}' comes twice; give each once.", nameof(characters));

        MaxLength = maxLength;
        MinLength = minLength;
        Characters = characters;
        _uniform = new double[characters.Length];
        Array.Fill(_uniform, 1.0 / characters.Length);
    }

    /// <summary>The most characters a text has.</summary>
    public int MaxLength { get; }

    /// <summary>The fewest characters a text has.</summary>
    public int MinLength { get; }

    /// <summary>The characters, in the order in which they are numbered.</summary>
    public string Characters { get; }

    /// <summary><see cref="MaxLength"/>: the number of each character.</summary>
    public override int FlatSize => MaxLength;

    /// <inheritdoc/>
    public override string LegalRange => $"a text of {MinLength} to {MaxLength} of the characters {Characters}";

    /// <summary>A random text: its length and every character equally likely.</summary>
    public override string Sample() => Draw(null, _uniform);

    /// <summary>A random text of the characters that a mask allows.</summary>
    /// <param name="mask">For each character whether it may be drawn. Where none may, the text is empty.</param>
    /// <param name="length">The length; null for a random one.</param>
    /// <exception cref="ArgumentException">The mask has not one element for each character, the length is out of range, or no character is allowed and a text needs one.</exception>
    public string Sample(ReadOnlySpan<bool> mask, int? length = null)
    {
        RequireLengths(mask.Length, nameof(mask), length);
        int allowed = mask.Count(true);
        if (allowed == 0)
        {
            if (MinLength > 0) throw new ArgumentException($"The mask allows no character, but a text has at least {MinLength}; allow one.", nameof(mask));
            if (length is null) Random.Integers(MinLength, MaxLength + 1);
            return "";
        }

        double[] probability = new double[mask.Length];
        for (int i = 0; i < mask.Length; i++) probability[i] = mask[i] ? 1.0 / allowed : 0;
        return Draw(length, probability);
    }

    /// <summary>A random text whose characters are drawn with given probabilities.</summary>
    /// <param name="probability">The probability of each character, with the sum 1.</param>
    /// <param name="length">The length; null for a random one.</param>
    /// <exception cref="ArgumentException">There is not one for each character, one is negative or NaN, they do not sum to 1, or the length is out of range.</exception>
    public string Sample(ReadOnlySpan<double> probability, int? length = null)
    {
        RequireLengths(probability.Length, nameof(probability), length);
        return Draw(length, probability);
    }

    /// <inheritdoc/>
    public override bool Contains(string value) =>
        value is not null && value.Length >= MinLength && value.Length <= MaxLength && value.AsSpan().IndexOfAnyExcept(Characters) < 0;

    /// <summary>The number of each character, and after the last one the count of characters as a filler.</summary>
    /// <param name="value">A text of the space.</param>
    /// <param name="destination">Where the <see cref="MaxLength"/> numbers go.</param>
    /// <exception cref="ArgumentException">It is not a text of the space, or the destination has another length.</exception>
    public override void Flatten(string value, Span<float> destination)
    {
        if (!Contains(value)) throw new ArgumentException($"'{value}' is not a text of {this}.", nameof(value));
        RequireFlatSize(destination.Length, nameof(destination));
        destination.Fill(Characters.Length);
        for (int i = 0; i < value.Length; i++) destination[i] = Characters.IndexOf(value[i], StringComparison.Ordinal);
    }

    /// <inheritdoc/>
    public override string Unflatten(ReadOnlySpan<float> flat)
    {
        RequireFlatSize(flat.Length, nameof(flat));
        Span<char> text = new char[flat.Length];
        int length = 0;
        foreach (float number in flat)
        {
            if (!(number >= 0 && number <= Characters.Length && float.IsInteger(number)))
                throw new ArgumentException(FormattableString.Invariant($"{number} is no number of a character; it has to be a whole number from 0 to {Characters.Length}."), nameof(flat));
            if (number < Characters.Length) text[length++] = Characters[(int)number];
        }

        return new string(text[..length]);
    }

    /// <inheritdoc/>
    public override Box<float> FlattenSpace() => new(0, Characters.Length, [MaxLength]);

    /// <inheritdoc/>
    public override void WriteJson(Utf8JsonWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.WriteStartObject();
        writer.WriteString("type", "Text");
        writer.WriteNumber("max_length", MaxLength);
        writer.WriteNumber("min_length", MinLength);
        writer.WriteString("characters", Characters);
        writer.WriteEndObject();
    }

    /// <summary>Whether another space has the same lengths, and the same characters in the same order.</summary>
    public override bool Equals(Space? other) =>
        other is TextSpace text && text.MaxLength == MaxLength && text.MinLength == MinLength && text.Characters == Characters;

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(MaxLength, MinLength, Characters);

    /// <inheritdoc/>
    public override string ToString() => $"Text({MinLength}, {MaxLength}, charset={string.Concat(Characters.Order())})";

    /// <inheritdoc/>
    protected internal override object SampleObject(object mask) => mask switch
    {
        bool[] allowed => Sample(allowed),
        double[] probability => Sample(probability),
        _ => throw new ArgumentException($"The mask of {this} is a bool[], its probabilities a double[], not a {mask?.GetType().Name}.", nameof(mask)),
    };

    private string Draw(int? length, ReadOnlySpan<double> probability)
    {
        Span<char> text = new char[length ?? Random.Integers(MinLength, MaxLength + 1)];
        foreach (ref char character in text) character = Characters[Random.Choice(probability)];
        return new string(text);
    }

    private void RequireLengths(int count, string name, int? length)
    {
        if (count != Characters.Length) throw new ArgumentException($"{name} has {count} elements; {this} needs {Characters.Length}, one for each character.", name);
        if (length < MinLength || length > MaxLength)
            throw new ArgumentOutOfRangeException(nameof(length), length, $"The length has to be from {MinLength} to {MaxLength}.");
    }
}
