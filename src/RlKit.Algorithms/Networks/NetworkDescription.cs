using System.Globalization;
using System.Text.Json;
using RlKit.Tensors;

namespace RlKit;

/// <summary>
/// What a network is made of, in a few numbers: enough to make it again from a file. The layers before the last are the body, and the last makes the outputs.
/// </summary>
/// <param name="Kind">What the body looks like; not <see cref="NetworkKind.Auto"/>.</param>
/// <param name="Hidden">Units of an <see cref="NetworkKind.Mlp"/>'s hidden layers.</param>
/// <param name="Activation">The activation behind every layer but the last.</param>
/// <param name="Outputs">Numbers that come out.</param>
public sealed record NetworkDescription(NetworkKind Kind, IReadOnlyList<int> Hidden, Activation Activation, int Outputs)
{
    // Below this side the first Nature convolutions leave nothing of a picture.
    private const int SmallestNatureSide = 36;
    private static readonly (int Filters, int Kernel, int Stride)[] NatureConvolutions = [(32, 8, 4), (64, 4, 2), (64, 3, 1)];

    /// <summary>One stream for the state's value and one for the advantages of the actions (Wang et al. 2016, eq. 9).</summary>
    public bool Dueling { get; init; }

    /// <summary>The linear layers carry learned noise (Fortunato et al. 2018).</summary>
    public bool Noisy { get; init; }

    /// <summary>Atoms of the value's distribution for each action (Bellemare et al. 2017); 1 for plain values. <see cref="Outputs"/> counts actions times atoms.</summary>
    public int Atoms { get; init; } = 1;

    /// <summary>Chooses a kind that fits the observations.</summary>
    /// <exception cref="ArgumentException">A convolutional network is asked for, and the observations are no pictures of three axes.</exception>
    public static NetworkKind Choose(NetworkKind kind, Space observationSpace)
    {
        ArgumentNullException.ThrowIfNull(observationSpace);
        bool isPicture = observationSpace.Shape.Length == 3;
        if (kind == NetworkKind.Auto)
        {
            if (!isPicture) return NetworkKind.Mlp;
            return IsLarge(PictureLayout.Of(observationSpace.Shape)) ? NetworkKind.NatureCnn : NetworkKind.MinAtar;
        }

        if (kind != NetworkKind.Mlp && !isPicture)
            throw new ArgumentException($"A {kind} network reads pictures of three axes (height, width and channels, the channels last or first), and observations are {observationSpace}; use Mlp or Auto.", nameof(kind));
        return kind;
    }

    /// <summary>Makes the network with fresh weights, PyTorch's default ones.</summary>
    /// <param name="observationSpace">What it reads.</param>
    /// <param name="generator">Draws the weights.</param>
    /// <param name="device">Where it computes; null for <see cref="Device.Default"/>.</param>
    public Layer Build(Space observationSpace, Generator generator, Device? device = null)
    {
        ArgumentNullException.ThrowIfNull(observationSpace);
        var body = new List<Layer>();
        (int features, int[] hidden) = AddBody(body, observationSpace, generator, device);
        if (!Dueling) return new Sequential([.. body, .. Head(features, hidden, Outputs, generator, device)]);

        // Each stream has a last hidden layer of its own, but for MinAtar's: there the streams share the units (Obando-Ceron and Castro 2021).
        if (Kind == NetworkKind.MinAtar)
        {
            body.AddRange(Hiddens(ref features, hidden, generator, device));
            hidden = [];
        }

        return new DuelingNetwork(
            new Sequential([.. body]), outputs => new Sequential([.. Head(features, hidden, outputs, generator, device)]), Outputs / Atoms, Atoms);
    }

    /// <summary>Writes the description as a JSON object.</summary>
    public void WriteJson(Utf8JsonWriter json)
    {
        ArgumentNullException.ThrowIfNull(json);
        json.WriteStartObject();
        json.WriteString("kind", Kind.ToString());
        json.WriteStartArray("hidden");
        foreach (int units in Hidden) json.WriteNumberValue(units);
        json.WriteEndArray();
        json.WriteString("activation", Activation.ToString());
        json.WriteNumber("outputs", Outputs);
        json.WriteBoolean("dueling", Dueling);
        json.WriteBoolean("noisy", Noisy);
        json.WriteNumber("atoms", Atoms);
        json.WriteEndObject();
    }

