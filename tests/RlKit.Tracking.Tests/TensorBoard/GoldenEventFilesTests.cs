using System.Globalization;
using System.Text;
using System.Text.Json;
using RlKit.Tracking.Protobuf;
using RlKit.Tracking.TensorBoard;

namespace RlKit.Tests.TensorBoard;

/// <summary>Event files that TensorFlow's and PyTorch's writers made, read to what TensorBoard's own code reads in them.</summary>
[TestFixture]
[Category("Golden")]
public sealed class GoldenEventFilesTests
{
    private static readonly string Folder = Path.Combine(Golden.Folder, "formats", "tensorboard");

    private static IEnumerable<string> Files()
    {
        using JsonDocument expected = Golden.Read("formats/tensorboard/expected");
        return [.. expected.RootElement.GetProperty("files").EnumerateObject().Select(file => file.Name)];
    }

    [TestCaseSource(nameof(Files))]
    public void Every_value_is_as_TensorBoard_reads_it(string file)
    {
        using JsonDocument expected = Golden.Read("formats/tensorboard/expected");
        JsonElement[] rows = [.. expected.RootElement.GetProperty("files").GetProperty(file).EnumerateArray()];
        int row = 0;
        using var reader = new EventFileReader(Path.Combine(Folder, file));
        var plugins = new Dictionary<string, string>();
        while (reader.Read() is { } record)
        {
            int count = Math.Max(record.Values.Count, 1);
            for (int i = 0; i < count; i++, row++)
            {
                Assert.That(row, Is.LessThan(rows.Length));
                Compare(rows[row], record, i < record.Values.Count ? record.Values[i] : null, plugins);
            }
        }

        Assert.Multiple(() =>
        {
            Assert.That(row, Is.EqualTo(rows.Length));
            Assert.That(reader.IsCut, Is.False);
        });
    }

