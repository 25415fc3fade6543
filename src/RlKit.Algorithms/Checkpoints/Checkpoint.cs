using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace RlKit;

/// <summary>
/// An agent's whole state in one file: weights, optimiser, buffers, random numbers, the environment's state, counters. An agent that is made alike and loads it
/// goes on bit for bit as if it had never stopped.
/// </summary>
/// <remarks>
/// A header in JSON with its SHA-256, then named parts, each with its length and SHA-256, then an end mark. It is written beside its place, flushed to the disk and renamed: under its
/// name there is always a whole file. All of it is verified before any of it is loaded.
/// </remarks>
public static class Checkpoint
{
    /// <summary>The file name extension.</summary>
    public const string Extension = ".ckpt";

    private const int FormatVersion = 1;
    private const string EmptiedSuffix = "/emptied";
    private const int ReplayRank = 3;
    private const int HashLength = 32;
    private const int BufferSize = 1 << 16;

    private static ReadOnlySpan<byte> Magic => "RLKITCKP"u8;

    private static ReadOnlySpan<byte> EndMark => "COMPLETE"u8;

    /// <summary>Writes an agent's whole state.</summary>
    /// <param name="agent">The agent, between two steps.</param>
    /// <param name="path">The file; an existing one is replaced in one move.</param>
    /// <param name="includeReplay">Whether the replay buffer is part of it. Without it the agent that loads it first gathers transitions anew, and goes on otherwise than it would have.</param>
    /// <exception cref="NotSupportedException">The environment cannot save its state.</exception>
    /// <exception cref="IOException">The file could not be written; an existing one is still whole.</exception>
    public static void Save(Agent agent, string path, bool includeReplay = true)
    {
        ArgumentNullException.ThrowIfNull(agent);
        ArgumentException.ThrowIfNullOrEmpty(path);
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
        AtomicFile.Write(path, file => Write(agent, includeReplay, file));
    }

    /// <summary>Refuses an agent whose environment cannot save its state, before hours of training.</summary>
    /// <exception cref="NotSupportedException">The environment cannot save its state.</exception>
    internal static void RequireSavable(Agent agent)
    {
        using var nowhere = new BinaryWriter(Stream.Null);
        agent.AllParts().First(part => part.Name == Agent.EnvironmentPart).Part.SaveState(nowhere);
    }

    /// <summary>Reads an agent's whole state into an agent that was made with the same options for the same environment.</summary>
    /// <param name="agent">The agent to bring into that state.</param>
    /// <param name="path">The file.</param>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">The file is damaged, is no checkpoint, or is of a newer format, or the environment's wrappers or a network of one's own are others than the training had. The agent is as it was.</exception>
    /// <exception cref="ArgumentException">The checkpoint is of another algorithm, environment or options; the message names the difference. The agent is as it was.</exception>
    public static void Load(Agent agent, string path)
    {
        ArgumentNullException.ThrowIfNull(agent);
        using FileStream file = Open(path);
        CheckpointHeader header = ReadHeader(file, path);
        RequireSame(header, HeaderOf(agent), path);
        IReadOnlyList<(string Name, long Start, long Length)> parts = Verify(file, path);

        Dictionary<string, IStateful> targets = agent.AllParts()
            .Where(part => !part.Name.StartsWith(Agent.CallbackPrefix, StringComparison.Ordinal))
            .ToDictionary(part => part.Name, part => part.Part, StringComparer.Ordinal);
        foreach (string name in parts.Select(part => part.Name).Where(IsEmptied))
            if (targets.Remove(name[..^EmptiedSuffix.Length], out IStateful? part) && part is IRefillable refillable) targets.Add(name, refillable.Emptied);
        RequireSameParts(parts.Select(part => part.Name), targets.Keys, path);

        // What a part was, for the case that a later one is refused: the counters change after all that may be, and the replay, which may fill half of the memory, last.
        var before = new List<(IStateful Part, byte[] State)>();
        try
        {
            foreach ((string name, long start, long length) in parts.Where(part => targets.ContainsKey(part.Name)).OrderBy(part => Rank(part.Name)))
            {
                // An environment that was not reset yet may have no state to save, and will be reset.
                if (Rank(name) < ReplayRank && (name != Agent.EnvironmentPart || agent.IsStarted)) before.Add((targets[name], StateOf(targets[name])));
                LoadPart(targets[name], name, file, start, length, path);
            }
        }
        catch
        {
            foreach ((IStateful part, byte[] state) in before)
            {
                using var reader = new BinaryReader(new MemoryStream(state, writable: false));
                part.LoadState(reader);
            }

            throw;
        }

        agent.LeaveEnvironment();
        foreach ((string name, long start, long length) in parts.Where(part => !targets.ContainsKey(part.Name)))
        {
            byte[] state = new byte[length];
            file.Position = start;
            file.ReadExactly(state);
            agent.HoldCallbackState(name, state);
        }

        int Rank(string name) => name switch
        {
            Agent.EnvironmentPart => 1,
            Agent.RunPartName => 2,
            _ => IsEmptied(name) || targets[name] is IRefillable ? ReplayRank : 0,
        };
    }

