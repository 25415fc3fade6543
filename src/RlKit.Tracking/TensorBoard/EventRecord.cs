namespace RlKit.Tracking.TensorBoard;

/// <summary>One record of an event file.</summary>
/// <param name="Index">Its place in the file; the first is 0.</param>
/// <param name="WallTime">Seconds since 1970 (UTC).</param>
/// <param name="Step">The step.</param>
/// <param name="FileVersion">What the first record of a file has: <c>brain.Event:2</c>; else null.</param>
/// <param name="Writer">The program that wrote the file, where the record says it; else null.</param>
/// <param name="Session">What a session record says; null for others.</param>
/// <param name="Values">What was measured; empty for records of the file or the session.</param>
public sealed record EventRecord(long Index, double WallTime, long Step, string? FileVersion, string? Writer, SessionStatus? Session, IReadOnlyList<EventValue> Values);
