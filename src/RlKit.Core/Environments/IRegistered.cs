namespace RlKit;

/// <summary>Lets the registry tell an environment how it was registered, so that a factory need not.</summary>
internal interface IRegistered
{
    EnvironmentSpec? Spec { get; set; }
}
