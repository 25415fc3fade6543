using RlKit.Drawing;

namespace RlKit.Tests.Readme;

/// <summary>A walk along a corridor to its right end; a slippery floor moves you the other way now and then.</summary>
public sealed class Corridor() : Environment<float[], int>(new Box<float>(0, Length, [1]), new Discrete(2))
{
    private const int Length = 10;
    private int _position;

    protected override float[] OnReset(EnvironmentOptions? options)
    {
        _position = Random.Integers(0, 5);
        return [_position];
    }

    protected override StepResult<float[]> OnStep(int action)
    {
        bool slips = Random.NextDouble() < 0.1;
        _position += (action == 1) == slips ? -1 : 1;
        _position = Math.Max(_position, 0);
        bool hasArrived = _position == Length;
        return Result([_position], reward: hasArrived ? 1 : -0.1, terminated: hasArrived);
    }

    public override Frame Render()
    {
        var canvas = new Canvas(440, 60, Color.White);
        canvas.FillRectangle(0, 44, 440, 4, Color.Black);
        canvas.FillCircle(new(20 + 40 * _position, 30), 14, Color.FromRgb(0x8184CB));
        return canvas.Frame;
    }
}
