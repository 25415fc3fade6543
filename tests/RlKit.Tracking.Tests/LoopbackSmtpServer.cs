using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace RlKit.Tests;

/// <summary>A small mail server on this machine (RFC 5321, without encryption).</summary>
internal sealed class LoopbackSmtpServer : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);

    public LoopbackSmtpServer()
    {
        _listener.Start();
        new Thread(Accept) { IsBackground = true }.Start();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    public ConcurrentQueue<Message> Messages { get; } = [];

    /// <summary>Names and passwords, as they were given.</summary>
    public ConcurrentQueue<string> Logins { get; } = [];

    /// <summary>What the server says to a message.</summary>
    public string Verdict { get; set; } = "250 kept";

    public void Dispose() => _listener.Stop();

    private void Accept()
    {
        try
        {
            while (true)
            {
                using TcpClient client = _listener.AcceptTcpClient();
                Serve(client);
            }
        }
        catch (Exception error) when (error is SocketException or ObjectDisposedException or InvalidOperationException)
        {
        }
    }

    private void Serve(TcpClient client)
    {
        using NetworkStream stream = client.GetStream();
        using var reader = new StreamReader(stream, Encoding.ASCII);
        string from = "", login = "";
        var to = new List<string>();
        Say("220 loopback");
        while (reader.ReadLine() is { } line)
        {
            string word = line.Split(' ', ':')[0].ToUpperInvariant();
            switch (word)
            {
                case "EHLO": Say("250-loopback\r\n250 AUTH LOGIN"); break;
                case "HELO" or "RSET" or "NOOP": Say("250 yes"); break;
                case "AUTH":
                    login = line.Split(' ') is [_, _, { } given] ? Text(given) : Ask("334 VXNlcm5hbWU6");
                    Logins.Enqueue($"{login}:{Ask("334 UGFzc3dvcmQ6")}");
                    Say("235 welcome");
                    break;
                case "MAIL": from = line; Say("250 yes"); break;
                case "RCPT": to.Add(line); Say("250 yes"); break;
                case "DATA":
                    Say("354 go on");
                    var text = new StringBuilder();
                    while (reader.ReadLine() is { } row && row != ".") text.Append(row).Append('\n');
                    if (Verdict.StartsWith('2')) Messages.Enqueue(new Message(from, [.. to], text.ToString()));
                    Say(Verdict);
                    break;
                case "QUIT": Say("221 bye"); return;
                default: Say("502 unknown"); break;
            }
        }

        string Ask(string prompt)
        {
            Say(prompt);
            return Text(reader.ReadLine()!);
        }

        static string Text(string base64) => Encoding.UTF8.GetString(Convert.FromBase64String(base64));

        void Say(string answer) => stream.Write(Encoding.ASCII.GetBytes(answer + "\r\n"));
    }

    internal sealed record Message(string From, IReadOnlyList<string> To, string Text);
}
