namespace RlKit.Tensors.Kernels;

/// <summary>The buffers of one convolution and of its gradients, and what its parts share.</summary>
internal unsafe struct Conv2dJob
{
    public Conv2dShape Shape;

    /// <summary>The images, or their gradient; null where they are bytes.</summary>
    public float* Floats;

    /// <summary>The images as bytes; null where they are floats.</summary>
    public byte* Bytes;

    /// <summary>What a byte is multiplied by.</summary>
    public float Scale;

    /// <summary>The weights, or their gradient.</summary>
    public float* Weight;

    /// <summary>The biases, or null.</summary>
    public float* Bias;

    public Activation Activation;

    /// <summary>The result, or its gradient.</summary>
    public float* Output;

    public bool Accumulate;

    /// <summary>The left operand, packed tile by tile.</summary>
    public float* Left;

    /// <summary>Tables of offsets into an image's planes.</summary>
    public nint* Offsets;

    /// <summary>Sums of parts.</summary>
    public float* Partial;
}
