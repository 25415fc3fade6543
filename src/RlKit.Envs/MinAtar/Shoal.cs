using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace RlKit.MinAtar;

/// <summary>The swimmers of one kind, in the order in which they came.</summary>
internal struct Shoal
{
    // Enemies come at most once a step and are gone after some 30; a submarine shoots every 11 steps, and its bullets are gone after 10.
    private const int Capacity = 64;

    private Places _places;
    private int _count;

    /// <summary>How many there are.</summary>
    public readonly int Count => _count;

    /// <summary>All of them.</summary>
    [System.Diagnostics.CodeAnalysis.UnscopedRef]
    public Span<Swimmer> All => MemoryMarshal.CreateSpan(ref Unsafe.As<Places, Swimmer>(ref _places), _count);

    /// <summary>All of them, to look at.</summary>
    [System.Diagnostics.CodeAnalysis.UnscopedRef]
    public readonly ReadOnlySpan<Swimmer> View => ((ReadOnlySpan<Swimmer>)_places)[.._count];

    /// <summary>One more comes.</summary>
    public void Add(Swimmer swimmer) => _places[_count++] = swimmer;

    /// <summary>All are gone.</summary>
    public void Clear() => _count = 0;

    /// <summary>Removes the first that equals one of them, which need not be that one: the original removes by value too.</summary>
    /// <returns>Where the one is now; -1 when it is gone.</returns>
    public int Remove(int index)
    {
        Span<Swimmer> all = All;
        int first = 0;
        while (all[first] != all[index]) first++;
        all[(first + 1)..].CopyTo(all[first..]);
        _count--;
        return first == index ? -1 : index - 1;
    }

    /// <summary>The first that is where another swimmer is; -1 for none.</summary>
    public readonly int FirstAt(in Swimmer other)
    {
        ReadOnlySpan<Swimmer> all = View;
        for (int i = 0; i < all.Length; i++)
            if (all[i].Meets(other)) return i;
        return -1;
    }

    /// <summary>Writes all of them.</summary>
    public readonly void SaveState(BinaryWriter writer)
    {
        writer.Write(_count);
        foreach (Swimmer swimmer in View)
        {
            writer.Write((int)swimmer.X);
            writer.Write((int)swimmer.Y);
            writer.Write(swimmer.ToRight);
            writer.Write((int)swimmer.MoveTimer);
            writer.Write((int)swimmer.ShotTimer);
        }
    }

    /// <summary>Reads what <see cref="SaveState"/> wrote.</summary>
    public void LoadState(BinaryReader reader)
    {
        _count = Board.ReadWithin(reader, 0, Capacity);
        foreach (ref Swimmer swimmer in All)
        {
            swimmer = new(
                (sbyte)Board.ReadWithin(reader, 0, Board.Last), (sbyte)Board.ReadWithin(reader, 0, Board.Last), reader.ReadBoolean(),
                (sbyte)Board.ReadWithin(reader, 0, sbyte.MaxValue), (sbyte)Board.ReadWithin(reader, 0, sbyte.MaxValue));
        }
    }

    [InlineArray(Capacity)]
    private struct Places
    {
        private Swimmer _first;
    }
}