    private static void Compare(JsonElement row, EventRecord record, EventValue? value, Dictionary<string, string> plugins)
    {
        string what = row.GetRawText();
        Assert.That(record.Index, Is.EqualTo(row[0].GetInt64()), what);
        Assert.That(record.WallTime, Is.EqualTo(row[1].Double()), what);
        Assert.That(record.Step, Is.EqualTo(row[2].GetInt64()), what);
        Assert.That(value?.Tag, Is.EqualTo(row[3].GetString()), what);
        JsonElement content = row[5];
        if (value?.Metadata is { } named) plugins.TryAdd(value.Tag, named.PluginName);
        string? plugin = value is null ? null : plugins.GetValueOrDefault(value.Tag);
        switch (row[4].GetString())
        {
            case "file_version":
                Assert.That(record.FileVersion, Is.EqualTo(content.GetProperty("version").GetString()), what);
                Assert.That(record.Writer ?? "", Is.EqualTo(content.GetProperty("writer").GetString()), what);
                return;
            case "session_log":
                Assert.That(record.Session!.Value.ToString(), Is.EqualTo(content.GetProperty("status").GetString()).IgnoreCase, what);
                return;
            case "scalar":
                Assert.That(value!.Scalar, Is.EqualTo(content.Single()), what);
                break;
            case "scalar_tensor":
                Assert.That(value!.Tensor!.Shape, Is.Empty, what);
                AssertNumbers(value.Tensor.Numbers, [content.GetProperty("value")], value.Tensor.Type, what);
                Assert.That(plugin, Is.EqualTo("scalars"), what);
                break;
            case "histogram_tensor" or "tensor" or "text":
                Assert.That(value!.Tensor!.Shape, Is.EqualTo(content.GetProperty("shape").EnumerateArray().Select(axis => axis.GetInt64())), what);
                AssertData(value.Tensor, content, what);
                break;
            case "histogram":
                EventHistogram histogram = value!.Histogram!;
                Assert.That(new[] { histogram.Min, histogram.Max, histogram.Count, histogram.Sum, histogram.SumOfSquares },
                    Is.EqualTo(new[] { "min", "max", "num", "sum", "sum_squares" }.Select(name => content.GetProperty(name).Double())), what);
                Assert.That(histogram.RightEdges, Is.EqualTo(content.GetProperty("bucket_limit").EnumerateArray().Select(Golden.Double)), what);
                Assert.That(histogram.Counts, Is.EqualTo(content.GetProperty("bucket").EnumerateArray().Select(Golden.Double)), what);
                break;
            case "image":
                Assert.That((value!.Image!.Height, value.Image.Width, value.Image.ColorSpace),
                    Is.EqualTo((content.GetProperty("height").GetInt64(), content.GetProperty("width").GetInt64(), content.GetProperty("colorspace").GetInt32())), what);
                AssertBytes(value.Image.Encoded, content.GetProperty("encoded"), what);
                break;
            case "image_tensor":
                Assert.That(plugin, Is.EqualTo("images"), what);
                IReadOnlyList<ReadOnlyMemory<byte>> strings = value!.Tensor!.Strings;
                Assert.That(Encoding.UTF8.GetString(strings[0].Span), Is.EqualTo(content.GetProperty("width").GetRawText()), what);
                Assert.That(Encoding.UTF8.GetString(strings[1].Span), Is.EqualTo(content.GetProperty("height").GetRawText()), what);
                JsonElement[] images = [.. content.GetProperty("encoded").EnumerateArray()];
                Assert.That(strings, Has.Count.EqualTo(2 + images.Length), what);
                for (int i = 0; i < images.Length; i++) AssertBytes(strings[2 + i], images[i], what);
                break;
            case "audio":
                EventAudio audio = value!.Audio!;
                Assert.That((audio.SampleRate, audio.Channels, audio.Length, audio.ContentType),
                    Is.EqualTo((content.GetProperty("sample_rate").Single(), content.GetProperty("num_channels").GetInt64(), content.GetProperty("length_frames").GetInt64(), content.GetProperty("content_type").GetString())), what);
                AssertBytes(audio.Encoded, content.GetProperty("encoded"), what);
                break;
            case "hparams_experiment" or "hparams_session_start_info" or "hparams_session_end_info":
                AssertHyperParameters(value!.Metadata!.Content, content, what);
                break;
            case string kind:
                Assert.Fail($"'{kind}' is no kind that this test knows.");
                break;
        }

        if (row[6].ValueKind == JsonValueKind.Null)
        {
            Assert.That(value!.Metadata, Is.Null, what);
            return;
        }

        EventMetadata metadata = value!.Metadata!;
        Assert.That(metadata.PluginName, Is.EqualTo(Text(row[6], "plugin")), what);
        Assert.That(metadata.DisplayName, Is.EqualTo(Text(row[6], "display_name")), what);
        Assert.That(metadata.Description, Is.EqualTo(Text(row[6], "description")), what);
        if (!row[6].TryGetProperty("content", out JsonElement bytes)) Assert.That(metadata.Content.Length, Is.Zero, what);
        else if (bytes.ValueKind == JsonValueKind.String) Assert.That(Convert.ToHexStringLower(metadata.Content.Span), Is.EqualTo(bytes.GetString()), what);
        else AssertBytes(metadata.Content, bytes, what);
    }

    private static string Text(JsonElement element, string name) => element.TryGetProperty(name, out JsonElement value) ? value.GetString() ?? "" : "";

    private static void AssertData(EventTensor tensor, JsonElement content, string what)
    {
        JsonElement[] data = [.. content.GetProperty("data").EnumerateArray()];
        if (content.GetProperty("dtype").GetString() == "DT_STRING")
        {
            Assert.That(tensor.Type, Is.EqualTo(7), what);
            Assert.That(tensor.Strings, Has.Count.EqualTo(data.Length), what);
            for (int i = 0; i < data.Length; i++)
            {
                if (data[i].ValueKind == JsonValueKind.Object) AssertBytes(tensor.Strings[i], data[i], what);
                else Assert.That(Encoding.UTF8.GetString(tensor.Strings[i].Span), Is.EqualTo(data[i].GetString()), what);
            }
        }
        else
        {
            AssertNumbers(tensor.Numbers, data, tensor.Type, what);
        }
    }

    private static void AssertNumbers(IReadOnlyList<double> numbers, JsonElement[] expected, int type, string what)
    {
        Assert.That(type, Is.EqualTo(1).Or.EqualTo(2), what);
        Assert.That(numbers, Is.EqualTo(expected.Select(number => type == 1 ? number.Single() : number.Double())), what);
    }

