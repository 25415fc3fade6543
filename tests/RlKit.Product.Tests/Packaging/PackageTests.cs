using System.IO.Compression;
using System.Reflection.Metadata;
using System.Runtime.InteropServices;
using System.Xml.Linq;

namespace RlKit.Tests.Packaging;

/// <summary>The package: what it holds, and that a new project outside the repository works with it alone.</summary>
internal sealed class PackageTests
{
    private static readonly string[] Libraries = ["RlKit.Algorithms", "RlKit.Core", "RlKit.Envs", "RlKit.Tensors", "RlKit.Tracking"];

    // A version that no one else has made, so that no cache holds an older package of it.
    private readonly string _version = $"0.0.1-test.{Guid.NewGuid():N}";
    private string _folder = "";
    private string _packages = "";

    [OneTimeSetUp]
    public void Pack()
    {
        _folder = Directory.CreateTempSubdirectory("rlkit-package-").FullName;
        _packages = Path.Combine(_folder, "packages");
        Command.DotNetSucceeds(Repository.Root, "pack", "src/RlKit", "-c", Repository.Configuration, "--no-build", "-nologo", "-o", _packages, $"-p:PackageVersion={_version}");
    }

    [OneTimeTearDown]
    public void Clean()
    {
        Directory.Delete(_folder, recursive: true);
        string cache = System.Environment.GetEnvironmentVariable("NUGET_PACKAGES") ?? Path.Combine(System.Environment.GetFolderPath(System.Environment.SpecialFolder.UserProfile), ".nuget", "packages");
        string cached = Path.Combine(cache, "rlkit", _version);
        if (Directory.Exists(cached)) Directory.Delete(cached, recursive: true);
    }

    [Test]
    public void HoldsTheLibrariesTheirDocumentationAndWhatAPageShows()
    {
        using ZipArchive package = Open(".nupkg");
        string[] files = [.. package.Entries.Select(entry => entry.FullName).Where(IsContent).Order(StringComparer.Ordinal)];
        Assert.That(files, Is.EqualTo((string[])["README.md", "THIRD-PARTY-NOTICES.md", "icon.png", .. Libraries.SelectMany(name => new[] { $"lib/net10.0/{name}.dll", $"lib/net10.0/{name}.xml" })]));

        XElement metadata = Metadata(package);
        Assert.That(Value(metadata, "license"), Is.EqualTo("MIT"));
        Assert.That(Value(metadata, "readme"), Is.EqualTo("README.md"));
        Assert.That(Value(metadata, "icon"), Is.EqualTo("icon.png"));
        Assert.That(Value(metadata, "authors"), Is.Not.Empty);
        Assert.That(Value(metadata, "tags"), Does.Contain("reinforcement-learning"));
    }

    [Test]
    public void SaysWhereItsSourcesAreWhereTheCheckoutHasARemote()
    {
        string folder = Path.Combine(_folder, "with-remote");
        Command.DotNetSucceeds(Repository.Root, "pack", "src/RlKit", "-c", Repository.Configuration, "--no-build", "-nologo", "-o", folder, $"-p:PackageVersion={_version}", "-p:PrivateRepositoryUrl=https://example.org/rlkit");
        using ZipArchive package = ZipFile.OpenRead(Path.Combine(folder, $"RlKit.{_version}.nupkg"));
        XElement repository = Metadata(package).Elements().Single(element => element.Name.LocalName == "repository");
        Assert.That(repository.Attribute("url")?.Value, Is.EqualTo("https://example.org/rlkit"));
        if (Path.Exists(Repository.PathOf(".git"))) Assert.That(repository.Attribute("commit")?.Value, Has.Length.EqualTo(40));
    }

    [Test]
    public void NeedsWhatTheLibrariesNeedInTheVersionsOfDirectoryPackagesProps()
    {
        Dictionary<string, string> central = XDocument.Load(Repository.PathOf("Directory.Packages.props")).Descendants("PackageVersion").ToDictionary(package => package.Attribute("Include")!.Value, package => package.Attribute("Version")!.Value);
        string[] referenced = [.. Libraries.SelectMany(name => XDocument.Load(Repository.PathOf($"src/{name}/{name}.csproj")).Descendants("PackageReference")).Select(reference => reference.Attribute("Include")!.Value).Distinct().Order(StringComparer.Ordinal)];

        using ZipArchive package = Open(".nupkg");
        var needed = Metadata(package).Descendants().Where(element => element.Name.LocalName == "dependency").Select(dependency => (dependency.Attribute("id")!.Value, dependency.Attribute("version")!.Value));
        Assert.That(needed.Order(), Is.EqualTo(referenced.Select(name => (name, central[name]))));
    }

