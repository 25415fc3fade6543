using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace RlKit.Tests;

/// <summary>A small HTTP server on this machine whose answers, and whose faults, a test decides.</summary>
internal sealed class LoopbackHttpServer : IDisposable
{
    private readonly Func<Request, Answer> _handle;
    private readonly ConcurrentDictionary<TcpClient, bool> _clients = [];
    private TcpListener? _listener;

    /// <summary>Starts to listen.</summary>
    /// <param name="handle">Answers requests; calls come from several threads, one at a time.</param>
    /// <param name="isListening">False for a server that is away until <see cref="Listen"/>.</param>
    public LoopbackHttpServer(Func<Request, Answer> handle, bool isListening = true)
    {
        _handle = handle;
        using (var probe = new TcpListener(IPAddress.Loopback, 0))
        {
            probe.Start();
            Port = ((IPEndPoint)probe.LocalEndpoint).Port;
        }

        if (isListening) Listen();
    }

    public int Port { get; }

    public Uri Address => new(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{Port}"));

    public ConcurrentQueue<Request> Requests { get; } = [];

    public void Listen()
    {
        _listener = new TcpListener(IPAddress.Loopback, Port);
        _listener.Server.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, true);
        _listener.Start();
        TcpListener listener = _listener;
        new Thread(() => Accept(listener)) { IsBackground = true }.Start();
    }

    /// <summary>Goes away, with all connections.</summary>
    public void Leave()
    {
        _listener?.Stop();
        foreach (TcpClient client in _clients.Keys) client.Close();
    }

    public void Dispose() => Leave();

    private void Accept(TcpListener listener)
    {
        while (true)
        {
            TcpClient client;
            try
            {
                client = listener.AcceptTcpClient();
            }
            catch (Exception error) when (error is SocketException or ObjectDisposedException or InvalidOperationException)
            {
                return;
            }

            _clients[client] = true;
            new Thread(() => Serve(client)) { IsBackground = true }.Start();
        }
    }

    private void Serve(TcpClient client)
    {
        try
        {
            using NetworkStream stream = client.GetStream();
            while (Read(stream) is { } request)
            {
                Requests.Enqueue(request);
                Answer answer;
                lock (_handle) answer = _handle(request);
                if (answer.Delay > TimeSpan.Zero) Thread.Sleep(answer.Delay);
                if (answer.IsCut)
                {
                    // A few bytes of an answer, and then nothing.
                    stream.Write("HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\n{\"a"u8);
                    client.Client.LingerState = new LingerOption(true, 0);
                    return;
                }

                byte[] body = Encoding.UTF8.GetBytes(answer.Body);
                string headers = string.Concat(answer.Headers.Select(header => $"{header.Name}: {header.Value}\r\n"));
                string head = string.Create(CultureInfo.InvariantCulture, $"HTTP/1.1 {answer.Status} Status\r\nContent-Type: application/json\r\n{headers}Content-Length: {body.Length}\r\n\r\n");
                // In one piece: a second one would wait for the first one's acknowledgement.
                stream.Write([.. Encoding.ASCII.GetBytes(head), .. body]);
            }
        }
        catch (Exception error) when (error is IOException or SocketException or ObjectDisposedException)
        {
        }
        finally
        {
            client.Close();
            _clients.TryRemove(client, out _);
        }
    }

    private static Request? Read(NetworkStream stream)
    {
        var head = new List<byte>();
        while (head.Count < 4 || head[^4] != '\r' || head[^3] != '\n' || head[^2] != '\r' || head[^1] != '\n')
        {
            int next = stream.ReadByte();
            if (next < 0) return null;
            head.Add((byte)next);
        }

        string[] lines = Encoding.ASCII.GetString([.. head]).Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
        string[] first = lines[0].Split(' ');
        var headers = lines.Skip(1).Select(line => line.Split(": ", 2)).ToDictionary(pair => pair[0], pair => pair[1], StringComparer.OrdinalIgnoreCase);
        byte[] body = new byte[headers.TryGetValue("Content-Length", out string? length) ? int.Parse(length, CultureInfo.InvariantCulture) : 0];
        stream.ReadExactly(body);
        string[] target = first[1].Split('?', 2);
        var query = new Dictionary<string, string>();
        if (target.Length > 1)
            foreach (string[] pair in target[1].Split('&').Select(item => item.Split('=', 2))) query.Add(Uri.UnescapeDataString(pair[0]), Uri.UnescapeDataString(pair[1]));
        return new Request(first[0], Uri.UnescapeDataString(target[0]), query, headers, body);
    }

    internal sealed record Request(string Method, string Path, IReadOnlyDictionary<string, string> Query, IReadOnlyDictionary<string, string> Headers, byte[] Body)
    {
        public string Text => Encoding.UTF8.GetString(Body);
    }

    internal sealed record Answer(int Status, string Body)
    {
        public TimeSpan Delay { get; init; }

        /// <summary>The connection breaks in the middle of the answer.</summary>
        public bool IsCut { get; init; }

        public IReadOnlyList<(string Name, string Value)> Headers { get; init; } = [];
    }
}
