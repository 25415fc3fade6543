using System.Globalization;
using System.Runtime.InteropServices;
using RlKit.Tracking.Protobuf;

namespace RlKit.Tracking.WeightsAndBiases;

/// <summary>Writes the records of a run to its .wandb file: each kind as wandb/proto/wandb_internal.proto has it.</summary>
internal sealed class WandbRecordWriter(WandbLog log)
{
    private const string OldestReader = "0.70.0";
    private const int KeyField = 1, NestedKeyField = 2, ValueField = 16;

    private readonly ProtobufWriter _record = new();
    private readonly byte[] _number = new byte[32];
    private long _recordNumber;

    public void Header()
    {
        int header = Begin(WandbSchema.Header), version = _record.Begin(1);
        _record.Text(1, "RlKit " + typeof(WandbTracker).Assembly.GetName().Version?.ToString(3));
        _record.Text(2, OldestReader);
        _record.End(version);
        End(header);
    }

    public void Run(string id, WandbTrackerOptions options, IReadOnlyDictionary<string, object?>? configuration, DateTime start)
    {
        int run = Begin(WandbSchema.Run);
        _record.Text(1, id);
        _record.OptionalText(3, options.Project);
        if (configuration is not null)
        {
            int entry = _record.Begin(4);
            Entries(configuration);
            _record.End(entry);
        }

        _record.OptionalText(6, options.Group);
        _record.OptionalText(8, options.Name);
        foreach (string tag in options.Tags) _record.Text(10, tag);
        _record.Text(13, Environment.MachineName);
        Timestamp(17, start);
        End(run);
    }

    public void Machine(string runId, DateTime start)
    {
        int environment = Begin(WandbSchema.Environment);
        _record.Text(1, RuntimeInformation.OSDescription);
        Timestamp(3, start);
        foreach (string argument in RunEnvironment.CommandLine(Environment.GetCommandLineArgs()).Skip(1)) _record.Text(5, argument);
        _record.OptionalText(6, Path.GetFileName(Environment.GetCommandLineArgs()[0]));
        _record.Text(12, Environment.MachineName);
        _record.OptionalText(14, Environment.ProcessPath);
        _record.Integer(17, Environment.ProcessorCount);
        int memory = _record.Begin(21);
        _record.Integer(1, GC.GetGCMemoryInfo().TotalAvailableMemoryBytes);
        _record.End(memory);
        _record.Text(199, runId);
        End(environment);
    }

    public void Configuration(IReadOnlyDictionary<string, object?> configuration)
    {
        int record = Begin(WandbSchema.Configuration);
        Entries(configuration);
        End(record);
    }

    public void SystemMetrics(IReadOnlyDictionary<string, double> values)
    {
        int record = Begin(WandbSchema.Stats);
        Timestamp(2, DateTime.UtcNow);
        foreach ((string name, double value) in values)
        {
            int item = _record.Begin(3);
            _record.Text(KeyField, WandbSystemNames.Of(name));
            _record.Text(ValueField, WandbValue.Format(value));
            _record.End(item);
        }

        End(record);
    }

    public void Console(string text, bool isError, DateTime time)
    {
        int record = Begin(WandbSchema.OutputRaw);
        if (!isError) _record.Integer(1, 1);
        Timestamp(2, time);
        _record.Text(3, text);
        End(record);
    }

    public void File(string path, bool isMedia)
    {
        int record = Begin(WandbSchema.Files), file = _record.Begin(1);
        _record.Text(1, path);
        const int atEnd = 1, media = 2;
        if (isMedia) _record.Integer(3, media);
        else _record.Integer(2, atEnd);
        _record.End(file);
        End(record);
    }

    /// <summary>The end of the run, and of the file.</summary>
    public void Exit(int code, int seconds)
    {
        int record = Begin(WandbSchema.Exit);
        if (code != 0) _record.Integer(1, code);
        _record.Integer(2, seconds);
        End(record);
        End(Begin(WandbSchema.Final));
        End(Begin(WandbSchema.Footer));
    }

    /// <summary>Begins a row of the history, or a summary; items and a step follow, and <see cref="End"/>.</summary>
    public int Begin(int kind)
    {
        _record.Clear();
        _record.Integer(1, ++_recordNumber);
        return _record.Begin(kind);
    }

    public void End(int record)
    {
        _record.End(record);
        log.Append(_record.Written);
    }

    public void Item(ReadOnlySpan<byte> key, double value) => Item(key, Number(value));

    public void Item(ReadOnlySpan<byte> key, long value) =>
        Item(key, value.TryFormat(_number, out int length, default, CultureInfo.InvariantCulture) ? _number.AsSpan(0, length) : throw TooLong());

    /// <summary>Items that <see cref="AddItem"/> has written.</summary>
    public void Items(ProtobufWriter items) => _record.Raw(items.Written);

    /// <summary>The step of a row.</summary>
    public void Step(long step)
    {
        int field = _record.Begin(2);
        if (step != 0) _record.Integer(1, step);
        _record.End(field);
    }

    /// <summary>Adds an item to those that a row or a summary will have.</summary>
    /// <param name="items">Those.</param>
    /// <param name="json">Its value.</param>
    /// <param name="key">Its name; of more than one part, it is nested.</param>
    public static void AddItem(ProtobufWriter items, string json, params ReadOnlySpan<string> key)
    {
        int item = items.Begin(1);
        if (key.Length == 1) items.Text(KeyField, key[0]);
        else foreach (string part in key) items.Text(NestedKeyField, part);
        items.Text(ValueField, json);
        items.End(item);
    }

    private void Entries(IReadOnlyDictionary<string, object?> configuration)
    {
        foreach ((string name, object? value) in configuration) AddItem(_record, WandbValue.Format(value), name.Split('/'));
    }

    private void Timestamp(int field, DateTime time)
    {
        const int nanosecondsPerTick = 100;
        long ticks = (time - DateTime.UnixEpoch).Ticks;
        int timestamp = _record.Begin(field);
        _record.Integer(1, ticks / TimeSpan.TicksPerSecond);
        if (ticks % TimeSpan.TicksPerSecond is > 0 and long rest) _record.Integer(2, rest * nanosecondsPerTick);
        _record.End(timestamp);
    }

    private void Item(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value)
    {
        int item = _record.Begin(1);
        _record.Bytes(KeyField, key);
        _record.Bytes(ValueField, value);
        _record.End(item);
    }

    private ReadOnlySpan<byte> Number(double value)
    {
        if (!double.IsFinite(value)) return double.IsNaN(value) ? "NaN"u8 : value > 0 ? "Infinity"u8 : "-Infinity"u8;
        return value.TryFormat(_number, out int length, "R", CultureInfo.InvariantCulture) ? _number.AsSpan(0, length) : throw TooLong();
    }

    private static InvalidOperationException TooLong() => new("A number is longer than any is.");
}