    [Test]
    public void SymbolsAreInAPackageBesideAndNameNoFolderOfTheMachine()
    {
        using ZipArchive package = Open(".snupkg");
        Assert.That(package.Entries.Select(entry => entry.FullName).Where(IsContent).Order(StringComparer.Ordinal), Is.EqualTo(Libraries.Select(name => $"lib/net10.0/{name}.pdb")));
        if (Repository.Configuration != "Release" || !Path.Exists(Repository.PathOf(".git"))) return;

        foreach (ZipArchiveEntry entry in package.Entries.Where(entry => entry.FullName.EndsWith(".pdb", StringComparison.Ordinal)))
        {
            var copy = new MemoryStream();
            using (Stream stream = entry.Open()) stream.CopyTo(copy);
            copy.Position = 0;
            using MetadataReaderProvider provider = MetadataReaderProvider.FromPortablePdbStream(copy);
            MetadataReader reader = provider.GetMetadataReader();
            string[] files = [.. reader.Documents.Select(document => reader.GetString(reader.GetDocument(document).Name))];
            Assert.That(files, Is.Not.Empty);
            Assert.That(files, Is.All.StartsWith("/_"), entry.FullName);
        }
    }

    [Test]
    public void ANewProjectTrainsByTheCodeOfTheReadme()
    {
        string project = NewProject("trains", $"{ReadmeTraining()}\nConsole.WriteLine($\"{{training.Step}} steps, mean {{evaluation.Mean:0.0}}, action {{action}}\");\n");
        Command.DotNetSucceeds(project, "build", "-c", "Release", "-nologo");
        Command run = Command.Run(project, TimeSpan.FromMinutes(2), Command.DotNet, Path.Combine("bin", "Release", "net10.0", "trains.dll"));
        Assert.That(run.ExitCode, Is.Zero, run.Output);
        Assert.That(run.Output, Does.Match(@"^\d+ steps, mean \d+\.\d, action [01]\n$"));
        Assert.That(File.Exists(Path.Combine(project, "cartpole.safetensors")), Is.True);
    }

    [Test, Category("Publish")]
    public void APolicyActsInATrimmedProgram()
    {
        string project = NewProject("trimmed", PolicyProgram, "<PublishTrimmed>true</PublishTrimmed>");
        if (!Restores(project, out string reason)) Assert.Ignore(reason);
        Command.DotNetSucceeds(project, "publish", "-c", "Release", "-r", RuntimeInformation.RuntimeIdentifier, "--self-contained", "-nologo", "-o", Path.Combine(project, "out"));
        Acts(project, "trimmed");
    }

    [Test, Category("Publish")]
    public void APolicyActsWithin50MillisecondsInAProgramCompiledAheadOfTime()
    {
        string project = NewProject("ahead", PolicyProgram, "<PublishAot>true</PublishAot>");
        if (!Restores(project, out string reason)) Assert.Ignore(reason);
        Command.DotNetSucceeds(project, "publish", "-c", "Release", "-r", RuntimeInformation.RuntimeIdentifier, "-nologo", "-o", Path.Combine(project, "out"));
        Assert.That(Acts(project, "ahead"), Is.LessThan(TimeSpan.FromMilliseconds(50)));
    }

    private const string PolicyProgram = """
        using RlKit;

        if (args is ["train"])
        {
            using IVectorEnvironment environments = Environments.MakeVector("CartPole-v1", 4);
            using var agent = new Ppo(environments, seed: 1);
            agent.Learn(4_000);
            agent.Policy.Save("policy.safetensors");
            return;
        }

        Policy policy = Policy.Load("policy.safetensors");
        Console.WriteLine(policy.Act(new float[] { 0.01f, 0.02f, 0.03f, 0.04f }));
        """;