    /// <summary>What a checkpoint is of.</summary>
    /// <exception cref="InvalidDataException">The file is no checkpoint, or is of a newer format.</exception>
    public static CheckpointHeader ReadHeader(string path)
    {
        using FileStream file = Open(path);
        return ReadHeader(file, path);
    }

    /// <summary>Whether a file is a whole checkpoint that this version can read.</summary>
    /// <param name="path">The file.</param>
    /// <param name="fault">What is wrong with it; null when nothing is.</param>
    public static bool IsWhole(string path, out string? fault)
    {
        try
        {
            using FileStream file = Open(path);
            ReadHeader(file, path);
            Verify(file, path);
            fault = null;
            return true;
        }
        catch (Exception exception) when (exception is InvalidDataException or IOException)
        {
            fault = exception.Message;
            return false;
        }
    }

    /// <summary>The SHA-256 of each part of an agent's state: two runs that are to be equal are, when these are, and a difference is located.</summary>
    public static IReadOnlyList<(string Part, string Hash)> Hashes(Agent agent)
    {
        ArgumentNullException.ThrowIfNull(agent);
        var hashes = new List<(string, string)>();
        foreach ((string name, IStateful part) in agent.AllParts())
        {
            using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            using (var writer = new BinaryWriter(new BufferedStream(new HashedStream(Stream.Null, hash), BufferSize))) part.SaveState(writer);
            hashes.Add((name, Convert.ToHexStringLower(hash.GetHashAndReset())));
        }

        return hashes;
    }

    private static void Write(Agent agent, bool includeReplay, Stream file)
    {
        (string Name, IStateful Part)[] parts = [.. agent.AllParts().Select(part => !includeReplay && part.Part is IRefillable refillable ? (part.Name + EmptiedSuffix, refillable.Emptied) : part)];
        byte[] header = (HeaderOf(agent) with { HasReplay = !parts.Any(part => IsEmptied(part.Name)) }).ToJson();
        using var writer = new BinaryWriter(file, Encoding.UTF8, leaveOpen: true);
        writer.Write(Magic);
        writer.Write(FormatVersion);
        Span<byte> digest = stackalloc byte[HashLength];
        SHA256.HashData(header, digest);
        writer.Write(header.Length);
        writer.Write(header);
        writer.Write(digest);
        writer.Write(parts.Length);
        foreach ((string name, IStateful part) in parts)
        {
            byte[] encoded = Encoding.UTF8.GetBytes(name);
            writer.Write(encoded.Length);
            writer.Write(encoded);
            writer.Flush();
            long lengthPosition = file.Position;
            writer.Write(0L);
            writer.Flush();

            long start = file.Position;
            using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            using (var partWriter = new BinaryWriter(new BufferedStream(new HashedStream(file, hash), BufferSize), Encoding.UTF8)) part.SaveState(partWriter);
            long end = file.Position;
            Close(hash, name, end - start, digest);
            file.Position = lengthPosition;
            writer.Write(end - start);
            writer.Flush();
            file.Position = end;
            writer.Write(digest);
        }

        writer.Write(EndMark);
    }

