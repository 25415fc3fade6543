using System.Numerics;

namespace RlKit.Drawing;

/// <summary>
/// The letters as lines on a grid. A glyph is its width and its strokes, with slashes between; a stroke is points of two digits to the base 36 (x, then y: 0 is the
/// top of capitals, 5 the top of small letters, e the line that letters stand on, i the lowest). A point after a star is the control point of a
/// curve to the next one.
/// </summary>
internal static class StrokeFont
{
    private const float CapitalHeight = 14, Gap = 3.8f;
    private const string Missing = "8 00 80 8e 0e 00";

    // From '!' to '~'; each begins with its character.
    private static readonly string[] Glyphs =
    [
        "! 0 00 09/0e",
        "\" 3 00 03/30 33",
        "# a 41 2d/81 6d/15 a5/09 99",
        "$ 8 83 *70 40 *00 04 *06 47 *88 8a *8e 4e *1e 0b/40 4e",
        "% c 20 *40 43 *46 26 *06 03 *00 20/a8 *c8 cb *ce ae *8e 8b *88 a8/b0 1e",
        "& a ae 25 *00 40 *80 63 *56 37 *08 0b *0e 4e *8e a8",
        "' 0 00 03",
        "( 3 30 *04 07 *0a 3e",
        ") 3 00 *34 37 *3a 0e",
        "* 6 31 37/02 66/62 06",
        "+ 8 44 4c/08 88",
        ", 1 1d 0g",
        "- 5 09 59",
        ". 0 0e",
        "/ 6 60 0e",
        "0 8 40 *80 84 8a *8e 4e *0e 0a 04 *00 40",
        "1 5 03 50 5e",
        "2 8 04 *00 40 *80 84 *88 0e 8e",
        "3 8 02 *10 40 *70 73 *76 46 36/46 *86 8a *8e 4e *1e 0b",
        "4 8 6e 60 0a 8a",
        "5 8 70 10 07 *15 45 *85 89 8a *8e 4e *1e 0b",
        "6 8 72 *60 40 *00 05 0a *0e 4e *8e 8a *86 46 *06 0a",
        "7 8 00 80 2e",
        "8 8 40 *70 73 *76 46 *16 13 *10 40/46 *86 8a *8e 4e *0e 0a *06 46",
        "9 8 84 *88 48 *08 04 *00 40 *80 84 89 *8e 4e *2e 1c",
        ": 0 06/0e",
        "; 1 16/1d 0g",
        "< 7 74 08 7c",
        "= 8 06 86/0a 8a",
        "> 7 04 78 0c",
        "? 7 03 *10 40 *70 73 *76 47 49/4e",
        "@ d 95 9a *9c bc *dc d8 d7 *d0 70 *00 07 *0e 7e ae/98 *95 65 *45 48 *4b 6b *9b 98",
        "A a 0e 50 ae/29 89",
        "B 9 56 *86 83 *80 50 00 0e 5e *9e 9a *96 56 06",
        "C 9 93 *80 50 *00 05 09 *0e 5e *8e 9b",
        "D 9 00 0e 4e *9e 99 95 *90 40 00",
        "E 8 80 00 0e 8e/07 67",
        "F 8 80 00 0e/07 67",
        "G a 93 *80 50 *00 05 09 *0e 5e *ae a9 a8 68",
        "H 9 00 0e/90 9e/07 97",
        "I 0 00 0e",
        "J 7 70 7a *7e 3e *0e 0b",
        "K 9 00 0e/90 08/35 9e",
        "L 7 00 0e 7e",
        "M c 0e 00 69 c0 ce",
        "N 9 0e 00 9e 90",
        "O b 50 60 *b0 b5 b9 *be 6e 5e *0e 09 05 *00 50",
        "P 8 0e 00 40 *80 84 *88 48 08",
        "Q b 50 60 *b0 b5 b9 *be 6e 5e *0e 09 05 *00 50/7a be",
        "R 9 0e 00 40 *80 84 *88 48 08/48 9e",
        "S 8 83 *70 40 *00 04 *06 47 *88 8a *8e 4e *1e 0b",
        "T a 00 a0/50 5e",
        "U 9 00 09 *0e 4e 5e *9e 99 90",
        "V a 00 5e a0",
        "W e 00 3e 71 be e0",
        "X 9 00 9e/90 0e",
        "Y a 00 57 a0/57 5e",
        "Z 8 00 80 0e 8e",
        "[ 3 30 00 0e 3e",
        "\\ 6 00 6e",
        "] 3 00 30 3e 0e",
        "^ 6 04 30 64",
        "_ 8 0g 8g",
        "` 2 00 23",
        "a 8 85 8e/89 8a *8e 4e *0e 0a 09 *05 45 *85 89",
        "b 8 00 0e/09 *05 45 *85 89 8a *8e 4e *0e 0a",
        "c 7 77 *65 45 *05 09 0a *0e 4e *6e 7c",
        "d 8 80 8e/89 *85 45 *05 09 0a *0e 4e *8e 8a",
        "e 8 09 89 *85 45 *05 09 0a *0e 4e *7e 8c",
        "f 5 50 40 *20 23 2e/05 55",
        "g 8 85 8e *8i 4i *1i 0g/89 *85 45 *05 09 0a *0e 4e *8e 8a",
        "h 7 00 0e/09 *05 45 *75 79 7e",
        "i 0 05 0e/01",
        "j 2 25 2f *2i 0i/21",
        "k 7 00 0e/75 0b/38 7e",
        "l 2 00 0b *0e 2e",
        "m c 05 0e/09 *05 35 *65 69 6e/69 *65 95 *c5 c9 ce",
        "n 7 05 0e/09 *05 45 *75 79 7e",
        "o 8 45 *85 89 8a *8e 4e *0e 0a 09 *05 45",
        "p 8 05 0i/09 *05 45 *85 89 8a *8e 4e *0e 0a",
        "q 8 85 8i/89 *85 45 *05 09 0a *0e 4e *8e 8a",
        "r 4 05 0e/09 *05 45",
        "s 6 67 *55 35 *05 07 *09 39 *69 6b *6e 3e *1e 0c",
        "t 5 21 2b *2e 5e/05 55",
        "u 7 05 0a *0e 3e *7e 7a/75 7e",
        "v 8 05 4e 85",
        "w c 05 3e 66 9e c5",
        "x 7 05 7e/75 0e",
        "y 8 05 4e/85 4e *3i 0i",
        "z 7 05 75 0e 7e",
        "{ 4 40 *20 23 25 *27 07 *27 29 2b *2e 4e",
        "| 0 00 0g",
        "} 4 00 *20 23 25 *27 47 *27 29 2b *2e 0e",
        "~ 8 09 *16 48 *7a 87",
    ];

