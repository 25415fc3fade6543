using System.Runtime.InteropServices;

namespace RlKit;

/// <summary>What was asked for and what was done, for each copy of a vector environment, and the infos that tell it: put together when they are asked for only.</summary>
/// <typeparam name="T">int or float.</typeparam>
internal sealed class ReplacedActions<T>
    where T : unmanaged
{
    private readonly int _size;
    private readonly T[] _requested;
    private readonly T[] _finalRequested;
    private readonly T[] _finalExecuted;
    private readonly bool[] _replaced;
    private readonly bool[] _finalReplaced;
    private readonly bool[] _told;
    private readonly bool[] _finalTold;
    private readonly Info[] _infos;
    private readonly bool _scalar;

    public ReplacedActions(IVectorEnvironment environment)
    {
        _size = environment.ActionSize;
        _scalar = environment.ActionSpace is Discrete;
        _requested = new T[environment.Count * _size];
        Executed = new T[_requested.Length];
        _finalRequested = new T[_requested.Length];
        _finalExecuted = new T[_requested.Length];
        _replaced = new bool[environment.Count];
        _finalReplaced = new bool[environment.Count];
        _told = new bool[environment.Count];
        _finalTold = new bool[environment.Count];
        _infos = new Info[2 * environment.Count];
        for (int i = 0; i < _infos.Length; i++) _infos[i] = new Info();
    }

    /// <summary>The actions that the wrapped environment gets. Those of the last step stay until they are replaced.</summary>
    public T[] Executed { get; }

    public Span<T> ExecutedBy(int copy) => Executed.AsSpan(copy * _size, _size);

    public void Begin(ReadOnlySpan<T> actions) => actions.CopyTo(_requested);

    /// <summary>Notes whether a copy's executed action is another than the one asked for; one that is not is the one asked for.</summary>
    public void Set(int copy, bool replaced)
    {
        _replaced[copy] = replaced;
        _told[copy] = true;
        if (!replaced) _requested.AsSpan(copy * _size, _size).CopyTo(ExecutedBy(copy));
    }

    /// <summary>Notes that the present info of a copy is that of a reset.</summary>
    public void Forget(int copy) => _told[copy] = false;

    /// <summary>Keeps what the last step of an episode did.</summary>
    public void End(IVectorEnvironment environment)
    {
        ReadOnlySpan<bool> terminated = environment.Terminated, truncated = environment.Truncated;
        for (int i = 0; i < terminated.Length; i++)
        {
            if (!terminated[i] && !truncated[i]) continue;
            _requested.AsSpan(i * _size, _size).CopyTo(_finalRequested.AsSpan(i * _size));
            ExecutedBy(i).CopyTo(_finalExecuted.AsSpan(i * _size));
            _finalReplaced[i] = _replaced[i];
            _finalTold[i] = true;
            if (environment.AutoresetMode == AutoresetMode.SameStep) _told[i] = false;
        }
    }

    public Info Info(int copy, Info inner) => _told[copy] ? Tell(_infos[copy], inner, _requested, Executed, _replaced, copy) : inner;

    public Info FinalInfo(int copy, Info inner) => _finalTold[copy] ? Tell(_infos[_told.Length + copy], inner, _finalRequested, _finalExecuted, _finalReplaced, copy) : inner;

    public void SaveState(BinaryWriter writer)
    {
        for (int i = 0; i < _told.Length; i++)
        {
            writer.Write(_replaced[i]);
            writer.Write(_finalReplaced[i]);
            writer.Write(_told[i]);
            writer.Write(_finalTold[i]);
        }

        foreach (T[] actions in (T[][])[_requested, Executed, _finalRequested, _finalExecuted]) writer.Write(MemoryMarshal.AsBytes<T>(actions));
    }

    public void LoadState(BinaryReader reader)
    {
        for (int i = 0; i < _told.Length; i++)
        {
            _replaced[i] = reader.ReadBoolean();
            _finalReplaced[i] = reader.ReadBoolean();
            _told[i] = reader.ReadBoolean();
            _finalTold[i] = reader.ReadBoolean();
        }

        foreach (T[] actions in (T[][])[_requested, Executed, _finalRequested, _finalExecuted]) reader.ReadExactly(MemoryMarshal.AsBytes(actions.AsSpan()));
    }

    private Info Tell(Info info, Info inner, T[] requested, T[] executed, bool[] replaced, int copy)
    {
        info.Clear();
        info.CopyFrom(inner);
        if (_scalar) ReplacedAction.Tell(info, requested[copy], executed[copy], replaced[copy]);
        else ReplacedAction.Tell(info, requested.AsSpan(copy * _size, _size).ToArray(), executed.AsSpan(copy * _size, _size).ToArray(), replaced[copy]);
        return info;
    }
}
