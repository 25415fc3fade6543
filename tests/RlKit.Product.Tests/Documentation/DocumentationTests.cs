using System.Text;
using System.Text.RegularExpressions;

namespace RlKit.Tests.Documentation;

/// <summary>
/// Every block of C# in the README and the guides is compiled, and every link between them leads somewhere. Types that a page declares are known to all of its
/// blocks; a block that needs the variables of the one before it follows the line <c>&lt;!-- continues --&gt;</c>.
/// </summary>
internal sealed partial class DocumentationTests
{
    private static string[] Pages =>
    [
        .. Directory.GetFiles(Repository.Root, "*.md").Concat(Directory.GetFiles(Repository.PathOf("docs"), "*.md", SearchOption.AllDirectories))
            .Select(file => Path.GetRelativePath(Repository.Root, file).Replace(Path.DirectorySeparatorChar, '/')).Order(StringComparer.Ordinal),
    ];

    [Test]
    public void EveryBlockOfCodeCompiles()
    {
        string folder = Directory.CreateTempSubdirectory("rlkit-docs-").FullName;
        try
        {
            int blocks = 0;
            foreach (string page in Pages)
            {
                if (Program(page) is not { } program) continue;
                File.WriteAllText(Path.Combine(folder, page.Replace('/', '_') + ".cs"), program);
                blocks++;
            }

            Assert.That(blocks, Is.GreaterThan(5));
            File.WriteAllText(Path.Combine(folder, "docs.csproj"), $"""
                <Project Sdk="Microsoft.NET.Sdk">
                  <PropertyGroup>
                    <TargetFramework>net10.0</TargetFramework>
                    <Nullable>enable</Nullable>
                    <ImplicitUsings>enable</ImplicitUsings>
                    <NuGetAudit>false</NuGetAudit>
                    <TreatWarningsAsErrors>false</TreatWarningsAsErrors>
                    <WarningLevel>0</WarningLevel>
                    <RunAnalyzers>false</RunAnalyzers>
                  </PropertyGroup>
                  <ItemGroup>
                    <Reference Include="{Path.Combine(AppContext.BaseDirectory, "RlKit.*.dll")}" Exclude="{typeof(DocumentationTests).Assembly.Location}" />
                  </ItemGroup>
                </Project>
                """);
            Command build = Command.Run(folder, TimeSpan.FromMinutes(5), Command.DotNet, "build", "-c", "Release", "-nologo", "-v", "q");
            string[] errors = [.. build.Output.Split('\n').Where(line => line.Contains("error", StringComparison.Ordinal)).Select(line => line.Split(" [")[0]).Distinct()];
            Assert.That(build.ExitCode, Is.Zero, string.Join('\n', errors));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Test]
    public void EveryLinkLeadsToAFile()
    {
        foreach (string page in Pages)
        {
            foreach (Match link in Link().Matches(Repository.Read(page)))
            {
                string target = link.Groups[1].Value.Split('#')[0];
                if (target.Length == 0 || target.Contains("://", StringComparison.Ordinal)) continue;
                string path = Path.Combine(Path.GetDirectoryName(Repository.PathOf(page))!, target);
                Assert.That(Path.Exists(path), Is.True, $"{page} links to {target}, which is not there.");
            }
        }
    }

    /// <summary>The blocks of a page as a file of C# that reports errors at the page's lines; null where it has none.</summary>
    private static string? Program(string page)
    {
        string[] lines = Repository.Read(page).Split('\n');
        var usings = new StringBuilder();
        var types = new StringBuilder();
        List<StringBuilder> methods = [];
        for (int i = 0; i < lines.Length; i++)
        {
            if (lines[i] != "```csharp") continue;
            bool continues = i > 0 && lines[i - 1] == "<!-- continues -->";
            StringBuilder? method = continues ? methods[^1] : null;
            bool inTypes = false;
            for (i++; i < lines.Length && lines[i] != "```"; i++)
            {
                if (Using().IsMatch(lines[i]))
                {
                    if (!usings.ToString().Contains(lines[i] + "\n", StringComparison.Ordinal)) usings.Append(lines[i]).Append('\n');
                    continue;
                }

                inTypes |= Declaration().IsMatch(lines[i]);
                if (!inTypes && method is null) methods.Add(method = new StringBuilder());
                (inTypes ? types : method!).Append($"#line {i + 1} \"{page}\"\n{lines[i]}\n");
            }
        }

        if (types.Length == 0 && methods.Count == 0) return null;
        string name = NotLetters().Replace(page, "_");
        string all = string.Concat(methods.Select((method, number) => $"    private static async Task Block{number}()\n    {{\n{method}\n        await Task.CompletedTask;\n    }}\n"));
        return $"using RlKit;\n{usings}\nnamespace Documentation.{name}\n{{\n{types}\n#line default\ninternal static class Blocks\n{{\n{all}}}\n}}\n";
    }

    [GeneratedRegex(@"\]\(([^)\s]+)\)")]
    private static partial Regex Link();

    [GeneratedRegex(@"^using [\w.]+;$")]
    private static partial Regex Using();

    [GeneratedRegex(@"^(/// <summary>|\[|(public |internal |file )?((sealed|abstract|static|readonly|partial) )*(class|record|struct|enum|interface) )")]
    private static partial Regex Declaration();

    [GeneratedRegex(@"\W")]
    private static partial Regex NotLetters();
}
