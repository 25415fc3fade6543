namespace RlKit.Tracking.Alerts;

/// <summary>How to send e-mail.</summary>
public sealed class EmailOptions
{
    /// <summary>The server that sends it (SMTP).</summary>
    public required string Host { get; init; }

    /// <summary>The server's port, 1 to 65535; 587 is that of submission.</summary>
    public int Port { get; init; } = 587;

    /// <summary>Whom it comes from.</summary>
    public required string From { get; init; }

    /// <summary>Whom it goes to.</summary>
    public required IReadOnlyList<string> To { get; init; }

    /// <summary>The name to sign in with; null for a server that asks for none.</summary>
    public string? UserName { get; init; }

    /// <summary>The password to sign in with.</summary>
    public string? Password { get; init; }

    /// <summary>Whether the connection is encrypted (STARTTLS). Without it no password is sent, but to this machine.</summary>
    public bool UseTls { get; init; } = true;
}
