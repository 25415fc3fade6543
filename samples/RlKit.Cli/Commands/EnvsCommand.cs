using System.CommandLine;
using System.Globalization;
using System.Text.Json;

namespace RlKit.Cli.Commands;

/// <summary><c>rlkit envs</c>: what environments there are.</summary>
internal static class EnvsCommand
{
    private const int LongestName = 44;

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
        TerminalTable table = new TerminalTable()
            .AddColumn("id").AddColumn("observations", rank: 2).AddColumn("actions", rank: 1).AddColumn("solved at", isNumber: true, rank: 1).AddColumn("steps", isNumber: true, rank: 1);
        foreach (EnvironmentSpec spec in Environments.Registry.Specs)
        {
            using IEnvironment environment = Environments.Make(spec.Id);
            table.AddRow(
                spec.Id,
                Short(environment.ObservationSpace),
                Short(environment.ActionSpace),
                spec.RewardThreshold?.ToString(CultureInfo.InvariantCulture) ?? TerminalTable.Nothing,
                spec.MaxEpisodeSteps?.ToString(CultureInfo.InvariantCulture) ?? TerminalTable.Nothing);
        }

        table.Write();
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
