using System.Collections.Concurrent;
using System.Security.Cryptography;
using FieldNode.Answers.Roster;
using FieldNode.Host.Web;
using FieldNode.Log;
using FieldNode.Log.Nodes;
using FieldNode.Log.Store;
using FieldNode.Protocol;
using Microsoft.AspNetCore.Http;

namespace FieldNode.Host.Http;

/// <summary><c>POST /v1/rosters</c>: a node downloads the roster of its site, part by part (<see cref="RosterMessage"/>).</summary>
public sealed class RosterEndpoint(HostStore store, NodeRegistry nodes, Rosters rosters, TimeProvider time)
{
    public const string Path = "/v1/rosters";
    public const string ContentType = "application/vnd.fieldnode.roster";

    private static readonly TimeSpan s_readAgain = TimeSpan.FromSeconds(1);

    private readonly ConcurrentDictionary<string, (long ReadAt, PackedRoster? Roster)> _sites = new();

    public async Task Handle(HttpContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        await RequestBody.Exchange(context, ContentType, RosterMessage.RequestBytes, ContentType, body => Task.FromResult(Answer(body)));
    }

    /// <summary>Limits how fast a node may ask; null for no limit.</summary>
    public RequestLimit? Requests { get; init; }

    /// <summary>Handles the body of a request; returns an answer or a problem.</summary>
    public (byte[] Answer, Problem? Problem) Answer(byte[] body)
    {
        ArgumentNullException.ThrowIfNull(body);
        if (!RosterMessage.IsRequest(body, body.Length))
        {
            return ([], Problem.Malformed($"a roster request has {RosterMessage.RequestBytes} bytes and begins with FNR2"));
        }

        if (RosterMessage.HostOf(body) != store.HostId)
        {
            return ([], Problem.WrongHost(RosterMessage.HostOf(body), store.HostId));
        }

        try
        {
            var id = RosterMessage.NodeOf(body, isRequest: true);
            var node = nodes.Find(id);
            if (Problem.OfNode(node, id) is { } problem)
            {
                return ([], problem);
            }

            var key = node!.Links!.Roster;
            if (!CryptographicOperations.FixedTimeEquals(HMACSHA256.HashData(key, body.AsSpan(0, RosterMessage.RequestTagged)),
                body.AsSpan(RosterMessage.RequestTagged)))
            {
                return ([], Problem.BadTag(id));
            }

            if (Requests?.CheckRate(id) is { } tooFast)
            {
                return ([], tooFast);
            }

            if (rosters.Find(node.Site) is { } roster)
            {
                return (Write(body, roster.Table, roster.Body, key), null);
            }

            return RosterMessage.NumberOf(body) == 0 ? (Write(body, new RosterTable(), [], key), null) : ([], Problem.NoRoster(node.Site));
        }
        catch (HostFault fault)
        {
            return ([], Problem.Busy(fault.English));
        }
    }

    /// <summary>Number of a site's roster; 0 if none. Every reply contains it, so it is read from the store at most once a
    /// second.</summary>
    public byte NumberOf(string site)
    {
        if (!_sites.TryGetValue(site, out var known) || time.GetElapsedTime(known.ReadAt) >= s_readAgain)
        {
            known = _sites[site] = (time.GetTimestamp(), rosters.Find(site));
        }

        return known.Roster?.Number ?? 0;
    }

    private static byte[] Write(byte[] request, RosterTable table, byte[] body, byte[] key)
    {
        var asked = RosterMessage.OffsetOf(request);
        var offset = (int)Math.Min(asked, (uint)body.Length);
        var count = Math.Min(RosterMessage.PartMax, body.Length - offset);
        var buffer = new byte[RosterMessage.AnswerBytesMax];
        body.AsSpan(offset, count).CopyTo(buffer.AsSpan(RosterMessage.HeadBytes));
        var tagged = RosterMessage.WriteAnswer(buffer, request, table, asked, count, HmacTags.Instance, key,
            RandomNumberGenerator.GetBytes(RosterMessage.SaltBytes));
        HMACSHA256.HashData(key, buffer.AsSpan(0, tagged), buffer.AsSpan(tagged, RosterMessage.TagBytes));
        return buffer[..(tagged + RosterMessage.TagBytes)];
    }
}