    private static void LoadPart(IStateful part, string name, FileStream file, long start, long length, string path)
    {
        using var buffered = new BufferedStream(new PartStream(file, start, length), BufferSize);
        using var reader = new BinaryReader(buffered, Encoding.UTF8);
        try
        {
            part.LoadState(reader);
            if (buffered.ReadByte() >= 0) throw new InvalidDataException("It goes on where what was read ends.");
        }
        catch (Exception exception) when (name == Agent.EnvironmentPart && exception is not NotSupportedException)
        {
            throw new InvalidDataException($"The state of the environment in '{path}' is not one of this environment: {exception.Message} Make it with the wrappers and options that the training had.", exception);
        }
        catch (Exception exception) when (exception is EndOfStreamException or InvalidDataException)
        {
            throw new InvalidDataException($"The part '{name}' of '{path}' is not one of this agent: {exception.Message}", exception);
        }
    }

    private static byte[] StateOf(IStateful part)
    {
        using var stream = new MemoryStream();
        using (var writer = new BinaryWriter(stream)) part.SaveState(writer);
        return stream.ToArray();
    }

    private static bool IsEmptied(string part) => part.EndsWith(EmptiedSuffix, StringComparison.Ordinal);

    private static CheckpointHeader HeaderOf(Agent agent) => new(
        agent.Algorithm,
        agent.EnvironmentId,
        agent.Environment.Count,
        agent.Seed,
        agent.Step,
        typeof(Checkpoint).Assembly.GetName().Version?.ToString(3) ?? "",
        new SortedDictionary<string, string>(
            agent.Configuration.ToDictionary(option => option.Key, option => Convert.ToString(option.Value, CultureInfo.InvariantCulture) ?? ""), StringComparer.Ordinal));

