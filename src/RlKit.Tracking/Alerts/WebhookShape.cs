namespace RlKit.Tracking.Alerts;

/// <summary>What a webhook wants to be told.</summary>
public enum WebhookShape
{
    /// <summary>An object of JSON with <c>rule</c>, <c>run</c>, <c>message</c>, <c>time</c>, <c>metric</c>, <c>value</c> and <c>step</c>.</summary>
    Json,

    /// <summary>Slack's incoming webhooks (Mattermost and Rocket.Chat take it too): an object with <c>text</c>.</summary>
    Slack,

    /// <summary>Discord's webhooks: an object with <c>content</c>.</summary>
    Discord,
}
