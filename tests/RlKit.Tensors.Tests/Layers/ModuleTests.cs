using RlKit.Tensors;

namespace RlKit.Tests;

public class ModuleTests
{
    [Test]
    public void Names_are_those_of_a_state_dict()
    {
        var network = new ActorCritic();
        Assert.That(network.NamedParameters().Select(parameter => $"{parameter.Key} {parameter.Value.Shape}"), Is.EqualTo(new[]
        {
            "logstd [1, 2]",
            "actor.0.weight [8, 4]", "actor.0.bias [8]", "actor.2.weight [2, 8]", "actor.2.bias [2]",
            "critic.0.weight [8, 4]", "critic.0.bias [8]", "critic.2.weight [1, 8]",
        }));
        Assert.That(network.ParameterCount, Is.EqualTo(2 + 40 + 18 + 40 + 8));
        Assert.That(network.Modules().Count(), Is.EqualTo(9));
    }

    [Test]
    public void Parameters_and_gradients_each_lie_in_one_buffer()
    {
        var network = new ActorCritic();
        float[] before = network.Actor[0].NamedParameters().First().Value.ToArray();
        ParameterBuffer whole = network.Parameters, actor = network.Actor.Parameters, layer = network.Actor[2].Parameters;
        Assert.That(whole.Length, Is.EqualTo(network.ParameterCount));
        Assert.That(whole.Parameters.Select(parameter => parameter.Key), Is.EqualTo(network.NamedParameters().Select(parameter => parameter.Key)));
        Assert.That(network.Actor[0].NamedParameters().First().Value.ToArray(), Is.EqualTo(before));
        whole.Values.CopyFrom([.. Enumerable.Range(0, whole.Length).Select(i => (float)i)]);
        Assert.That(actor.Values.ToArray(), Is.EqualTo(Enumerable.Range(2, 58).Select(i => (float)i)));
        Assert.That(layer.Values.ToArray(), Is.EqualTo(Enumerable.Range(42, 18).Select(i => (float)i)));
        Assert.That(layer["weight"].ToArray(), Is.EqualTo(Enumerable.Range(42, 16).Select(i => (float)i)));
        using var scope = new TensorScope();
        network.Critic.Forward(Tensor.Ones([1, 4])).Sum().Backward();
        Assert.That(actor.GradientNorm(), Is.Zero);
        Assert.That(whole.GradientNorm(), Is.GreaterThan(0).And.EqualTo(network.Critic.Parameters.GradientNorm()));
        Assert.That(network.Parameters, Is.SameAs(whole));
    }

    [Test]
    public void A_module_inside_must_not_be_packed_first()
    {
        var network = new ActorCritic();
        _ = network.Actor.Parameters;
        Assert.That(() => network.Parameters, Throws.InvalidOperationException.With.Message.Contains("Sequential inside this ActorCritic").And.Message.Contains("outer module's Parameters first"));
    }

    [Test]
    public void What_comes_too_late_or_twice_is_refused()
    {
        var network = new Open();
        network.Insert("a", new Linear(1, 1, new Generator(1)));
        Assert.Multiple(() =>
        {
            Assert.That(() => network.Insert("a", new Flatten()), Throws.ArgumentException.With.Message.Contains("'a' is taken"));
            Assert.That(() => network.Insert("a.b", new Flatten()), Throws.ArgumentException.With.Message.Contains("dot"));
            Assert.That(() => network.Insert("", new Flatten()), Throws.ArgumentException);
            Assert.That(() => network.Insert("b", network.Children[0].Value), Throws.ArgumentException.With.Message.Contains("inside a Open already"));
            Assert.That(() => new Sequential(new Flatten()).Parameters, Throws.InvalidOperationException.With.Message.Contains("no parameters"));
        });
        _ = network.Parameters;
        Assert.That(() => network.Insert("b", new Flatten()), Throws.InvalidOperationException.With.Message.Contains("'b' comes too late"));
    }

