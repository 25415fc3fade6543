using System.Buffers;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;

namespace RlKit.Tracking.MLflow;

/// <summary>Requests to an MLflow server, one at a time, by its REST API 2.0. Nothing is tried again here.</summary>
internal sealed class MLflowClient : IDisposable
{
    // What an upload may take beyond the time of any request.
    private const double SlowestBytesPerSecond = 100_000;

    private readonly HttpClient _http;
    private readonly Uri _server;
    private readonly AuthenticationHeaderValue? _authentication;
    private readonly TimeSpan _timeout;
    private readonly CancellationToken _closing;

    /// <summary>Talks to a server.</summary>
    /// <param name="server">Its address, without what follows <c>/api</c>.</param>
    /// <param name="variable">Gives environment variables, which hold the credentials.</param>
    /// <param name="timeout">The longest time for a request.</param>
    /// <param name="closing">Ends a request that is under way.</param>
    public MLflowClient(Uri server, Func<string, string?> variable, TimeSpan timeout, CancellationToken closing)
    {
        _server = new Uri(server.AbsoluteUri.TrimEnd('/') + "/");
        (_timeout, _closing) = (timeout, closing);
        string? token = variable("MLFLOW_TRACKING_TOKEN"), user = variable("MLFLOW_TRACKING_USERNAME"), password = variable("MLFLOW_TRACKING_PASSWORD");
        if (!string.IsNullOrEmpty(user)) _authentication = new("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{user}:{password}")));
        else if (!string.IsNullOrEmpty(token)) _authentication = new("Bearer", token);
        // A redirected POST would arrive as a GET.
        _http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, PooledConnectionLifetime = TimeSpan.FromMinutes(5) }) { Timeout = Timeout.InfiniteTimeSpan };
    }

    /// <summary>Whether it has credentials to send.</summary>
    public bool IsAuthenticated => _authentication is not null;

    /// <summary>Asks for something.</summary>
    /// <param name="path">What follows <c>/api/2.0/mlflow/</c>.</param>
    /// <param name="query">Names and values.</param>
    public JsonDocument Get(string path, params ReadOnlySpan<(string Name, string Value)> query)
    {
        var address = new StringBuilder(path);
        for (int i = 0; i < query.Length; i++) address.Append(i == 0 ? '?' : '&').Append(query[i].Name).Append('=').Append(Uri.EscapeDataString(query[i].Value));
        return Send(HttpMethod.Get, Api(address.ToString()), null, 0);
    }

    /// <summary>Has something done.</summary>
    public JsonDocument Post(string path, Action<Utf8JsonWriter> write) => Post(path, Json(write));

    /// <summary>Has something done.</summary>
    public JsonDocument Post(string path, ReadOnlyMemory<byte> json) =>
        Send(HttpMethod.Post, Api(path), new ReadOnlyMemoryContent(json) { Headers = { ContentType = new("application/json") } }, json.Length);

    /// <summary>Uploads a file through the server's proxy of artifacts.</summary>
    /// <param name="address">Where it goes.</param>
    /// <param name="content">The file.</param>
    public void Put(Uri address, Stream content)
    {
        using JsonDocument _ = Send(HttpMethod.Put, address, new StreamContent(content) { Headers = { ContentType = new("application/octet-stream") } }, content.Length);
    }

    /// <summary>The address of an artifact of a run, whose artifacts the server keeps itself or gives to another one; null where it does neither.</summary>
    /// <param name="root">Where the run's artifacts are, as the server says.</param>
    /// <param name="path">The artifact's name, with slashes.</param>
    public Uri? ArtifactAddress(string root, string path)
    {
        if (!Uri.TryCreate(root, UriKind.Absolute, out Uri? address)) return null;
        string file = string.Join('/', path.Split('/').Select(Uri.EscapeDataString));
        if (address.Scheme is "http" or "https") return new Uri($"{root.TrimEnd('/')}/{file}");
        if (address.Scheme != "mlflow-artifacts") return null;
        string folder = address.AbsolutePath.Trim('/');
        string host = address.Authority.Length == 0 ? _server.AbsoluteUri : $"{_server.Scheme}://{address.Authority}/";
        return new Uri($"{host}api/2.0/mlflow-artifacts/artifacts/{folder}{(folder.Length == 0 ? "" : "/")}{file}");
    }

    public void Dispose() => _http.Dispose();

    /// <summary>An object of JSON.</summary>
    public static ReadOnlyMemory<byte> Json(Action<Utf8JsonWriter> write)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            write(json);
            json.WriteEndObject();
        }

        return buffer.WrittenMemory;
    }

    private Uri Api(string path) => new(_server, "api/2.0/mlflow/" + path);

    private JsonDocument Send(HttpMethod method, Uri address, HttpContent? content, long length)
    {
        using var request = new HttpRequestMessage(method, address) { Content = content };
        // Another server has no claim to the credentials of this one.
        if (Uri.Compare(address, _server, UriComponents.SchemeAndServer, UriFormat.Unescaped, StringComparison.OrdinalIgnoreCase) == 0) request.Headers.Authorization = _authentication;
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(_closing);
        timeout.CancelAfter(_timeout + TimeSpan.FromSeconds(length / SlowestBytesPerSecond));
        try
        {
            using HttpResponseMessage response = _http.Send(request, HttpCompletionOption.ResponseHeadersRead, timeout.Token);
            using var body = new MemoryStream();
            // The reading has no time limit of its own.
            using (timeout.Token.Register(response.Dispose))
            using (Stream stream = response.Content.ReadAsStream(timeout.Token))
                stream.CopyTo(body);
            timeout.Token.ThrowIfCancellationRequested();
            ReadOnlyMemory<byte> text = body.GetBuffer().AsMemory(0, (int)body.Length);
            return response.IsSuccessStatusCode ? Parse(text, address) : throw Refused(response, text, address);
        }
        catch (HttpRequestException error)
        {
            bool isUnsent = error.HttpRequestError is HttpRequestError.NameResolutionError or HttpRequestError.ConnectionError or HttpRequestError.ProxyTunnelError || error.InnerException is SocketException { SocketErrorCode: SocketError.ConnectionRefused };
            if (error.HttpRequestError == HttpRequestError.SecureConnectionError)
                throw new MLflowException(MLflowFault.Permanent, $"The connection to {Server(address)} is not secure: {error.InnerException?.Message ?? error.Message} Give the address of a server with a certificate that this machine trusts.", error);
            throw new MLflowException(isUnsent ? MLflowFault.NotSent : MLflowFault.Unknown, $"{Server(address)} does not answer: {error.Message.TrimEnd('.')}.", error);
        }
        catch (Exception error) when (!_closing.IsCancellationRequested && (error is OperationCanceledException or ObjectDisposedException || (error is IOException && timeout.IsCancellationRequested)))
        {
            throw new MLflowException(MLflowFault.Unknown, string.Create(CultureInfo.InvariantCulture, $"{Server(address)} does not answer within {_timeout.TotalSeconds:0.#} s."), error);
        }
        catch (Exception error) when (error is IOException or ObjectDisposedException && !_closing.IsCancellationRequested)
        {
            throw new MLflowException(MLflowFault.Unknown, $"{Server(address)} broke off: {error.Message}", error);
        }
        catch (Exception error) when (error is IOException or ObjectDisposedException)
        {
            throw new OperationCanceledException("The tracker is closing.", error, _closing);
        }
    }

    private static JsonDocument Parse(ReadOnlyMemory<byte> text, Uri address)
    {
        try
        {
            return JsonDocument.Parse(text.Length == 0 ? "{}"u8.ToArray() : text.ToArray());
        }
        catch (JsonException error)
        {
            throw new MLflowException(MLflowFault.Permanent, $"{Server(address)} answers with something else than JSON; give the address of an MLflow server, such as http://localhost:5000.", error);
        }
    }

    private MLflowException Refused(HttpResponseMessage response, ReadOnlyMemory<byte> text, Uri address)
    {
        (string code, string message) = ReadError(text);
        int status = (int)response.StatusCode;
        string what = string.Create(CultureInfo.InvariantCulture, $"{Server(address)} answers {status}{(code.Length > 0 ? " " + code : "")}{(message.Length > 0 ? ": " + message : "")}");
        TimeSpan? wait = response.Headers.RetryAfter is { } after ? after.Delta ?? after.Date - DateTimeOffset.UtcNow : null;
        return response.StatusCode switch
        {
            HttpStatusCode.Unauthorized => new(MLflowFault.Permanent, what + (IsAuthenticated
                ? " It does not accept the credentials; correct MLFLOW_TRACKING_TOKEN, or MLFLOW_TRACKING_USERNAME and MLFLOW_TRACKING_PASSWORD."
                : " It asks for credentials; set MLFLOW_TRACKING_TOKEN, or MLFLOW_TRACKING_USERNAME and MLFLOW_TRACKING_PASSWORD.")) { Code = code },
            HttpStatusCode.Forbidden => new(MLflowFault.Permanent, what + " The user may not do this; ask for the right to write to the experiment.") { Code = code },
            HttpStatusCode.TooManyRequests => new(MLflowFault.NotSent, what) { Code = code, RetryAfter = wait },
            HttpStatusCode.NotFound => new(code.Length > 0 ? MLflowFault.NotFound : MLflowFault.Permanent, code.Length > 0 ? what : what + " Give the address of an MLflow server, such as http://localhost:5000.") { Code = code },
            HttpStatusCode.RequestTimeout => new(MLflowFault.Unknown, what) { Code = code },
            _ when status >= 500 => new(MLflowFault.Unknown, what) { Code = code, RetryAfter = wait },
            _ when status >= 400 => new(MLflowFault.Rejected, what) { Code = code },
            _ => new(MLflowFault.Permanent, $"{what}, which points to '{response.Headers.Location}'; give that address.") { Code = code },
        };
    }

    private static (string Code, string Message) ReadError(ReadOnlyMemory<byte> text)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(text);
            JsonElement root = document.RootElement;
            if (root.ValueKind != JsonValueKind.Object) return ("", "");
            return (root.TryGetProperty("error_code", out JsonElement code) ? code.ToString() : "", root.TryGetProperty("message", out JsonElement message) ? message.ToString() : "");
        }
        catch (JsonException)
        {
            return ("", "");
        }
    }

    private static string Server(Uri address) => address.GetLeftPart(UriPartial.Authority);
}
