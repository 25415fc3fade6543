namespace RlKit;

/// <summary>A copy of an action space with a generator of its own, so that a wrapper's draws move nobody else's.</summary>
internal sealed class ActionSampler<TAction> : IStateful
    where TAction : notnull
{
    private readonly Space<TAction> _space;
    private readonly TAction? _buffer;

    public ActionSampler(Space<TAction> space)
    {
        _space = WrappedSpace.Copy(space);
        if (_space is Box<float> or MultiDiscrete or MultiBinary) _buffer = _space.Sample();
    }

    public Pcg64 Random => _space.Random;

    public void Seed(ulong seed) => _space.Seed(seed);

    /// <summary>Draws an action. One that is an array is overwritten by the next draw.</summary>
    public TAction Sample()
    {
        switch (_space)
        {
            case Box<float> box:
                box.Sample((float[])(object)_buffer!);
                return _buffer!;
            case MultiDiscrete discrete:
                discrete.Sample((int[])(object)_buffer!);
                return _buffer!;
            case MultiBinary binary:
                binary.Sample((byte[])(object)_buffer!);
                return _buffer!;
            default:
                return _space.Sample();
        }
    }

    public void SaveState(BinaryWriter writer) => _space.SaveState(writer);

    public void LoadState(BinaryReader reader) => _space.LoadState(reader);
}