    /// <summary>Trains with the published program, then starts it in a folder of its own that holds the policy besides; the shortest of five starts.</summary>
    private static TimeSpan Acts(string project, string name)
    {
        string published = Path.Combine(project, "out", OperatingSystem.IsWindows() ? name + ".exe" : name);
        string empty = Directory.CreateDirectory(Path.Combine(project, "policy")).FullName;
        Command training = Command.Run(empty, TimeSpan.FromMinutes(2), published, "train");
        Assert.That(training.ExitCode, Is.Zero, training.Output);
        Assert.That(Directory.GetFiles(empty).Select(Path.GetFileName), Is.EqualTo(new[] { "policy.safetensors" }));

        TimeSpan shortest = TimeSpan.MaxValue;
        for (int start = 0; start < 5; start++)
        {
            Command run = Command.Run(empty, TimeSpan.FromMinutes(1), published);
            Assert.That(run.Output, Does.Match("^[01]\n$"));
            if (run.Elapsed < shortest) shortest = run.Elapsed;
        }

        TestContext.Out.WriteLine($"{name}: {shortest.TotalMilliseconds:0} ms from start to exit.");
        return shortest;
    }

    private static bool Restores(string project, out string reason)
    {
        Command restore = Command.Run(project, TimeSpan.FromMinutes(5), Command.DotNet, "restore", "-r", RuntimeInformation.RuntimeIdentifier, "-nologo");
        string? missing = restore.Output.Split('\n').FirstOrDefault(line => line.Contains("Microsoft.NETCore.App.Runtime", StringComparison.Ordinal) || line.Contains("ILCompiler", StringComparison.Ordinal) || line.Contains("ILLink", StringComparison.Ordinal));
        reason = restore.ExitCode == 0 ? "" : $"What publishing needs cannot be restored here: {missing?.Trim()}";
        if (restore.ExitCode != 0 && missing is null) Assert.Fail(restore.Output);
        return restore.ExitCode == 0;
    }

    /// <summary>The README's block of code that trains an agent.</summary>
    private static string ReadmeTraining() =>
        "using RlKit;\n" + Repository.Read("README.md").Split("```csharp\n")[1..].Select(block => block[..block.IndexOf("```", StringComparison.Ordinal)]).First(block => block.Contains("agent.Learn(", StringComparison.Ordinal)).Replace("using RlKit;\n", "", StringComparison.Ordinal);

    private string NewProject(string name, string program, string properties = "")
    {
        string project = Directory.CreateDirectory(Path.Combine(_folder, name)).FullName;
        File.WriteAllText(Path.Combine(project, "nuget.config"), $"""<configuration><packageSources><add key="tested" value="{_packages}" /></packageSources></configuration>""");
        File.WriteAllText(Path.Combine(project, "Program.cs"), program);
        File.WriteAllText(Path.Combine(project, name + ".csproj"), $"""
            <Project Sdk="Microsoft.NET.Sdk">
              <PropertyGroup>
                <OutputType>Exe</OutputType>
                <TargetFramework>net10.0</TargetFramework>
                <Nullable>enable</Nullable>
                <ImplicitUsings>enable</ImplicitUsings>
                <NuGetAudit>false</NuGetAudit>
                {properties}
              </PropertyGroup>
              <ItemGroup>
                <PackageReference Include="RlKit" Version="{_version}" />
              </ItemGroup>
            </Project>
            """);
        return project;
    }

    private ZipArchive Open(string extension) => ZipFile.OpenRead(Path.Combine(_packages, $"RlKit.{_version}{extension}"));

    private static XElement Metadata(ZipArchive package)
    {
        using Stream stream = package.GetEntry("RlKit.nuspec")!.Open();
        return XDocument.Load(stream).Root!.Elements().Single();
    }

    private static string Value(XElement metadata, string name) => metadata.Elements().Single(element => element.Name.LocalName == name).Value;

    private static bool IsContent(string file) => !file.StartsWith("_rels", StringComparison.Ordinal) && !file.StartsWith("package/", StringComparison.Ordinal) && file is not ("[Content_Types].xml" or "RlKit.nuspec");
}
