using System.CommandLine;
using System.Globalization;
using RlKit.Tracking;
using RlKit.Tracking.Alerts;

namespace RlKit.Cli;

/// <summary>The options that say when to send alerts, and where to.</summary>
internal sealed class AlertFlags
{
    private const string WebhookVariable = "RLKIT_ALERT_WEBHOOK", UserVariable = "RLKIT_SMTP_USER", PasswordVariable = "RLKIT_SMTP_PASSWORD", FromVariable = "RLKIT_SMTP_FROM";

    private readonly Option<string[]> _rules, _webhooks, _addresses;
    private readonly Option<string?> _server;

    /// <summary>The options.</summary>
    /// <param name="rules">What <c>--alert</c> takes, for the help.</param>
    public AlertFlags(string rules)
    {
        _rules = new("--alert") { Description = $"When to send an alert; may be given several times: {rules}. See docs/alerts.md.", HelpName = "RULE" };
        _webhooks = new("--alert-webhook") { Description = $"Post alerts to this address: Slack's, Discord's, or any that takes JSON. Better in the environment variable {WebhookVariable}, where nobody sees it.", HelpName = "URL" };
        _addresses = new("--alert-email") { Description = $"Send alerts to this address; {UserVariable}, {PasswordVariable} and {FromVariable} say who sends them.", HelpName = "ADDRESS" };
        _server = new("--alert-smtp") { Description = "The server that sends e-mail: HOST:PORT with encryption (STARTTLS), smtp://HOST:PORT without. Default localhost:25, without.", HelpName = "SERVER" };
    }

    public IReadOnlyList<Option> Options => [_rules, _webhooks, _addresses, _server];

    /// <summary>The rules that were given.</summary>
    /// <exception cref="UsageException">One cannot be read.</exception>
    public IReadOnlyList<AlertRule> Rules(ParseResult parsed) => [.. (parsed.GetValue(_rules) ?? []).Select(rule => Understand(() => AlertRule.Parse(rule)))];

    /// <summary>The console, and the channels that were given.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="console">The console.</param>
    /// <exception cref="UsageException">One cannot be.</exception>
    public IReadOnlyList<IAlertChannel> Channels(ParseResult parsed, TextWriter console)
    {
        List<IAlertChannel> channels = [new WriterChannel(console)];
        IEnumerable<string> webhooks = parsed.GetValue(_webhooks) ?? [];
        if (Variable(WebhookVariable) is { } hidden) webhooks = webhooks.Append(hidden);
        // An address is a secret: no message has it.
        foreach (string webhook in webhooks)
            channels.Add(Uri.TryCreate(webhook, UriKind.Absolute, out Uri? address) ? Understand(() => new WebhookChannel(address)) : throw new UsageException($"--alert-webhook (or {WebhookVariable}) is no address; give one such as https://hooks.slack.com/services/..."));
        if (parsed.GetValue(_addresses) is { Length: > 0 } addresses) channels.Add(Understand(() => new EmailChannel(Email(addresses, parsed.GetValue(_server)))));
        else if (parsed.GetValue(_server) is not null) throw new UsageException("--alert-smtp is given without --alert-email; say whom to write to.");
        return channels;
    }

    /// <summary>Refuses what no training can do.</summary>
    public void Validate(ParseResult parsed)
    {
        IReadOnlyList<AlertRule> rules = Rules(parsed);
        if (rules.Count > 0)
        {
            Understand(() => new AlertTracker("run", rules, Channels(parsed, TextWriter.Null))).Dispose();
            return;
        }

        Option? channel = Options.Skip(1).FirstOrDefault(option => parsed.GetResult(option) is { Implicit: false });
        if (channel is not null) throw new UsageException($"{channel.Name} is given without --alert; say when to send one, such as --alert finished --alert \"rollout/ep_rew_mean < 100\".");
    }

    /// <summary>A tracker that sends the alerts of a run; null where none were asked for.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="run">The run.</param>
    /// <param name="console">The console.</param>
    /// <param name="onError">Told what went wrong.</param>
    public ITracker? MakeTracker(ParseResult parsed, RunDirectory run, TextWriter console, Action<Exception> onError) =>
        parsed.GetResult(_rules) is null ? null : new AlertTracker(Alert.Describe(run.Info), Rules(parsed), Channels(parsed, console), new AlertTrackerOptions { OnError = onError });

    private static EmailOptions Email(string[] to, string? server)
    {
        bool isPlain = server is null || server.StartsWith("smtp://", StringComparison.OrdinalIgnoreCase);
        string[] parts = (server is null ? "localhost:25" : isPlain ? server["smtp://".Length..].TrimEnd('/') : server).Split(':');
        if (parts.Length is not (1 or 2) || parts[0].Length == 0) throw Unreadable();
        int port = 587;
        if (parts.Length == 2 && !int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out port)) throw Unreadable();
        string? user = Variable(UserVariable);
        return new EmailOptions
        {
            Host = parts[0],
            Port = parts.Length == 1 && isPlain ? 25 : port,
            UseTls = !isPlain,
            To = to,
            From = Variable(FromVariable) ?? (user?.Contains('@') == true ? user : to[0]),
            UserName = user,
            Password = Variable(PasswordVariable),
        };

        UsageException Unreadable() => new($"--alert-smtp is '{server}'; give a host and a port, such as smtp.example.org:587.");
    }

    private static string? Variable(string name) => System.Environment.GetEnvironmentVariable(name) is { Length: > 0 } value ? value : null;

    private static T Understand<T>(Func<T> read)
    {
        try
        {
            return read();
        }
        catch (ArgumentException error)
        {
            throw new UsageException(error.Message.Split(" (Parameter", 2)[0]);
        }
    }
}
