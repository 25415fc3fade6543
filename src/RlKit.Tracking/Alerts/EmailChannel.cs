using System.Globalization;
using System.Net;
using System.Net.Mail;

namespace RlKit.Tracking.Alerts;

/// <summary>Sends alerts by e-mail.</summary>
public sealed class EmailChannel : IAlertChannel
{
    private const int PatienceMilliseconds = 10_000, LongestSubject = 200;

    private readonly EmailOptions _options;
    private readonly MailAddress _from;
    private readonly MailAddress[] _to;

    /// <summary>An address.</summary>
    /// <param name="options">Where it goes, and how.</param>
    /// <exception cref="ArgumentException">The host is empty, an address is none, or a password would be sent in the open.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The port is none.</exception>
    public EmailChannel(EmailOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentException.ThrowIfNullOrEmpty(options.Host);
        if (options.Port is < 1 or > 65535) throw new ArgumentOutOfRangeException(nameof(options), options.Port, $"Port is {options.Port}; give one from 1 to 65535, such as 587.");
        if (options.To.Count == 0) throw new ArgumentException("To is empty; give an address such as me@example.org.", nameof(options));
        bool isHere = options.Host is "localhost" || (IPAddress.TryParse(options.Host, out IPAddress? address) && IPAddress.IsLoopback(address));
        if (options.UserName is not null && !options.UseTls && !isHere) throw new ArgumentException($"The password would go to {options.Host} in the open; set UseTls, or leave out UserName.", nameof(options));
        _options = options;
        _from = Address(options.From);
        _to = [.. options.To.Select(Address)];

        static MailAddress Address(string text) => MailAddress.TryCreate(text, out MailAddress? address) ? address : throw new ArgumentException($"'{text}' is no e-mail address; give one such as me@example.org.", nameof(options));
    }

    /// <inheritdoc/>
    public string Name => string.Create(CultureInfo.InvariantCulture, $"e-mail by {_options.Host}:{_options.Port}");

    /// <inheritdoc/>
    public void Send(Alert alert, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(alert);
        string subject = $"[RlKit] {alert}";
        using var message = new MailMessage
        {
            From = _from,
            Subject = subject.Length <= LongestSubject ? subject : subject[..LongestSubject],
            Body = string.Create(CultureInfo.InvariantCulture, $"{alert.Message}\n\nrun: {alert.Run}\nrule: {alert.Rule.Text}\ntime: {alert.Time.ToUniversalTime():yyyy-MM-dd HH:mm:ss} UTC\n").ReplaceLineEndings("\r\n"),
        };
        foreach (MailAddress to in _to) message.To.Add(to);
        using var smtp = new SmtpClient(_options.Host, _options.Port) { EnableSsl = _options.UseTls, Timeout = PatienceMilliseconds };
        if (_options.UserName is not null) smtp.Credentials = new NetworkCredential(_options.UserName, _options.Password);
        try
        {
            smtp.Send(message);
        }
        catch (SmtpException error)
        {
            // 4xx are passing, 5xx are not; a server that is away has no number.
            bool isPermanent = (int)error.StatusCode >= 500;
            throw new AlertException($"{error.Message} {error.InnerException?.Message}".TrimEnd(), isPermanent, error);
        }
    }
}
