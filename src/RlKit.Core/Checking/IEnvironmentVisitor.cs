namespace RlKit;

/// <summary>Something to do with an environment whose types are known only once it is there.</summary>
internal interface IEnvironmentVisitor<TResult>
{
    TResult Visit<TObservation, TAction>(IEnvironment<TObservation, TAction> environment)
        where TObservation : notnull
        where TAction : notnull;
}
