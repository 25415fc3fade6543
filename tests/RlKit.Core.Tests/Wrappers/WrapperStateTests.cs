using RlKit.Tests.Environments;

namespace RlKit.Tests.Wrappers;

/// <summary>A stack that is saved in the middle of an episode and read into a new one goes on exactly as the old one does.</summary>
public class WrapperStateTests
{
    private static IEnumerable<TestCaseData> Stacks()
    {
        yield return Case("walk", () => new Walk()
            .WithTimeLimit(17).WithRandomAction(0.3).WithStickyAction(0.3).WithNormalizeReward().WithEpisodeStatistics().WithTimeAwareObservation().WithNormalizeObservation().WithAutoreset().WithFrameStack(3));
        yield return Case("game", () => new Game().WithNoopReset(5).WithMaxAndSkip(2).WithEpisodicLife().WithGrayscaleObservation().WithResizeObservation(2, 3).WithFrameStack(4).WithClipReward().WithAutoreset());
        yield return Case("order", () => new OrderEnforcing<float[], int>(new Walk()).WithRescaleObservation(0, 1).WithFlattenObservation().WithAutoreset());
    }

    [TestCaseSource(nameof(Stacks))]
    public void SaveAndLoad_GoOnAlike(Func<IEnvironment> make) => ((ITrace)Activator.CreateInstance(typeof(Trace<,>).MakeGenericType(Types(make)))!).Compare(make);

    [Test]
    public void SaveAndLoad_OfRealActions()
    {
        new Trace<float[], float[]>().Compare(() => new Drift().WithTimeLimit(9).WithRandomAction(0.3).WithStickyAction(0.4).WithRescaleAction().WithClipAction().WithAutoreset());
    }

    [Test]
    public void RunningMeanStd_OfAnotherSize_IsRefused()
    {
        var stream = new MemoryStream();
        new RunningMeanStd(2).SaveState(new BinaryWriter(stream));
        stream.Position = 0;
        Assert.That(() => new RunningMeanStd(3).LoadState(new BinaryReader(stream)), Throws.TypeOf<InvalidDataException>().With.Message.EqualTo("The statistics are of 2 elements, but 3 are needed."));
    }

    private static TestCaseData Case(string name, Func<IEnvironment> make) => new TestCaseData(make).SetArgDisplayNames(name);

    private static Type[] Types(Func<IEnvironment> make)
    {
        using IEnvironment environment = make();
        return environment.GetType().GetInterfaces().First(type => type.IsGenericType && type.GetGenericTypeDefinition() == typeof(IEnvironment<,>)).GetGenericArguments();
    }

    private interface ITrace
    {
        void Compare(Func<IEnvironment> make);
    }

    private sealed class Trace<TObservation, TAction> : ITrace
        where TObservation : notnull
        where TAction : notnull
    {
        public void Compare(Func<IEnvironment> make)
        {
            using var one = (IEnvironment<TObservation, TAction>)make();
            using var other = (IEnvironment<TObservation, TAction>)make();
            foreach (int cut in new[] { 3, 40, 101 })
            {
                var actions = (Space<TAction>)one.ActionSpace;
                if (actions is Box<float> { IsBounded: false }) actions = (Space<TAction>)(object)new Box<float>(-3, 3, actions.Shape);
                actions.Seed(5);
                one.Reset(seed: 11);
                for (int i = 0; i < cut; i++) one.Step(actions.Sample());

                var stream = new MemoryStream();
                ((IStateful)one).SaveState(new BinaryWriter(stream));
                stream.Position = 0;
                ((IStateful)other).LoadState(new BinaryReader(stream));
                Assert.That(stream.Position, Is.EqualTo(stream.Length));

                for (int i = 0; i < 120; i++)
                {
                    TAction action = actions.Sample();
                    string expected = Text(one, one.Step(action)), found = Text(other, other.Step(action));
                    Assert.That(found, Is.EqualTo(expected), $"step {i} after the cut at {cut}");
                }
            }
        }

        private static string Text(IEnvironment<TObservation, TAction> environment, StepResult<TObservation> result)
        {
            IEnumerable<string> info = result.Info.Where(pair => pair.Key != "episode").Select(pair => pair.Value is Array array ? string.Join(',', array.Cast<object>()) : $"{pair.Key}={pair.Value}");
            return $"{string.Join(',', environment.ObservationSpace.Flatten(result.Observation))}|{result.Reward:R}|{result.Terminated}|{result.Truncated}|{string.Join(';', info)}";
        }
    }
}
