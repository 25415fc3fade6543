using System.Runtime.CompilerServices;

namespace RlKit;

/// <summary>Which actions are legal now in each copy of an environment, as its infos tell by "action_mask".</summary>
internal sealed class ActionMasks
{
    private const string Key = "action_mask";

    private readonly IVectorEnvironment _environment;
    private readonly int _size;
    private readonly bool[] _flags;
    private readonly int[] _choices;

    /// <summary>Reads the masks of an environment.</summary>
    /// <param name="environment">Whose infos tell them.</param>
    /// <param name="size">Flags for one copy; 0 where there are no masks, and none are read.</param>
    public ActionMasks(IVectorEnvironment environment, int size)
    {
        _environment = environment;
        _size = size;
        _flags = new bool[environment.Count * size];
        _choices = size > 0 ? CategoricalHead.CountsOf(environment.ActionSpace) : [];
    }

    /// <summary>The masks of all copies as they were read last, row by row; empty where there are none.</summary>
    public ReadOnlySpan<bool> Flags => _flags;

    /// <summary>Reads what the infos tell now.</summary>
    /// <exception cref="InvalidOperationException">A copy tells none, or one that leaves a choice without an action.</exception>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Read()
    {
        for (int copy = 0; copy < _environment.Count && _size > 0; copy++)
        {
            Span<bool> mask = _flags.AsSpan(copy * _size, _size);
            switch (_environment.Info(copy).TryGet(Key, out object? given) ? given : null)
            {
                case bool[] flags when flags.Length == _size:
                    flags.CopyTo(mask);
                    break;
                case sbyte[] flags when flags.Length == _size:
                    for (int i = 0; i < _size; i++) mask[i] = flags[i] != 0;
                    break;
                default:
                    throw new InvalidOperationException($"MaskActions is on, but the info of copy {copy} has no '{Key}' of {_size} flags (bool[] or sbyte[]); give one at every reset and step, or switch MaskActions off.");
            }

            for (int choice = 0; choice < _choices.Length; choice++)
            {
                if (!mask[.._choices[choice]].Contains(true))
                    throw new InvalidOperationException($"The '{Key}' of copy {copy} allows no action{(_choices.Length > 1 ? $" of choice {choice}" : "")}; at least one has to be legal.");
                mask = mask[_choices[choice]..];
            }
        }
    }
}
