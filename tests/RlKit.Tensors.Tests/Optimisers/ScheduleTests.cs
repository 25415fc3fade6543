using RlKit.Tensors;

namespace RlKit.Tests;

public class ScheduleTests
{
    [Test]
    public void A_constant_stays() => Assert.That(new[] { 0.0, 0.3, 1.0 }.Select(progress => Schedule.Constant(2.5e-4).At(progress)), Is.All.EqualTo(2.5e-4));

    [Test]
    public void A_number_is_a_constant()
    {
        Schedule schedule = 3e-4;
        Assert.That(schedule, Is.EqualTo(Schedule.Constant(3e-4)));
    }

    [TestCase(0, 0, 10, 1.0)]
    [TestCase(0, 5, 10, 0.5)]
    [TestCase(0, 10, 10, 0.0)]
    [TestCase(0.2, 5, 10, 0.6)]
    public void A_line_falls_over_the_training(double end, long step, long total, double expected) =>
        Assert.That(Schedule.Linear(1, end).At(step, total), Is.EqualTo(expected).Within(1e-15));

    [Test]
    public void A_line_can_end_early_and_stays_at_its_end()
    {
        Schedule epsilon = Schedule.Linear(1, 0.05, 0.5);
        Assert.That(epsilon.At(0.25), Is.EqualTo(0.525).Within(1e-15));
        Assert.That(new[] { 0.5, 0.7, 1.0 }.Select(epsilon.At), Is.All.EqualTo(0.05));
        Assert.That(Schedule.Linear(1, 0.05, 0).At(0), Is.EqualTo(0.05));
        Assert.That(Schedule.Linear(1).At(1, 1), Is.Zero);
    }

    [Test]
    public void What_makes_no_sense_is_refused()
    {
        Assert.That(() => Schedule.Constant(double.NaN), Throws.TypeOf<ArgumentOutOfRangeException>());
        Assert.That(() => Schedule.Linear(1, double.PositiveInfinity), Throws.TypeOf<ArgumentOutOfRangeException>());
        Assert.That(() => Schedule.Linear(1, 0, 1.5), Throws.TypeOf<ArgumentOutOfRangeException>());
        Assert.That(() => Schedule.Linear(1, 0, double.NaN), Throws.TypeOf<ArgumentOutOfRangeException>());
        Assert.That(() => Schedule.Linear(1).At(-0.1), Throws.TypeOf<ArgumentOutOfRangeException>());
        Assert.That(() => Schedule.Linear(1).At(1.1), Throws.TypeOf<ArgumentOutOfRangeException>());
        Assert.That(() => Schedule.Linear(1).At(0, 0), Throws.TypeOf<ArgumentOutOfRangeException>());
        Assert.That(() => Schedule.Linear(1).At(3, 2), Throws.TypeOf<ArgumentOutOfRangeException>());
    }
}
