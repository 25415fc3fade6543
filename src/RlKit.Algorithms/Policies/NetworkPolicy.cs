using System.Buffers;
using System.Text;
using System.Text.Json;
using RlKit.Tensors;

namespace RlKit;

/// <summary>A policy that is a network: its outputs become actions by a head. It is saved as one safetensors file.</summary>
public sealed class NetworkPolicy : Policy
{
    private const string FormatVersion = "1";
    private const string VersionKey = "rlkit_policy";
    private const string DescriptionKey = "rlkit_description";
    private const string NetworkPrefix = "network.";
    private const string MeanKey = "normalization.mean";
    private const string VarianceKey = "normalization.variance";

    private readonly ObservationReader _reader;
    private readonly Func<Layer>? _makeNetwork;
    private readonly Device _device;

    /// <summary>A policy of a network and a head.</summary>
    /// <param name="observationSpace">What the network reads.</param>
    /// <param name="actionSpace">Where its actions come from.</param>
    /// <param name="network">The network; its weights may go on changing.</param>
    /// <param name="description">What the network is made of; null for one of the caller's own.</param>
    /// <param name="head">How its outputs become actions.</param>
    /// <param name="normalization">What observations pass first; null for nothing.</param>
    /// <param name="makeNetwork">Makes a network of the same structure where there is no description; null where that is not needed.</param>
    internal NetworkPolicy(
        Space observationSpace, Space actionSpace, Layer network, NetworkDescription? description, PolicyHead head,
        ObservationNormalization? normalization = null, Func<Layer>? makeNetwork = null)
        : base(observationSpace, actionSpace)
    {
        Network = network;
        Description = description;
        Head = head;
        Normalization = normalization;
        _makeNetwork = makeNetwork;
        _device = network.NamedParameters().Select(parameter => parameter.Value.Device).FirstOrDefault(Device.Default);
        _reader = new ObservationReader(observationSpace, description?.Kind ?? NetworkDescription.Choose(NetworkKind.Auto, observationSpace));
    }

    /// <summary>What the network is made of; null for one of the caller's own.</summary>
    public NetworkDescription? Description { get; }

    /// <summary>What observations pass first; null for nothing.</summary>
    public ObservationNormalization? Normalization { get; }

    internal Layer Network { get; }

    internal PolicyHead Head { get; }

    /// <inheritdoc/>
    public override int ActionMaskSize => Head.MaskSize;

    /// <inheritdoc/>
    public override void Act(ObservationBatch observations, Span<int> actions, bool deterministic = true, Pcg64? random = null) => Act(observations, [], actions, deterministic, random);

    /// <inheritdoc/>
    public override void Act(ObservationBatch observations, ReadOnlySpan<bool> masks, Span<int> actions, bool deterministic = true, Pcg64? random = null)
    {
        int rows = RequireRows(observations, actions.Length), length = rows * Head.Outputs;
        if (!masks.IsEmpty && masks.Length != rows * Head.MaskSize)
            throw new ArgumentException($"There are {masks.Length} flags of legal actions, and {rows} observations need {rows * Head.MaskSize} ({Head.MaskSize} each); give those, or none.", nameof(masks));
        float[] outputs = ArrayPool<float>.Shared.Rent(length);
        Forward(observations, outputs.AsSpan(0, length));
        Head.Choose(outputs.AsSpan(0, length), masks, actions, deterministic, random);
        ArrayPool<float>.Shared.Return(outputs);
    }

    /// <inheritdoc/>
    public override void Act(ObservationBatch observations, Span<float> actions, bool deterministic = true, Pcg64? random = null)
    {
        int length = RequireRows(observations, actions.Length) * Head.Outputs;
        float[] outputs = ArrayPool<float>.Shared.Rent(length);
        Forward(observations, outputs.AsSpan(0, length));
        Head.Choose(outputs.AsSpan(0, length), actions, deterministic, random);
        ArrayPool<float>.Shared.Return(outputs);
    }

