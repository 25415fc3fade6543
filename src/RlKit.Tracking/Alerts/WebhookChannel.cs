using System.Buffers;
using System.Globalization;
using System.Net;
using System.Text.Json;

namespace RlKit.Tracking.Alerts;

/// <summary>Posts alerts to a webhook.</summary>
public sealed class WebhookChannel : IAlertChannel
{
    // Discord's limit.
    private const int LongestContent = 2_000;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly Uri _address;
    private readonly WebhookShape _shape;

    /// <summary>A webhook.</summary>
    /// <param name="address">Its address, which is a secret: no message contains more of it than the host.</param>
    /// <param name="shape">What it wants to be told; null finds Slack and Discord by their hosts.</param>
    /// <exception cref="ArgumentException">The address is none of http or https.</exception>
    public WebhookChannel(Uri address, WebhookShape? shape = null)
    {
        ArgumentNullException.ThrowIfNull(address);
        if (!address.IsAbsoluteUri || address.Scheme is not ("http" or "https")) throw new ArgumentException("The webhook's address does not begin with https:// or http://; give it as the receiver shows it.", nameof(address));
        _address = address;
        _shape = shape ?? address.Host switch
        {
            "hooks.slack.com" => WebhookShape.Slack,
            "discord.com" or "discordapp.com" => WebhookShape.Discord,
            _ => WebhookShape.Json,
        };
    }

    /// <inheritdoc/>
    public string Name => $"the webhook at {_address.Host}";

    /// <inheritdoc/>
    public void Send(Alert alert, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(alert);
        using var http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false }) { Timeout = Timeout.InfiniteTimeSpan };
        using var request = new HttpRequestMessage(HttpMethod.Post, _address) { Content = new ReadOnlyMemoryContent(Content(alert)) { Headers = { ContentType = new("application/json") } } };
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        timeout.CancelAfter(Patience);
        try
        {
            using HttpResponseMessage response = http.Send(request, HttpCompletionOption.ResponseHeadersRead, timeout.Token);
            if (response.IsSuccessStatusCode) return;
            int status = (int)response.StatusCode;
            bool isPermanent = status < 500 && response.StatusCode is not (HttpStatusCode.TooManyRequests or HttpStatusCode.RequestTimeout);
            TimeSpan? wait = response.Headers.RetryAfter is { } after ? after.Delta ?? after.Date - DateTimeOffset.UtcNow : null;
            throw new AlertException(string.Create(CultureInfo.InvariantCulture, $"it answers {status}{(isPermanent ? "; check the webhook's address" : "")}."), isPermanent) { RetryAfter = wait };
        }
        catch (HttpRequestException error)
        {
            throw new AlertException($"it does not answer: {error.Message}", inner: error);
        }
        catch (OperationCanceledException error) when (!cancellation.IsCancellationRequested)
        {
            throw new AlertException($"it does not answer within {Patience.TotalSeconds:0} s.", inner: error);
        }
    }

    private ReadOnlyMemory<byte> Content(Alert alert)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            switch (_shape)
            {
                case WebhookShape.Slack:
                    // Slack reads these three as markup.
                    json.WriteString("text", alert.ToString().Replace("&", "&amp;", StringComparison.Ordinal).Replace("<", "&lt;", StringComparison.Ordinal).Replace(">", "&gt;", StringComparison.Ordinal));
                    break;
                case WebhookShape.Discord:
                    string text = alert.ToString();
                    json.WriteString("content", text.Length <= LongestContent ? text : text[..(LongestContent - 3)] + "...");
                    // A run's name calls nobody.
                    json.WriteStartObject("allowed_mentions");
                    json.WriteStartArray("parse");
                    json.WriteEndArray();
                    json.WriteEndObject();
                    break;
                default:
                    json.WriteString("rule", alert.Rule.Text);
                    json.WriteString("run", alert.Run);
                    json.WriteString("message", alert.Message);
                    json.WriteString("time", alert.Time.ToUniversalTime().ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture));
                    json.WriteString("metric", alert.Metric);
                    if (alert.Value is not { } value) json.WriteNull("value");
                    else if (double.IsFinite(value)) json.WriteNumber("value", value);
                    else json.WriteString("value", value.ToString(CultureInfo.InvariantCulture));
                    if (alert.Step is { } step) json.WriteNumber("step", step);
                    else json.WriteNull("step");
                    break;
            }

            json.WriteEndObject();
        }

        return buffer.WrittenMemory;
    }
}
