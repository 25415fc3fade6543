using System.Globalization;
using RlKit.Tracking.Protobuf;

namespace RlKit.Tests.TensorBoard;

/// <summary>Reads hyper-parameters in event files.</summary>
internal static class HyperParameters
{
    /// <summary>One entry of a session's map, its value as text.</summary>
    public static (string Name, string Value) Pair(ReadOnlySpan<byte> entry)
    {
        string name = "", text = "";
        var fields = new ProtobufReader(entry);
        while (fields.Next(out int field))
        {
            if (field == 1)
            {
                name = fields.Text();
            }
            else
            {
                var value = new ProtobufReader(fields.Bytes());
                while (value.Next(out int kind))
                {
                    text = kind switch
                    {
                        2 => value.Double().ToString(CultureInfo.InvariantCulture),
                        3 => value.Text(),
                        4 => value.Integer() != 0 ? "true" : "false",
                        _ => throw new InvalidDataException($"There is no value of kind {kind}."),
                    };
                }
            }
        }

        return (name, text);
    }
}
