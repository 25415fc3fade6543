namespace RlKit.Tensors.Kernels;

/// <summary>What one register tile computes: C[rows, columns] = A[rows, k] B[k, columns], with what is done before storing.</summary>
internal unsafe struct TileArguments
{
    /// <summary>Length of the inner dimension; at least 1.</summary>
    public nint K;

    /// <summary>First element of A, or what the table counts from.</summary>
    public float* A;

    /// <summary>Bytes from one row of A to the next.</summary>
    public nint ARow;

    /// <summary>Bytes from one inner index of A to the next, where they are even.</summary>
    public nint AStep;

    /// <summary>Where the inner indices of A lie, where a table says so.</summary>
    public nint* AOffsets;

    /// <summary>First element of the panel of B, or what the table counts from; a row can be read over the tile's full width.</summary>
    public float* B;

    /// <summary>Bytes from one inner index of B to the next, where they are even.</summary>
    public nint BStep;

    /// <summary>Where the inner indices of B lie, where a table says so.</summary>
    public nint* BOffsets;

    /// <summary>First element of C.</summary>
    public float* C;

    /// <summary>Elements from one row of C to the next.</summary>
    public nint CRow;

    /// <summary>Columns to store: at most the tile's width.</summary>
    public int Columns;

    /// <summary>Bias for each column, or null.</summary>
    public float* Bias;

    /// <summary>Whether the product is added to what C holds.</summary>
    public bool Accumulate;

    /// <summary>Whether negative results become zero.</summary>
    public bool Relu;
}