    private static FileStream Open(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        if (!File.Exists(path)) throw new FileNotFoundException($"There is no checkpoint '{path}'.", path);
        return new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, BufferSize);
    }

    private static CheckpointHeader ReadHeader(FileStream file, string path)
    {
        try
        {
            using var reader = new BinaryReader(file, Encoding.UTF8, leaveOpen: true);
            if (!reader.ReadBytes(Magic.Length).AsSpan().SequenceEqual(Magic))
                throw new InvalidDataException($"'{path}' is no RlKit checkpoint.");
            int version = reader.ReadInt32();
            if (version is < 1 or > FormatVersion)
                throw new InvalidDataException($"'{path}' is a checkpoint of format {version}, and this version of RlKit reads up to {FormatVersion}; resume it with the version that wrote it, or a newer one.");
            int length = reader.ReadInt32();
            if (length < 0 || length > file.Length - file.Position) throw new EndOfStreamException();
            byte[] header = reader.ReadBytes(length);
            if (!reader.ReadBytes(HashLength).AsSpan().SequenceEqual(SHA256.HashData(header))) throw Damaged(path, "its header is not as it was written");
            return CheckpointHeader.FromJson(header);
        }
        catch (Exception exception) when (exception is EndOfStreamException or System.Text.Json.JsonException or KeyNotFoundException)
        {
            throw Damaged(path, "its header is torn", exception);
        }
    }

    /// <summary>Reads the whole file once, from behind its header, and compares every hash.</summary>
    private static List<(string Name, long Start, long Length)> Verify(FileStream file, string path)
    {
        var parts = new List<(string, long, long)>();
        try
        {
            using var reader = new BinaryReader(file, Encoding.UTF8, leaveOpen: true);
            int count = reader.ReadInt32();
            byte[] buffer = new byte[BufferSize];
            Span<byte> computed = stackalloc byte[HashLength];
            for (int i = 0; i < count; i++)
            {
                int nameLength = reader.ReadInt32();
                if (nameLength < 0 || nameLength > file.Length - file.Position) throw new EndOfStreamException();
                string name = Encoding.UTF8.GetString(reader.ReadBytes(nameLength));
                long length = reader.ReadInt64();
                long start = file.Position;
                if (length < 0 || length > file.Length - start) throw Damaged(path, $"its part '{name}' ends early");
                using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
                for (long left = length; left > 0;)
                {
                    int read = file.Read(buffer, 0, (int)Math.Min(left, buffer.Length));
                    if (read == 0) throw new EndOfStreamException();
                    hash.AppendData(buffer, 0, read);
                    left -= read;
                }

                Close(hash, name, length, computed);
                if (!reader.ReadBytes(HashLength).AsSpan().SequenceEqual(computed)) throw Damaged(path, $"its part '{name}' is not as it was written");
                parts.Add((name, start, length));
            }

            if (!reader.ReadBytes(EndMark.Length).AsSpan().SequenceEqual(EndMark) || file.Position != file.Length) throw Damaged(path, "its end is not where it should be");
            return parts;
        }
        catch (EndOfStreamException exception)
        {
            throw Damaged(path, "it ends early", exception);
        }
    }

    // A part's hash covers its name and length too.
    private static void Close(IncrementalHash hash, string name, long length, Span<byte> digest)
    {
        Span<byte> number = stackalloc byte[sizeof(long)];
        BinaryPrimitives.WriteInt64LittleEndian(number, length);
        hash.AppendData(Encoding.UTF8.GetBytes(name));
        hash.AppendData(number);
        hash.GetHashAndReset(digest);
    }

    private static void RequireSame(CheckpointHeader saved, CheckpointHeader made, string path)
    {
        Require("algorithm", saved.Algorithm, made.Algorithm);
        Require("environment", saved.EnvironmentId, made.EnvironmentId);
        Require("number of environments", saved.Environments, made.Environments);
        Require("seed", saved.Seed, made.Seed);
        foreach (string name in saved.Options.Keys.Union(made.Options.Keys, StringComparer.Ordinal))
            Require($"option {name}", saved.Options.GetValueOrDefault(name, "(none)"), made.Options.GetValueOrDefault(name, "(none)"));

        void Require<T>(string what, T saved, T made)
        {
            if (!EqualityComparer<T>.Default.Equals(saved, made))
                throw new ArgumentException($"'{path}' was written with {what} {saved}, and this agent has {made}; resume with the same, or start a new run.");
        }
    }

    private static void RequireSameParts(IEnumerable<string> saved, IEnumerable<string> made, string path)
    {
        string[] names = [.. saved.Where(name => !name.StartsWith(Agent.CallbackPrefix, StringComparison.Ordinal))];
        string? surplus = names.Except(made, StringComparer.Ordinal).FirstOrDefault();
        if (surplus is not null) throw new InvalidDataException($"'{path}' has a part '{surplus}' that this agent does not have.");
        string? missing = made.Except(names, StringComparer.Ordinal).FirstOrDefault();
        if (missing is not null) throw new InvalidDataException($"'{path}' has no part '{missing}', which this agent needs.");
    }

    private static InvalidDataException Damaged(string path, string how, Exception? cause = null) =>
        new($"The checkpoint '{path}' is damaged: {how}. Resume from an earlier one.", cause);

    /// <summary>One part of a file, which ends where the part does.</summary>
    private sealed class PartStream(FileStream file, long start, long length) : Stream
    {
        private long _position;

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => length;

        public override long Position
        {
            get => _position;
            set => throw new NotSupportedException();
        }

        public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

        public override int Read(Span<byte> buffer)
        {
            file.Position = start + _position;
            int read = file.Read(buffer[..(int)Math.Min(buffer.Length, length - _position)]);
            _position += read;
            return read;
        }

        public override void Flush()
        {
        }

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();
    }

    /// <summary>Hashes what passes through to another stream.</summary>
    private sealed class HashedStream(Stream target, IncrementalHash hash) : Stream
    {
        public override bool CanRead => false;

        public override bool CanSeek => false;

        public override bool CanWrite => true;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

        public override void Write(ReadOnlySpan<byte> buffer)
        {
            hash.AppendData(buffer);
            target.Write(buffer);
        }

        public override void Flush() => target.Flush();

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();
    }
}
