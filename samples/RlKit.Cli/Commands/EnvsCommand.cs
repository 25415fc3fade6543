using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Spectre.Console;

namespace RlKit.Cli.Commands;

/// <summary><c>rlkit envs</c>: what environments there are.</summary>
internal static class EnvsCommand
{
    private const int WidthWhenPiped = 240, LongestName = 44;

    public static Command Create()
    {
        var json = new Option<bool>("--json") { Description = "Write a JSON array." };
        var command = new Command("envs", "List the environments: ids, spaces, thresholds and limits.") { json };
        command.SetAction(parsed =>
        {
            if (parsed.GetValue(json)) WriteJson();
            else WriteTable();
            return CommandRunner.Success;
        });
        return command;
    }

    private static void WriteTable()
    {
        IAnsiConsole console = AnsiConsole.Create(new AnsiConsoleSettings());
        var table = new Table { Border = TableBorder.Simple };
        if (Console.IsOutputRedirected)
        {
            console.Profile.Width = WidthWhenPiped;
            table.Border = TableBorder.None;
        }

        table.AddColumn("id").AddColumn("observations").AddColumn("actions");
        table.AddColumn(new TableColumn("solved at").RightAligned()).AddColumn(new TableColumn("steps").RightAligned());
        foreach (EnvironmentSpec spec in Environments.Registry.Specs)
        {
            using IEnvironment environment = Environments.Make(spec.Id);
            table.AddRow(
                new Text(spec.Id),
                new Text(Short(environment.ObservationSpace)),
                new Text(Short(environment.ActionSpace)),
                new Text(spec.RewardThreshold?.ToString(CultureInfo.InvariantCulture) ?? "-"),
                new Text(spec.MaxEpisodeSteps?.ToString(CultureInfo.InvariantCulture) ?? "-"));
        }

        console.Write(table);
    }

    // A box with bounds of its own for each element takes too much room for a table.
    private static string Short(Space space)
    {
        string name = space.ToString();
        if (name.Length <= LongestName || space is not (Box<float> or Box<byte>)) return name;
        string shape = string.Join(", ", space.Shape.ToArray().Select(side => side.ToString(CultureInfo.InvariantCulture)));
        return $"Box(({shape}{(space.Shape.Length == 1 ? "," : "")}), {(space is Box<byte> ? "uint8" : "float32")})";
    }

    private static void WriteJson()
    {
        using Stream output = Console.OpenStandardOutput();
        using var writer = new Utf8JsonWriter(output, new JsonWriterOptions { Indented = true });
        writer.WriteStartArray();
        foreach (EnvironmentSpec spec in Environments.Registry.Specs)
        {
            using IEnvironment environment = Environments.Make(spec.Id);
            writer.WriteStartObject();
            writer.WriteString("id", spec.Id);
            writer.WriteString("summary", spec.Summary);
            writer.WriteString("observation_space", environment.ObservationSpace.ToString());
            writer.WriteString("action_space", environment.ActionSpace.ToString());
            if (spec.RewardThreshold is { } threshold) writer.WriteNumber("reward_threshold", threshold);
            else writer.WriteNull("reward_threshold");
            if (spec.MaxEpisodeSteps is { } limit) writer.WriteNumber("max_episode_steps", limit);
            else writer.WriteNull("max_episode_steps");
            writer.WriteBoolean("nondeterministic", spec.Nondeterministic);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.Flush();
        output.WriteByte((byte)'\n');
    }
}