    private static void AssertBytes(ReadOnlyMemory<byte> bytes, JsonElement expected, string what)
    {
        Assert.That(bytes.Length, Is.EqualTo(expected.GetProperty("bytes").GetInt32()), what);
        Assert.That(Checksums.Crc32(bytes.Span), Is.EqualTo(expected.GetProperty("crc32").GetUInt32()), what);
    }

    private static void AssertHyperParameters(ReadOnlyMemory<byte> message, JsonElement expected, string what)
    {
        var data = new ProtobufReader(message.Span);
        while (data.Next(out int kind))
        {
            switch (kind)
            {
                case 2: AssertExperiment(data.Bytes(), expected, what); break;
                case 3: AssertSessionStart(data.Bytes(), expected, what); break;
                case 4:
                    string[] statuses = ["STATUS_UNKNOWN", "STATUS_SUCCESS", "STATUS_FAILURE", "STATUS_RUNNING"];
                    var end = new ProtobufReader(data.Bytes());
                    while (end.Next(out int field))
                    {
                        if (field == 1) Assert.That(statuses[end.Integer()], Is.EqualTo(expected.GetProperty("status").GetString()), what);
                        else if (field == 2) Assert.That(end.Double(), Is.EqualTo(expected.GetProperty("end_time_secs").Double()), what);
                        else end.Skip();
                    }

                    break;
                default: data.Skip(); break;
            }
        }
    }

    private static void AssertExperiment(ReadOnlySpan<byte> message, JsonElement expected, string what)
    {
        string[] types = ["DATA_TYPE_UNSET", "DATA_TYPE_STRING", "DATA_TYPE_BOOL", "DATA_TYPE_FLOAT64"];
        List<string> names = [], metrics = [];
        var fields = new ProtobufReader(message);
        while (fields.Next(out int field))
        {
            switch (field)
            {
                case 3: Assert.That(fields.Double(), Is.EqualTo(expected.GetProperty("time_created_secs").Double()), what); break;
                case 4:
                    string name = "", type = types[0];
                    var info = new ProtobufReader(fields.Bytes());
                    while (info.Next(out int part))
                    {
                        if (part == 1) name = info.Text();
                        else if (part == 4) type = types[info.Integer()];
                        else info.Skip();
                    }

                    names.Add(name + " " + type);
                    break;
                case 5:
                    var metric = new ProtobufReader(fields.Bytes());
                    while (metric.Next(out int part))
                    {
                        if (part != 1)
                        {
                            metric.Skip();
                            continue;
                        }

                        var tag = new ProtobufReader(metric.Bytes());
                        while (tag.Next(out int inner))
                        {
                            if (inner == 2) metrics.Add(tag.Text());
                            else tag.Skip();
                        }
                    }

                    break;
                default: fields.Skip(); break;
            }
        }

        Assert.That(names, Is.EqualTo(expected.GetProperty("hparam_infos").EnumerateArray().Select(info => info.GetProperty("name").GetString() + " " + info.GetProperty("type").GetString())), what);
        Assert.That(metrics, Is.EqualTo(expected.GetProperty("metric_infos").EnumerateArray().Select(info => info.GetProperty("tag").GetString())), what);
    }

    private static void AssertSessionStart(ReadOnlySpan<byte> message, JsonElement expected, string what)
    {
        var parameters = new SortedDictionary<string, string>(StringComparer.Ordinal);
        var fields = new ProtobufReader(message);
        while (fields.Next(out int field))
        {
            switch (field)
            {
                case 1:
                    (string name, string value) = HyperParameters.Pair(fields.Bytes());
                    parameters.Add(name, value);
                    break;
                case 4: Assert.That(fields.Text(), Is.EqualTo(expected.GetProperty("group_name").GetString()), what); break;
                case 5: Assert.That(fields.Double(), Is.EqualTo(expected.GetProperty("start_time_secs").Double()), what); break;
                default: fields.Skip(); break;
            }
        }

        Assert.That(parameters, Is.EqualTo(expected.GetProperty("hparams").EnumerateObject().ToDictionary(
            pair => pair.Name,
            pair => pair.Value.ValueKind switch
            {
                JsonValueKind.True => "true",
                JsonValueKind.False => "false",
                JsonValueKind.String => pair.Value.GetString()!,
                _ => pair.Value.GetDouble().ToString(CultureInfo.InvariantCulture),
            })), what);
    }
}
