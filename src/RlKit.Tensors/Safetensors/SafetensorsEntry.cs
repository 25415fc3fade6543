using System.Numerics.Tensors;
using System.Runtime.InteropServices;

namespace RlKit.Tensors;

/// <summary>One named tensor of a safetensors file, with its data.</summary>
public sealed class SafetensorsEntry
{
    private readonly int[] _shape;

    internal SafetensorsEntry(string name, SafetensorsType type, int[] shape, byte[] data)
    {
        Name = name;
        Type = type;
        _shape = shape;
        Data = data;
    }

    /// <summary>The tensor's name, for instance <c>0.weight</c>.</summary>
    public string Name { get; }

    /// <summary>The element type as it is stored.</summary>
    public SafetensorsType Type { get; }

    /// <summary>The length of every axis; empty for a scalar.</summary>
    public ReadOnlySpan<int> Shape => _shape;

    /// <summary>How many elements the tensor has: the product of its shape, 1 for a scalar.</summary>
    public int Count => Data.Length / SizeOf(Type);

    /// <summary>The elements as they are stored: little-endian, row-major.</summary>
    public ReadOnlySpan<byte> Bytes => Data;

    internal byte[] Data { get; }

    /// <summary>Copies the elements into single-precision numbers, converting from F16, BF16 or F64.</summary>
    /// <param name="destination">Receives <see cref="Count"/> numbers, row-major.</param>
    /// <remarks>F16 and BF16 convert exactly; F64 is rounded to the nearest single.</remarks>
    /// <exception cref="ArgumentException"><paramref name="destination"/> has another length than <see cref="Count"/>.</exception>
    /// <exception cref="InvalidOperationException">The tensor holds integers; read it with <see cref="CopyTo{T}"/>.</exception>
    /// <exception cref="OverflowException">A finite F64 element is beyond the range of single precision.</exception>
    public void CopyTo(Span<float> destination)
    {
        CheckLength(destination.Length, nameof(destination));
        switch (Type)
        {
            case SafetensorsType.F32:
                MemoryMarshal.Cast<byte, float>(Data).CopyTo(destination);
                break;
            case SafetensorsType.F16:
                TensorPrimitives.ConvertToSingle(MemoryMarshal.Cast<byte, Half>(Data), destination);
                break;
            case SafetensorsType.BF16:
                ReadOnlySpan<ushort> upperHalves = MemoryMarshal.Cast<byte, ushort>(Data);
                for (int i = 0; i < upperHalves.Length; i++) destination[i] = BitConverter.UInt32BitsToSingle((uint)upperHalves[i] << 16);
                break;
            case SafetensorsType.F64:
                ReadOnlySpan<double> doubles = MemoryMarshal.Cast<byte, double>(Data);
                for (int i = 0; i < doubles.Length; i++)
                {
                    float single = (float)doubles[i];
                    if (float.IsInfinity(single) && double.IsFinite(doubles[i]))
                        throw new OverflowException(FormattableString.Invariant($"Element {i} of tensor '{Name}' is {doubles[i]}, beyond single precision; read it with CopyTo<double>."));
                    destination[i] = single;
                }

                break;
            default:
                throw new InvalidOperationException($"Tensor '{Name}' holds {Type} elements, which are not converted to float; read it with CopyTo<T> and the matching integer type.");
        }
    }

    /// <summary>Copies the elements without any conversion.</summary>
    /// <typeparam name="T">The type that matches <see cref="Type"/>, for instance <see cref="long"/> for I64; BF16 is read as <see cref="ushort"/>, Bool as <see cref="byte"/>.</typeparam>
    /// <param name="destination">Receives <see cref="Count"/> elements, row-major.</param>
    /// <exception cref="ArgumentException"><paramref name="destination"/> has another length than <see cref="Count"/>.</exception>
    /// <exception cref="InvalidOperationException">The tensor's elements are not of type <typeparamref name="T"/>.</exception>
    public void CopyTo<T>(Span<T> destination)
        where T : unmanaged
    {
        CheckLength(destination.Length, nameof(destination));
        bool matches = Type switch
        {
            SafetensorsType.F64 => typeof(T) == typeof(double),
            SafetensorsType.F32 => typeof(T) == typeof(float),
            SafetensorsType.F16 => typeof(T) == typeof(Half),
            SafetensorsType.BF16 or SafetensorsType.U16 => typeof(T) == typeof(ushort),
            SafetensorsType.I64 => typeof(T) == typeof(long),
            SafetensorsType.I32 => typeof(T) == typeof(int),
            SafetensorsType.I16 => typeof(T) == typeof(short),
            SafetensorsType.I8 => typeof(T) == typeof(sbyte),
            SafetensorsType.U64 => typeof(T) == typeof(ulong),
            SafetensorsType.U32 => typeof(T) == typeof(uint),
            _ => typeof(T) == typeof(byte),
        };
        if (!matches) throw new InvalidOperationException($"Tensor '{Name}' holds {Type} elements, not {typeof(T).Name}.");
        MemoryMarshal.Cast<byte, T>(Data).CopyTo(destination);
    }

    /// <summary>The elements as a new array of single-precision numbers, row-major; conversions and exceptions as in <see cref="CopyTo(Span{float})"/>.</summary>
    /// <returns>A new array of <see cref="Count"/> numbers.</returns>
    public float[] ToSingles()
    {
        var values = new float[Count];
        CopyTo(values);
        return values;
    }

    internal static int SizeOf(SafetensorsType type) => type switch
    {
        SafetensorsType.F64 or SafetensorsType.I64 or SafetensorsType.U64 => 8,
        SafetensorsType.F32 or SafetensorsType.I32 or SafetensorsType.U32 => 4,
        SafetensorsType.F16 or SafetensorsType.BF16 or SafetensorsType.I16 or SafetensorsType.U16 => 2,
        _ => 1,
    };

    private void CheckLength(int length, string argument)
    {
        if (length != Count) throw new ArgumentException(FormattableString.Invariant($"Tensor '{Name}' has {Count} elements, but the destination has room for {length}."), argument);
    }
}
