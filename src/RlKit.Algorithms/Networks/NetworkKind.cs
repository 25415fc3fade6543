namespace RlKit;

/// <summary>What a network looks like before its last layer.</summary>
/// <remarks>Convolutions read pictures with the channels first or last: the axis of the channels is the shorter of the two, and the last where they are equal.</remarks>
public enum NetworkKind
{
    /// <summary>For observations of three axes (pictures) <see cref="NatureCnn"/> where they are large enough and <see cref="MinAtar"/> where not; else <see cref="Mlp"/>.</summary>
    Auto,

    /// <summary>Linear layers of the sizes in the option Hidden.</summary>
    Mlp,

    /// <summary>Mnih et al. 2015: convolutions 32 8x8 stride 4, 64 4x4 stride 2, 64 3x3 stride 1, then 512 units.</summary>
    NatureCnn,

    /// <summary>Young and Tian 2019: one convolution 16 3x3, then 128 units.</summary>
    MinAtar,

    /// <summary>The network of a Space Invaders experiment: convolutions with 32, 64 and 64 filters, as in <see cref="NatureCnn"/> on large pictures and 3x3 with stride 1 on small ones, then 512 and 256 units.</summary>
    SpaceInvaders,
}
