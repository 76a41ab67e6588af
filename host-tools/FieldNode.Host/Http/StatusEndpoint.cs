using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using FieldNode.Host.Web;
using FieldNode.Log;
using FieldNode.Log.Nodes;
using FieldNode.Log.Parts;
using FieldNode.Protocol.Flash;
using Microsoft.AspNetCore.Http;

namespace FieldNode.Host.Http;

/// <summary><c>POST /v1/status</c>: one line of JSON, a line feed, and the 64 hex digits of its tag under the node's status key. The latest
/// status of each node is kept; <c>nodes list</c> shows it.</summary>
public sealed class StatusEndpoint(NodeRegistry nodes, NodeStatuses statuses, TimeProvider time)
{
    public const string Path = "/v1/status";
    public const string ContentType = "application/json";
    public const int BytesMax = 2048;

    private const int TagDigits = 64;

    /// <summary>Receives the lane state from a status; null if it is not compared.</summary>
    public Action<LaneReport>? Tell { get; init; }

    /// <summary>Limits how fast a node may send; null for no limit.</summary>
    public RequestLimit? Requests { get; init; }

    public async Task Handle(HttpContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        var (body, problem) = await RequestBody.Read(context.Request, ContentType, BytesMax);
        problem ??= Take(body);
        if (problem is not null)
        {
            await problem.Write(context);
            return;
        }

        context.Response.StatusCode = StatusCodes.Status204NoContent;
    }

    /// <summary>Stores a status; returns the problem, or null if it was stored.</summary>
    public Problem? Take(byte[] body)
    {
        ArgumentNullException.ThrowIfNull(body);
        var line = body.Length - TagDigits - 1;
        if (line < 2 || body[line] != (byte)'\n' || !TryParse(body.AsMemory(0, line), out var node, out var boot, out var ticks,
            out var lane))
        {
            return Problem.Malformed("a status is a JSON object with Node (16 hex digits), Boot and Ticks, and with Epoch and Record if "
                + "there is a Checkpoint (base64), a line feed and 64 hex digits");
        }

        try
        {
            var known = nodes.Find(node);
            if (Problem.OfNode(known, node) is { } problem)
            {
                return problem;
            }

            var tag = Encoding.ASCII.GetBytes(Convert.ToHexString(HMACSHA256.HashData(known!.Links!.Status, body.AsSpan(0, line))));
            if (!CryptographicOperations.FixedTimeEquals(tag, body.AsSpan(line + 1)))
            {
                return Problem.BadTag(node);
            }

            if (Requests?.CheckRate(node) is { } tooFast)
            {
                return tooFast;
            }

            statuses.Put(new StatusReport(node, boot, ticks, time.GetUtcNow(), Encoding.UTF8.GetString(body, 0, line)));
            if (lane is not null)
            {
                Tell?.Invoke(lane);
            }

            return null;
        }
        catch (HostFault fault)
        {
            return Problem.Busy(fault.English);
        }
    }

    /// <summary>Parses a status; false if it is invalid.</summary>
    public static bool TryParse(ReadOnlyMemory<byte> json, out ulong node, out uint boot, out uint ticks, out LaneReport? lane)
    {
        (node, boot, ticks, lane) = (0, 0, 0, null);
        try
        {
            using var document = JsonDocument.Parse(json);
            var root = document.RootElement;
            var isStatus = root.ValueKind == JsonValueKind.Object
                && root.TryGetProperty("Node", out var id) && id.ValueKind == JsonValueKind.String
                && ulong.TryParse(id.GetString(), System.Globalization.NumberStyles.AllowHexSpecifier,
                    System.Globalization.CultureInfo.InvariantCulture, out node)
                && root.TryGetProperty("Boot", out var starts) && starts.ValueKind == JsonValueKind.Number && starts.TryGetUInt32(out boot)
                && root.TryGetProperty("Ticks", out var since) && since.ValueKind == JsonValueKind.Number && since.TryGetUInt32(out ticks)
                && StatusReport.Parts.All(part => !root.TryGetProperty(part, out var state)
                    || (state.ValueKind == JsonValueKind.String && state.GetString() is not null));
            lane = isStatus ? LaneOf(node, root) : null;
            return isStatus;
        }
        // InvalidOperationException: a text with half of a surrogate pair
        catch (Exception e) when (e is JsonException or InvalidOperationException or InvalidDataException)
        {
            return false;
        }
    }

    // The lane state in a status; null if absent, as from an older node.
    private static LaneReport? LaneOf(ulong node, JsonElement status)
    {
        if (!status.TryGetProperty("Checkpoint", out var checkpoint)
            || (checkpoint.ValueKind == JsonValueKind.String && checkpoint.GetString() is ""))
        {
            return null;
        }

        return checkpoint.ValueKind == JsonValueKind.String && checkpoint.TryGetBytesFromBase64(out var state)
            && state.Length <= SectorHead.StateBytesMax
            && Number(status, "Epoch") is { } epoch and > 0 && Number(status, "Record") is { } record
            ? new LaneReport(node, epoch, record, state)
            : throw new InvalidDataException("a checkpoint is a lane's state in base64, with its epoch and record");
    }

    private static uint? Number(JsonElement status, string name)
    {
        return status.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number && value.TryGetUInt32(out var number)
            ? number : null;
    }
}
