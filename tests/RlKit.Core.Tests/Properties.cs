using FsCheck;

namespace RlKit.Tests;

/// <summary>Checks a property with the same cases in every run.</summary>
internal static class Properties
{
    public static void Check(Property property) => FsCheck.Check.One(Config.QuickThrowOnFailure.WithReplay(20261, 1), property);
}
