namespace RlKit.Cli;

/// <summary>What the user asked for does not exist or makes no sense; the message says what would.</summary>
internal sealed class UsageException(string message) : Exception(message);
