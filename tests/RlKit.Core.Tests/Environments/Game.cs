namespace RlKit.Tests.Environments;

/// <summary>
/// A game of three lives on a picture of 4 x 6 pixels with three channels: a dot moves over it, a life is lost every fifth step, and bonus points come from luck. It tells its lives and its
/// actions, allocates nothing and can save itself.
/// </summary>
internal sealed class Game(bool reuse = true) : Environment<byte[], int>(new Box<byte>(0, 255, [4, 6, 3]), new Discrete(3)), IStateful, IHasLives, IHasActionMeanings
{
    private readonly byte[] _picture = new byte[4 * 6 * 3];
    private int _step;

    public int Lives { get; private set; }

    public IReadOnlyList<string> ActionMeanings { get; } = ["NOOP", "FIRE", "RIGHT"];

    public List<int> Actions { get; } = new(100_000);

    public override bool ReusesObservation => reuse;

    public void SaveState(BinaryWriter writer)
    {
        SaveBaseState(writer);
        writer.Write(_step);
        writer.Write(Lives);
    }

    public void LoadState(BinaryReader reader)
    {
        LoadBaseState(reader);
        _step = reader.ReadInt32();
        Lives = reader.ReadInt32();
    }

    protected override byte[] OnReset(EnvironmentOptions? options)
    {
        _step = Random.Integers(0, 3);
        Lives = 3;
        Actions.Clear();
        return Draw();
    }

    protected override StepResult<byte[]> OnStep(int action)
    {
        Actions.Add(action);
        _step++;
        if (_step % 5 == 0) Lives--;
        return Result(Draw(), Random.Integers(0, 4) + action, terminated: Lives == 0);
    }

    private byte[] Draw()
    {
        byte[] picture = reuse ? _picture : new byte[_picture.Length];
        for (int i = 0; i < picture.Length; i++) picture[i] = (byte)((i * 7) + (_step * 13));
        return picture;
    }
}
