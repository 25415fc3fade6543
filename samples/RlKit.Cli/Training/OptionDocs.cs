using System.Reflection;
using System.Text;
using System.Xml.Linq;

namespace RlKit.Cli.Training;

/// <summary>The documentation of options as text: what the library's XML comments say.</summary>
internal sealed class OptionDocs
{
    private readonly Dictionary<string, XElement> _members;

    public OptionDocs()
    {
        using Stream file = typeof(OptionDocs).Assembly.GetManifestResourceStream("RlKit.Algorithms.xml") ?? throw new InvalidOperationException("The program was built without the library's documentation.");
        _members = XDocument.Load(file).Descendants("member").ToDictionary(member => member.Attribute("name")!.Value, member => member, StringComparer.Ordinal);
    }

    public string Of(PropertyInfo property)
    {
        XElement summary = _members[$"P:{property.DeclaringType!.FullName}.{property.Name}"].Element("summary")!;
        var text = new StringBuilder();
        foreach (XNode node in summary.Nodes())
        {
            if (node is XText plain) text.Append(plain.Value);
            else if (node is XElement element) text.Append(element.Attribute("cref") is { } reference ? Name(reference.Value, property) : element.Value);
        }

        return string.Join(' ', text.ToString().Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
    }

    // P:RlKit.DqnOptions.NStep is the flag --n-step here, F:RlKit.NetworkKind.Mlp is mlp, T:RlKit.Box`1 is Box.
    private static string Name(string reference, PropertyInfo from)
    {
        string name = reference[(reference.LastIndexOf('.') + 1)..].Split('`')[0];
        if (reference.StartsWith($"P:{from.DeclaringType!.FullName}.", StringComparison.Ordinal)) return "--" + Flags.Kebab(name);
        return reference[0] == 'F' ? Flags.Kebab(name) : name;
    }
}
