using System.Text.Json;
using FieldNode.Lane;
using FieldNode.Protocol.Flash;

namespace FieldNode.Host.Projection;

/// <summary>What a node told of its lane's state, as of one of its records (docs/protocol.md, "Status").</summary>
/// <param name="State">As <see cref="LaneState.Save"/> writes it.</param>
public sealed record LaneReport(ulong Node, uint Epoch, uint Record, byte[] State)
{
    /// <summary>The host's state as of the same record; null: it was not compared yet.</summary>
    internal byte[]? Held { get; init; }

    internal bool IsSame => Held is not null && State.AsSpan().SequenceEqual(Held);

    internal bool Differs => Held is not null && !IsSame;

    /// <summary>Reads what a status says of the lane; null when it says nothing, as an older node's.</summary>
    /// <exception cref="InvalidDataException">It says something that cannot be.</exception>
    public static LaneReport? Of(ulong node, JsonElement status)
    {
        if (!status.TryGetProperty("Checkpoint", out var checkpoint) || (checkpoint.ValueKind == JsonValueKind.String && checkpoint.GetString() is ""))
        {
            return null;
        }

        return checkpoint.ValueKind == JsonValueKind.String && checkpoint.TryGetBytesFromBase64(out var state) && state.Length <= SectorHead.StateBytesMax
            && Number(status, "Epoch") is { } epoch and > 0 && Number(status, "Record") is { } record
            ? new LaneReport(node, epoch, record, state)
            : throw new InvalidDataException($"Checkpoint is base64 of at most {SectorHead.StateBytesMax} bytes, beside Epoch and Record, which are whole numbers");
    }

    private static uint? Number(JsonElement status, string name)
    {
        return status.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number && value.TryGetUInt32(out var number) ? number : null;
    }
}
