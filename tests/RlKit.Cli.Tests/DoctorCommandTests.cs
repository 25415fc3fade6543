using System.Runtime.Versioning;
using System.Text.Json;

namespace RlKit.Tests.Cli;

internal sealed class DoctorCommandTests
{
    [Test]
    public void TheManagedEngineIsThereWithItsInstructions()
    {
        JsonElement doctor = Ask([]);

        JsonElement managed = doctor.GetProperty("engines").EnumerateArray().Single(engine => engine.GetProperty("name").GetString() == "managed");
        Assert.That(managed.GetProperty("devices").EnumerateArray().Select(device => device.GetString()), Is.EqualTo(["cpu"]));
        Assert.That(managed.GetProperty("missing_file").ValueKind, Is.EqualTo(JsonValueKind.Null));
        Assert.That(doctor.GetProperty("vector_instructions").GetString(), Is.EqualTo(RlKit.Tensors.VectorInstructions.Name));
        Assert.That(doctor.GetProperty("vector_width").GetInt32(), Is.EqualTo(RlKit.Tensors.VectorInstructions.Width));
        Assert.That(doctor.GetProperty("processors").GetInt32(), Is.EqualTo(System.Environment.ProcessorCount));
        Assert.That(doctor.GetProperty("threads").GetInt32(), Is.Positive);
        Assert.That(doctor.GetProperty("memory_bytes").GetInt64(), Is.GreaterThan(1L << 20));
    }

    [Test]
    public void WithoutVectorInstructionsItSaysWhichSettingToLookAt()
    {
        JsonElement doctor = Ask([new("DOTNET_EnableHWIntrinsic", "0")]);

        Assert.That(doctor.GetProperty("vector_instructions").GetString(), Is.EqualTo("none"));
        Assert.That(doctor.GetProperty("vector_width").GetInt32(), Is.EqualTo(1));
        Assert.That(doctor.GetProperty("engines")[0].GetProperty("remedy").GetString(), Does.Contain("DOTNET_EnableHWIntrinsic"));
    }

    [Test]
    public void AMissingPackageIsNamed()
    {
        JsonElement torch = Ask([]).GetProperty("engines").EnumerateArray().Single(engine => engine.GetProperty("name").GetString() == "torch");

        Assert.That(torch.GetProperty("devices").GetArrayLength(), Is.Zero);
        Assert.That(torch.GetProperty("remedy").GetString(), Does.Contain("RlKit.TorchSharp").And.Contain("TorchSharp-cpu"));
    }

    [Test]
    public void MissingProgramsAreNamedWithWhereToGetThem()
    {
        string empty = Directory.CreateTempSubdirectory("rlkit-doctor-").FullName;
        JsonElement[] programs = [.. Ask([new("PATH", empty)]).GetProperty("programs").EnumerateArray()];
        Directory.Delete(empty);

        Assert.That(programs.Select(program => program.GetProperty("name").GetString()), Is.EqualTo(["ffmpeg", "nvidia-smi"]));
        Assert.That(programs.Select(program => program.GetProperty("path").ValueKind), Is.All.EqualTo(JsonValueKind.Null));
        Assert.That(programs[0].GetProperty("remedy").GetString(), Does.Contain("apt install ffmpeg"));
        Assert.That(programs[1].GetProperty("remedy").GetString(), Does.Contain("NVIDIA's driver"));
    }

    [Test]
    [Platform(Exclude = "Win", Reason = "The stand-ins for the programs are shell scripts.")]
    [UnsupportedOSPlatform("windows")]
    public void WhatTheProgramsSayIsPassedOn()
    {
        string folder = Directory.CreateTempSubdirectory("rlkit-doctor-").FullName;
        WriteScript("ffmpeg", "case $1 in -version) echo 'ffmpeg version 9.8 Copyright (c) someone';; *) echo ' V..... libx264 H.264';; esac");
        WriteScript("nvidia-smi", "echo 'NVIDIA Card, 8192 MiB, 550.1'; echo 'NVIDIA Other, 4096 MiB, 550.1'");
        JsonElement[] programs = [.. Ask([new("PATH", folder)]).GetProperty("programs").EnumerateArray()];
        Directory.Delete(folder, recursive: true);

        Assert.That(programs[0].GetProperty("detail").GetString(), Is.EqualTo("9.8"));
        Assert.That(programs[0].GetProperty("path").GetString(), Is.EqualTo(Path.Combine(folder, "ffmpeg")));
        Assert.That(programs[1].GetProperty("detail").GetString(), Is.EqualTo("NVIDIA Card, 8192 MiB, 550.1; NVIDIA Other, 4096 MiB, 550.1"));

        void WriteScript(string name, string body)
        {
            string path = Path.Combine(folder, name);
            File.WriteAllText(path, $"#!/bin/sh\n{body}\n");
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
    }

    [Test]
    public void TheTextSaysTheSame()
    {
        (int exitCode, string output, string errors) = Rlkit.Run("doctor");

        Assert.That(exitCode, Is.Zero, errors);
        Assert.That(output, Does.StartWith("RlKit ").And.Contain("engine managed").And.Contain("device cpu").And.Contain("engine torch").And.Contain("ffmpeg").And.Contain("nvidia-smi"));
    }

    private static JsonElement Ask(KeyValuePair<string, string>[] environment)
    {
        (int exitCode, string output, string errors) = Rlkit.RunWith(environment, "doctor", "--json");
        Assert.That(exitCode, Is.Zero, errors);
        using JsonDocument json = JsonDocument.Parse(output);
        return json.RootElement.Clone();
    }
}