    /// <summary>The width of a text, without the gap after its last letter.</summary>
    public static float Width(string text, float size)
    {
        float width = 0;
        foreach (char character in text) width += Advance(character, size);
        return text.Length == 0 ? 0 : width - Gap * size / CapitalHeight;
    }

    /// <summary>From the start of a letter to the start of the next.</summary>
    public static float Advance(char character, float size) => (Coordinate(Find(character)[0]) + Gap) * size / CapitalHeight;

    /// <summary>Adds the strokes of a letter whose left end on the line is at a position.</summary>
    public static Outline Append(Outline outline, char character, Vector2 position, float size)
    {
        ReadOnlySpan<char> glyph = Find(character)[1..];
        float scale = size / CapitalHeight;
        foreach (Range range in glyph.Split('/'))
        {
            ReadOnlySpan<char> stroke = glyph[range];
            Vector2? control = null;
            bool isFirst = true;
            for (int i = 0; i < stroke.Length; i += 2)
            {
                bool isControl = false;
                for (; stroke[i] is ' ' or '*'; i++) isControl = stroke[i] == '*';
                Vector2 point = position + scale * new Vector2(Coordinate(stroke[i]), Coordinate(stroke[i + 1]) - CapitalHeight);
                if (isControl) control = point;
                else if (isFirst) outline.MoveTo(point);
                else if (control is { } bend) outline.QuadraticTo(bend, point);
                else outline.LineTo(point);
                if (isControl) continue;
                control = null;
                isFirst = false;
            }
        }

        return outline;
    }

    private static ReadOnlySpan<char> Find(char character) => character switch
    {
        ' ' => "4",
        > ' ' and <= '~' => Glyphs[character - '!'].AsSpan(2),
        _ => Missing,
    };

    private static int Coordinate(char digit) => digit <= '9' ? digit - '0' : digit - 'a' + 10;
}