    /// <summary>Reads what <see cref="WriteJson"/> wrote.</summary>
    /// <exception cref="FormatException">It is no description of a network.</exception>
    public static NetworkDescription ReadJson(JsonElement json)
    {
        try
        {
            return new NetworkDescription(
                Enum.Parse<NetworkKind>(json.GetProperty("kind").GetString()!),
                [.. json.GetProperty("hidden").EnumerateArray().Select(units => units.GetInt32())],
                Enum.Parse<Activation>(json.GetProperty("activation").GetString()!),
                json.GetProperty("outputs").GetInt32())
            {
                Dueling = json.GetProperty("dueling").GetBoolean(),
                Noisy = json.GetProperty("noisy").GetBoolean(),
                Atoms = json.GetProperty("atoms").GetInt32(),
            };
        }
        catch (Exception exception) when (exception is KeyNotFoundException or InvalidOperationException or ArgumentException)
        {
            throw new FormatException($"This is no description of a network: {exception.Message}", exception);
        }
    }

    /// <inheritdoc/>
    public bool Equals(NetworkDescription? other) =>
        other is not null && Kind == other.Kind && Hidden.SequenceEqual(other.Hidden) && Activation == other.Activation && Outputs == other.Outputs
        && Dueling == other.Dueling && Noisy == other.Noisy && Atoms == other.Atoms;

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Kind, Hidden.Count, Activation, Outputs, Dueling, Noisy, Atoms);

    // The body ends before the last hidden layer; what is returned is the features there, and the units of the hidden layers that are still to come.
    private (int Features, int[] Hidden) AddBody(List<Layer> layers, Space observationSpace, Generator generator, Device? device)
    {
        if (Kind == NetworkKind.Mlp)
        {
            int inputs = observationSpace.FlatSize;
            for (int i = 0; i < Hidden.Count - 1; i++)
            {
                layers.Add(MakeLinear(inputs, Hidden[i], generator, device));
                layers.Add(Activation);
                inputs = Hidden[i];
            }

            return (inputs, Hidden.Count == 0 ? [] : [Hidden[^1]]);
        }

        PictureLayout picture = PictureLayout.Of(observationSpace.Shape);
        (int channels, int height, int width, _) = picture;
        ((int Filters, int Kernel, int Stride)[] convolutions, int[] units) = Kind switch
        {
            NetworkKind.NatureCnn => (NatureConvolutions, new[] { 512 }),
            NetworkKind.SpaceInvaders => (IsLarge(picture) ? NatureConvolutions : [(32, 3, 1), (64, 3, 1), (64, 3, 1)], [512, 256]),
            _ => ([(16, 3, 1)], [128]),
        };
        foreach ((int filters, int kernel, int stride) in convolutions)
        {
            if (height < kernel || width < kernel)
            {
                throw new ArgumentException(string.Create(
                    CultureInfo.InvariantCulture, $"A {Kind} network needs larger pictures than {observationSpace}: {height} x {width} are left where its kernel is {kernel} x {kernel}."), nameof(observationSpace));
            }

            layers.Add(new Conv2d(channels, filters, kernel, generator, stride, device: device));
            layers.Add(Activation);
            (channels, height, width) = (filters, (height - kernel) / stride + 1, (width - kernel) / stride + 1);
        }

        layers.Add(new Flatten());
        return (channels * height * width, units);
    }

    private static bool IsLarge(PictureLayout picture) => Math.Min(picture.Height, picture.Width) >= SmallestNatureSide;

    private List<Layer> Head(int features, int[] hidden, int outputs, Generator generator, Device? device)
    {
        List<Layer> layers = Hiddens(ref features, hidden, generator, device);
        layers.Add(MakeLinear(features, outputs, generator, device));
        return layers;
    }

    private List<Layer> Hiddens(ref int features, int[] hidden, Generator generator, Device? device)
    {
        var layers = new List<Layer>();
        foreach (int units in hidden)
        {
            layers.Add(MakeLinear(features, units, generator, device));
            layers.Add(Activation);
            features = units;
        }

        return layers;
    }

    private Layer MakeLinear(int inputs, int outputs, Generator generator, Device? device) =>
        Noisy ? new NoisyLinear(inputs, outputs, generator, device: device) : new Linear(inputs, outputs, generator, device: device);
}
