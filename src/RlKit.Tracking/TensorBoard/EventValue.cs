namespace RlKit.Tracking.TensorBoard;

/// <summary>One value of a tag. At most one of its forms is there; hyper-parameters have none but <see cref="Metadata"/>.</summary>
public sealed class EventValue
{
    private readonly object? _content;
    private readonly float _scalar;

    internal EventValue(string tag, EventMetadata? metadata, bool isScalar, float scalar, object? content)
    {
        Tag = tag;
        Metadata = metadata;
        IsScalar = isScalar;
        _scalar = scalar;
        _content = content;
    }

    /// <summary>The tag: the name of what was measured.</summary>
    public string Tag { get; }

    /// <summary>What the file says of the tag; null where it does not, and for most values after a tag's first.</summary>
    public EventMetadata? Metadata { get; }

    /// <summary>Whether it is a plain number.</summary>
    public bool IsScalar { get; }

    /// <summary>The plain number.</summary>
    /// <exception cref="InvalidOperationException">It is something else.</exception>
    public float Scalar => IsScalar ? _scalar : throw new InvalidOperationException($"'{Tag}' is no plain number; ask {nameof(IsScalar)} first.");

    /// <summary>The distribution, if it is one.</summary>
    public EventHistogram? Histogram => _content as EventHistogram;

    /// <summary>The picture or video, if it is one.</summary>
    public EventImage? Image => _content as EventImage;

    /// <summary>The sound, if it is one.</summary>
    public EventAudio? Audio => _content as EventAudio;

    /// <summary>The tensor, if it is one: texts, and scalars, distributions and pictures of the second kind.</summary>
    public EventTensor? Tensor => _content as EventTensor;
}