    [Test]
    public void A_state_comes_back_to_the_bit()
    {
        var network = new ActorCritic();
        var other = new ActorCritic(seed: 2);
        string folder = Directory.CreateTempSubdirectory("module").FullName;
        try
        {
            string path = Path.Combine(folder, "network.safetensors");
            network.Save(path);
            SafetensorsFile file = SafetensorsFile.Read(path);
            Assert.That(file.Entries.Select(entry => entry.Name), Is.EquivalentTo(network.NamedParameters().Select(parameter => parameter.Key)));
            Assert.That(other.Parameters.Values.ToArray(), Is.Not.EqualTo(network.Parameters.Values.ToArray()));
            other.Load(path);
            Assert.That(other.Parameters.Values.ToArray(), Is.EqualTo(network.Parameters.Values.ToArray()));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Test]
    public void A_state_that_does_not_fit_is_refused_and_nothing_changes()
    {
        var network = new Sequential(new Linear(4, 2, new Generator(1)), new LayerNorm(2));
        float[] before = network.Parameters.Values.ToArray();
        var writer = new SafetensorsWriter();
        writer.Add("net.0.weight", [2, 3], new float[6]);
        writer.Add("net.1.weight", [2], [7f, 7f]);
        writer.Add<int>("net.1.bias", [2], [7, 7]);
        writer.Add("net.2.bias", [1], [7f]);
        writer.Add("other", [1], [7f]);
        using var stream = new MemoryStream();
        writer.Write(stream);
        SafetensorsFile file = SafetensorsFile.Parse(stream.ToArray());
        InvalidDataException error = Assert.Throws<InvalidDataException>(() => network.Load(file, "net."))!;
        Assert.That(error.Message, Is.EqualTo(
            "The file's tensors are not those of this state; nothing was loaded: 'net.0.weight' has the shape [2, 3] instead of [2, 4]; 'net.0.bias' is missing; "
            + "'net.1.bias' holds I32 elements instead of F32; 'net.2.bias' is unexpected."));
        Assert.That(() => network.Load(file), Throws.TypeOf<InvalidDataException>().With.Message.Contains("'other' is unexpected"));
        Assert.That(network.Parameters.Values.ToArray(), Is.EqualTo(before));
    }

    [Test]
    public void Half_precision_weights_load()
    {
        var network = new Sequential(new Linear(2, 1, new Generator(1), bias: false));
        var writer = new SafetensorsWriter();
        writer.Add<Half>("0.weight", [1, 2], [(Half)0.5, (Half)(-2)]);
        using var stream = new MemoryStream();
        writer.Write(stream);
        network.Load(SafetensorsFile.Parse(stream.ToArray()));
        Assert.That(network.Parameters.Values.ToArray(), Is.EqualTo(new[] { 0.5f, -2f }));
    }

    [Test]
    public void A_target_network_follows()
    {
        var network = new ActorCritic();
        var target = new ActorCritic(seed: 2);
        float[] online = network.Parameters.Values.ToArray(), old = target.Parameters.Values.ToArray();
        target.Parameters.Lerp(network.Parameters, 0.25f);
        Assert.That(target.Parameters.Values.ToArray(), Is.EqualTo(online.Zip(old, (x, y) => (0.25f * x) + (0.75f * y))).Within(1e-7f));
        target.CopyFrom(network);
        Assert.That(target.Parameters.Values.ToArray(), Is.EqualTo(online));
        Assert.That(() => target.CopyFrom(network.Actor), Throws.ArgumentException);
        Counter three = new(3, 1), four = new(4, 2);
        Assert.That(() => three.CopyFrom(four), Throws.ArgumentException.With.Message.Contains("'counts' [3] stands where the source has 'counts' [4]"));
        Assert.That(() => three.CopyFrom(target), Throws.ArgumentException.With.Message.Contains("this Counter has 1 buffers and 0 parts"));
        Assert.That(three.Parameters.Values.ToArray(), Is.EqualTo(new[] { 1f }), "nothing is copied of what does not fit");
    }

    private sealed class Counter : Module
    {
        public Counter(int counts, float scale)
        {
            AddParameter("scale", Tensor.From([scale], [1]));
            AddBuffer("counts", Tensor.Zeros([counts]));
        }
    }

    [Test]
    public void A_network_made_inside_a_scope_outlives_it()
    {
        Sequential network;
        using (new TensorScope()) network = new Sequential(new Linear(2, 1, new Generator(1)));
        Assert.That(network.Forward(Tensor.Ones([1, 2])).Shape, Is.EqualTo(new Shape(1, 1)));
        Assert.That(network.Parameters.Length, Is.EqualTo(3));
    }

    private sealed class ActorCritic : Module
    {
        public ActorCritic(ulong seed = 1)
        {
            var generator = new Generator(seed);
            Actor = Add("actor", new Sequential(new Linear(4, 8, generator), Activation.Tanh, new Linear(8, 2, generator)));
            Critic = Add("critic", new Sequential(new Linear(4, 8, generator), Activation.Tanh, new Linear(8, 1, generator, bias: false)));
            LogStandardDeviation = AddParameter("logstd", Tensor.Zeros([1, 2]));
        }

        public Sequential Actor { get; }

        public Sequential Critic { get; }

        public Tensor LogStandardDeviation { get; }
    }

    private sealed class Open : Module
    {
        public void Insert(string name, Module module) => Add(name, module);
    }
}
