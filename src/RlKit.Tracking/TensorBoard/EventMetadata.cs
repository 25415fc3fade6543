namespace RlKit.Tracking.TensorBoard;

/// <summary>What an event file says of a tag, in the first of its values.</summary>
/// <param name="PluginName">The part of TensorBoard that shows it, for example <c>scalars</c>.</param>
/// <param name="Content">What that part is told besides; empty for all but hyper-parameters.</param>
/// <param name="DisplayName">The name shown; empty for the tag itself.</param>
/// <param name="Description">What it is, in Markdown.</param>
public sealed record EventMetadata(string PluginName, ReadOnlyMemory<byte> Content, string DisplayName, string Description);