    /// <inheritdoc/>
    public override Policy Snapshot()
    {
        using DeviceRegion device = _device.AsDefault();
        Layer copy = Description is not null ? Description.Build(ObservationSpace, new Generator(0))
            : _makeNetwork is not null ? _makeNetwork()
            : throw new NotSupportedException("A network of one's own can be copied only where it was given as a function that makes it.");
        OwnNetwork.RequireApart(Network, copy, "makeNetwork");
        copy.CopyFrom(Network);
        copy.IsTraining = false;
        return new NetworkPolicy(ObservationSpace, ActionSpace, copy, Description, Head.Snapshot(), Normalization?.Copy(), _makeNetwork);
    }

    /// <inheritdoc/>
    public override void Save(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        var writer = new SafetensorsWriter();
        writer.Metadata[VersionKey] = FormatVersion;
        writer.Metadata[DescriptionKey] = Describe();
        Network.Save(writer, NetworkPrefix);
        Head.SaveTensors(writer);
        if (Normalization is not null)
        {
            writer.Add<double>(MeanKey, [Normalization.Mean.Length], Normalization.Mean);
            writer.Add<double>(VarianceKey, [Normalization.Variance.Length], Normalization.Variance);
        }

        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
        writer.Save(path);
    }

    internal static NetworkPolicy Read(string path, Func<Layer>? makeNetwork, Device? device)
    {
        using DeviceRegion onDevice = (device ?? Device.Default).AsDefault();
        try
        {
            return Parse(SafetensorsFile.Read(path), path, makeNetwork);
        }
        catch (Exception exception) when (exception is FormatException or JsonException or KeyNotFoundException or InvalidCastException)
        {
            throw new InvalidDataException($"'{path}' is no whole policy file: {exception.Message}", exception);
        }
    }

    private static NetworkPolicy Parse(SafetensorsFile file, string path, Func<Layer>? makeNetwork)
    {
        if (!file.Metadata.TryGetValue(VersionKey, out string? version) || !file.Metadata.TryGetValue(DescriptionKey, out string? text))
            throw new InvalidDataException($"'{path}' is a safetensors file, but no RlKit policy: its metadata has no '{VersionKey}'.");
        if (version != FormatVersion)
            throw new InvalidDataException($"'{path}' is a policy of format {version}, and this version of RlKit reads {FormatVersion}; load it with the version that wrote it, or a newer one.");

        using JsonDocument document = JsonDocument.Parse(text);
        JsonElement root = document.RootElement;
        Space observationSpace = Space.ReadJson(root.GetProperty("observation_space"));
        Space actionSpace = Space.ReadJson(root.GetProperty("action_space"));
        NetworkDescription? description = root.TryGetProperty("network", out JsonElement network) ? NetworkDescription.ReadJson(network) : null;
        if (description is null && makeNetwork is null)
            throw new ArgumentNullException(nameof(makeNetwork), $"The network of '{path}' is one of your own, so the file does not say how it is made; give a function that makes it.");

        Layer layer = description is not null ? description.Build(observationSpace, new Generator(0)) : makeNetwork!();
        layer.Load(file, NetworkPrefix);
        layer.IsTraining = false;
        ObservationNormalization? normalization = root.TryGetProperty("normalization_clip", out JsonElement clip)
            ? new ObservationNormalization(Doubles(file[MeanKey]), Doubles(file[VarianceKey]), clip.GetDouble())
            : null;
        return new NetworkPolicy(observationSpace, actionSpace, layer, description, PolicyHead.Read(root.GetProperty("head"), actionSpace, file), normalization, makeNetwork);
    }

    private void Forward(ObservationBatch observations, Span<float> outputs)
    {
        using DeviceRegion device = _device.AsDefault();
        using var scope = new TensorScope();
        using GradientRegion noGradient = Autograd.NoGrad();
        Tensor input = _reader.Read(observations);
        Network.Forward(Normalization is null ? input : Normalization.Apply(input)).CopyTo(outputs);
    }

    private string Describe()
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WritePropertyName("observation_space");
            ObservationSpace.WriteJson(json);
            json.WritePropertyName("action_space");
            ActionSpace.WriteJson(json);
            if (Description is not null)
            {
                json.WritePropertyName("network");
                Description.WriteJson(json);
            }

            json.WritePropertyName("head");
            Head.WriteJson(json);
            if (Normalization is not null) json.WriteNumber("normalization_clip", Normalization.Clip);
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    private static double[] Doubles(SafetensorsEntry entry)
    {
        double[] values = new double[entry.Count];
        entry.CopyTo<double>(values);
        return values;
    }
}
