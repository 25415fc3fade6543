using System.CommandLine;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json;
using RlKit.Cli.Diagnosis;
using RlKit.Tensors;

namespace RlKit.Cli.Commands;

/// <summary><c>rlkit doctor</c>: what there is to train with, what is missing, and how to add it.</summary>
internal static class DoctorCommand
{
    public static Command Create()
    {
        var json = new Option<bool>("--json") { Description = "Write one JSON object." };
        var command = new Command("doctor", "Tell which engines, devices, instructions, threads and programs there are, what is missing, and how to add it.") { json };
        command.SetAction(parsed =>
        {
            EngineFinding[] engines = [Machine.ManagedEngine(), TorchEngine.Examine()];
            ProgramFinding[] programs = [Machine.Ffmpeg(), Machine.NvidiaSmi()];
            if (parsed.GetValue(json)) WriteJson(engines, programs);
            else WriteText(Console.Out, engines, programs);
            return CommandRunner.Success;
        });
        return command;
    }

    private static void WriteText(TextWriter output, EngineFinding[] engines, ProgramFinding[] programs)
    {
        output.WriteLine(Machine.Describe());
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"threads: {TensorThreads.Count} for large layers in the library; rlkit train takes 1 unless --threads says otherwise"));
        output.WriteLine();
        foreach (EngineFinding engine in engines)
        {
            string devices = engine.Devices.Count == 0 ? "" : $"{(engine.Devices.Count == 1 ? "device" : "devices")} {string.Join(", ", engine.Devices)}; ";
            Line("engine " + engine.Name, engine.Devices.Count > 0, devices + engine.Detail, engine.Remedy);
        }

        foreach (ProgramFinding program in programs)
            Line(program.Name, program.Path is not null && program.Remedy is null, program.Detail + (program.Path is null ? "" : $" ({program.Path})"), program.Remedy);

        void Line(string name, bool isPresent, string detail, string? remedy)
        {
            output.WriteLine($"{(isPresent ? "ok" : "missing"),-9}{name,-16}{detail}");
            if (remedy is not null) output.WriteLine($"{"",-25}{remedy}");
        }
    }

    private static void WriteJson(EngineFinding[] engines, ProgramFinding[] programs)
    {
        using Stream output = Console.OpenStandardOutput();
        using var writer = new Utf8JsonWriter(output, new JsonWriterOptions { Indented = true });
        writer.WriteStartObject();
        writer.WriteString("rlkit", Machine.Version);
        writer.WriteString("runtime", RuntimeInformation.FrameworkDescription);
        writer.WriteString("system", RuntimeInformation.OSDescription);
        writer.WriteString("architecture", RuntimeInformation.ProcessArchitecture.ToString());
        writer.WriteNumber("processors", System.Environment.ProcessorCount);
        writer.WriteNumber("threads", TensorThreads.Count);
        writer.WriteNumber("memory_bytes", Machine.Memory);
        writer.WriteString("vector_instructions", VectorInstructions.Name);
        writer.WriteNumber("vector_width", VectorInstructions.Width);
        writer.WriteStartArray("engines");
        foreach (EngineFinding engine in engines)
        {
            writer.WriteStartObject();
            writer.WriteString("name", engine.Name);
            writer.WriteStartArray("devices");
            foreach (string device in engine.Devices) writer.WriteStringValue(device);
            writer.WriteEndArray();
            writer.WriteString("detail", engine.Detail);
            writer.WriteString("missing_file", engine.MissingFile);
            writer.WriteString("remedy", engine.Remedy);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteStartArray("programs");
        foreach (ProgramFinding program in programs)
        {
            writer.WriteStartObject();
            writer.WriteString("name", program.Name);
            writer.WriteString("path", program.Path);
            writer.WriteString("detail", program.Detail);
            writer.WriteString("remedy", program.Remedy);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
        writer.Flush();
        output.WriteByte((byte)'\n');
    }
}
