using System.Text.Json;
using RlKit.Tracking.Alerts;

namespace RlKit.Tests.Alerts;

[TestFixture]
public sealed class AlertChannelTests
{
    private static readonly Alert Example = new(AlertRule.Parse("b < 10"), "ppo <!channel> & co", "a is 5 at step 7", new DateTimeOffset(2026, 3, 4, 5, 6, 7, TimeSpan.Zero), "a", 5, 7);

    [Test]
    public void A_webhook_gets_json()
    {
        JsonElement json = Post(null, Example);
        Assert.That(json.EnumerateObject().Select(property => (property.Name, property.Value.ToString())), Is.EqualTo(new[]
        {
            ("rule", "b < 10"), ("run", "ppo <!channel> & co"), ("message", "a is 5 at step 7"), ("time", "2026-03-04T05:06:07.000Z"), ("metric", "a"), ("value", "5"), ("step", "7"),
        }));
        Assert.That(Post(null, Example with { Value = double.NaN }).GetProperty("value").GetString(), Is.EqualTo("NaN"));
        Assert.That(Post(null, Example with { Value = null, Step = null }).GetProperty("step").ValueKind, Is.EqualTo(JsonValueKind.Null));
    }

    [Test]
    public void Slack_gets_text_that_is_no_markup() =>
        Assert.That(Post(WebhookShape.Slack, Example).GetRawText(), Is.EqualTo(JsonSerializer.Serialize(new { text = "ppo &lt;!channel&gt; &amp; co: a is 5 at step 7" })));

    [Test]
    public void Discord_gets_content_that_calls_nobody_and_is_not_too_long()
    {
        JsonElement json = Post(WebhookShape.Discord, Example with { Message = new string('m', 3_000) });
        Assert.That(json.GetProperty("content").GetString(), Has.Length.EqualTo(2_000).And.EndsWith("..."));
        Assert.That(json.GetProperty("allowed_mentions").GetProperty("parse").GetArrayLength(), Is.Zero);
    }

    [TestCase(500, false)]
    [TestCase(429, false)]
    [TestCase(404, true)]
    [TestCase(301, true)]
    public void A_webhook_that_refuses_is_an_error_without_its_address(int status, bool isPermanent)
    {
        using var server = new LoopbackHttpServer(_ => new(status, "") { Headers = [("Retry-After", "3"), ("Location", "/elsewhere")] });
        var channel = new WebhookChannel(new Uri(server.Address, "services/T000/SECRET"));
        AlertException error = Assert.Throws<AlertException>(() => channel.Send(Example, default))!;
        Assert.That((error.IsPermanent, error.RetryAfter), Is.EqualTo((isPermanent, TimeSpan.FromSeconds(3))));
        Assert.That(error.ToString() + channel.Name, Does.Contain(status.ToString(System.Globalization.CultureInfo.InvariantCulture)).And.Not.Contain("SECRET"));
    }

    [Test]
    public void A_webhook_that_is_away_is_an_error_without_its_address()
    {
        using var server = new LoopbackHttpServer(_ => new(200, ""), isListening: false);
        AlertException error = Assert.Throws<AlertException>(() => new WebhookChannel(new Uri(server.Address, "SECRET")).Send(Example, default))!;
        Assert.That(error.IsPermanent, Is.False);
        Assert.That(error.ToString(), Does.Not.Contain("SECRET"));
        Assert.That(() => new WebhookChannel(new Uri("ftp://host/SECRET")), Throws.ArgumentException.With.Message.Contains("https://").And.Message.Not.Contains("SECRET"));
    }

    [Test]
    public void Mail_arrives()
    {
        using var server = new LoopbackSmtpServer();
        var channel = new EmailChannel(new EmailOptions { Host = "127.0.0.1", Port = server.Port, From = "rlkit@example.org", To = ["a@example.org", "b@example.org"], UserName = "me", Password = "secret", UseTls = false });
        channel.Send(Example with { Run = "two\r\nlines" }, default);

        LoopbackSmtpServer.Message message = server.Messages.Single();
        Assert.That(message.From, Does.StartWith("MAIL FROM:<rlkit@example.org>"));
        Assert.That(message.To, Is.EqualTo(new[] { "RCPT TO:<a@example.org>", "RCPT TO:<b@example.org>" }));
        Assert.That(message.Text, Does.Contain("Subject: [RlKit] two lines: a is 5 at step 7\n").And.Contain("rule: b < 10").And.Contain("time: 2026-03-04 05:06:07 UTC"));
        Assert.That(server.Logins.Single(), Is.EqualTo("me:secret"));
        Assert.That(channel.Name, Does.Not.Contain("me").And.Not.Contain("secret"));
    }

    [TestCase("451 later", false)]
    [TestCase("550 never", true)]
    public void Mail_that_is_refused_is_an_error(string verdict, bool isPermanent)
    {
        using var server = new LoopbackSmtpServer { Verdict = verdict };
        var channel = new EmailChannel(new EmailOptions { Host = "localhost", Port = server.Port, From = "a@b.org", To = ["c@d.org"], UseTls = false });
        Assert.That(Assert.Throws<AlertException>(() => channel.Send(Example, default))!.IsPermanent, Is.EqualTo(isPermanent));
    }

    [Test]
    public void Mail_is_not_sent_in_the_open_unless_told_so()
    {
        using var server = new LoopbackSmtpServer();
        var channel = new EmailChannel(new EmailOptions { Host = "127.0.0.1", Port = server.Port, From = "a@b.org", To = ["c@d.org"] });
        Assert.That(() => channel.Send(Example, default), Throws.TypeOf<AlertException>());
        Assert.That(server.Messages, Is.Empty);
        Assert.That(() => new EmailChannel(new EmailOptions { Host = "mail.example.org", From = "a@b.org", To = ["c@d.org"], UserName = "me", Password = "secret", UseTls = false }),
            Throws.ArgumentException.With.Message.Contains("in the open").And.Message.Not.Contains("secret"));
    }

    [Test]
    public void Addresses_that_are_none_are_refused()
    {
        Assert.That(() => new EmailChannel(new EmailOptions { Host = "h", From = "nobody", To = ["c@d.org"] }), Throws.ArgumentException.With.Message.Contains("'nobody' is no e-mail address"));
        Assert.That(() => new EmailChannel(new EmailOptions { Host = "h", From = "a@b.org", To = [] }), Throws.ArgumentException.With.Message.Contains("me@example.org"));
        Assert.That(() => new EmailChannel(new EmailOptions { Host = "h", Port = 0, From = "a@b.org", To = ["c@d.org"] }), Throws.TypeOf<ArgumentOutOfRangeException>().With.Message.Contains("587"));
    }

    [Test]
    public void A_writer_gets_a_line()
    {
        using var writer = new StringWriter { NewLine = "\n" };
        new WriterChannel(writer).Send(Example with { Message = "two\nlines" }, default);
        Assert.That(writer.ToString(), Is.EqualTo("ALERT ppo <!channel> & co: two lines\n"));
    }

    private static JsonElement Post(WebhookShape? shape, Alert alert)
    {
        using var server = new LoopbackHttpServer(_ => new(204, ""));
        new WebhookChannel(server.Address, shape).Send(alert, default);
        LoopbackHttpServer.Request request = server.Requests.Single();
        Assert.That((request.Method, request.Headers["Content-Type"]), Is.EqualTo(("POST", "application/json")));
        using JsonDocument json = JsonDocument.Parse(request.Text);
        return json.RootElement.Clone();
    }
}
