namespace RlKit.ToyText;

/// <summary>The state of a <see cref="FrozenLake"/> or a <see cref="CliffWalking"/>.</summary>
/// <param name="Cell">Where the walker is: row * columns + column.</param>
/// <param name="LastAction">The action of the last step; -1 before the first. It is only drawn.</param>
/// <param name="Probability">How likely the last transition was.</param>
public readonly record struct GridState(int Cell, int LastAction, double Probability)
{
    internal static GridState First(TransitionTable table, Pcg64 random) => new(table.DrawFirst(random), -1, 1);

    internal GridState Next(TransitionTable table, int action, Pcg64 random, out double reward, out bool terminated)
    {
        ref readonly Transition transition = ref table.Draw(Cell, action, random);
        reward = transition.Reward;
        terminated = transition.Terminated;
        return new(transition.NextState, action, transition.Probability);
    }

    internal void Save(BinaryWriter writer)
    {
        writer.Write(Cell);
        writer.Write(LastAction);
        writer.Write(Probability);
    }

    internal static GridState Load(BinaryReader reader, TransitionTable table)
    {
        var state = new GridState(reader.ReadInt32(), reader.ReadInt32(), reader.ReadDouble());
        if ((uint)state.Cell < (uint)table.States && state.LastAction >= -1 && state.LastAction < table.Actions) return state;
        throw new InvalidDataException($"Cell {state.Cell} or last action {state.LastAction} is outside the grid of {table.States} cells; the state is damaged or of another map.");
    }
}
