using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using FieldNode.Host.Web;
using FieldNode.Log;
using FieldNode.Log.Merge;
using FieldNode.Log.Nodes;
using FieldNode.Log.Parts;
using FieldNode.Log.Store;
using FieldNode.Protocol;
using Microsoft.AspNetCore.Http;

namespace FieldNode.Host.Http;

/// <summary><c>POST /v1/batches</c>: checks length, type, form, host, node and tag, merges the batch, and answers with a signed
/// acknowledgement after the commit. A repeated batch gets the same acknowledgement and adds nothing.</summary>
/// <param name="rosterOf">Returns the number of a site's roster; 0 if none.</param>
public sealed class BatchEndpoint(HostStore store, NodeRegistry nodes, MergeQueue queue, TimeProvider time, Func<string, byte> rosterOf)
{
    public const string Path = "/v1/batches";
    public const string ContentType = "application/vnd.fieldnode.batch";
    public const string ReplyContentType = "application/vnd.fieldnode.reply";

    // Key derivation steps that cost as much as one request; and the cost of a new epoch in requests, for its own rows and its part in
    // every answer.
    private const uint StepsPerRequest = 512;
    private const int RequestsPerEpoch = 50;

    private static readonly TimeSpan s_readAgain = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan s_revokedWithin = TimeSpan.FromSeconds(5);

    private readonly ConcurrentDictionary<ulong, (EnrolledNode Node, long ReadAt)> _known = new();
    private readonly EpochLimit _epochs = new(store);

    public async Task Handle(HttpContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        await RequestBody.Exchange(context, ContentType, Batch.BytesMax, ReplyContentType, Answer);
    }

    /// <summary>Limits how fast a node may send; null for no limit.</summary>
    public RequestLimit? Requests { get; init; }

    /// <summary>Disk space that uploads leave free; null for none.</summary>
    public DiskReserve? Reserve { get; init; }

    /// <summary>Handles the body of a request; returns a reply or a problem.</summary>
    public async Task<(byte[] Reply, Problem? Problem)> Answer(byte[] body)
    {
        ArgumentNullException.ThrowIfNull(body);
        var batch = new Batch();
        try
        {
            var problem = Check(batch, body, out var node);
            if (problem is not null)
            {
                return ([], problem);
            }

            var part = LogPart.FromBatch(batch, body, LogSource.Upload);
            var steps = queue.StepsTo(part);
            problem = CheckRate(part, steps) ?? Reserve?.Shortage;
            if (problem is not null)
            {
                return ([], problem);
            }

            return await queue.DeriveAhead(part, steps) && queue.TryAdd(part, out var merging)
                ? (Write(batch, body, node!, await merging), null)
                : ([], Problem.Busy("too many batches are waiting"));
        }
        catch (HostFault fault)
        {
            return ([], Problem.Busy(fault.English));
        }
    }

    private Problem? CheckRate(LogPart part, uint steps)
    {
        var isNew = _epochs.IsNew(part.NodeId, part.Epoch, out var epochs);
        if (isNew && epochs >= EpochLimit.EpochsMax)
        {
            return Problem.TooManyEpochs(part.NodeId, EpochLimit.EpochsMax);
        }

        var cost = 1 + steps / StepsPerRequest + (isNew ? RequestsPerEpoch : 0);
        return Requests?.CheckRate(part.NodeId, (int)cost);
    }

    private Problem? Check(Batch batch, byte[] body, out EnrolledNode? node)
    {
        node = null;
        var fault = batch.TryRead(body, 0, body.Length);
        if (fault != BatchFault.None)
        {
            return Problem.Malformed(BatchFaults.Describe(fault));
        }

        if (batch.TotalBytes != body.Length)
        {
            return Problem.Malformed($"{body.Length - batch.TotalBytes} bytes follow the batch");
        }

        if (batch.HostId != store.HostId)
        {
            return Problem.WrongHost(batch.HostId, store.HostId);
        }

        if (batch.Version < Batch.NewestVersion)
        {
            return Problem.OldVersion();
        }

        node = Find(batch.NodeId, reload: false);
        if (node?.Key is not null && !BatchTag.Fits(body, isVersion1: false, node))
        {
            node = Find(batch.NodeId, reload: true);
        }

        var problem = Problem.OfNode(node, batch.NodeId)
            ?? (BatchTag.Fits(body, isVersion1: false, node!) ? null : Problem.BadTag(batch.NodeId));
        if (problem is null && node!.HoldsExchange)
        {
            new NodeClaims(store, time).ForgetExchange(node.Id);
            Forget(node.Id);
        }

        return problem;
    }

    /// <summary>Drops a node from the cache, so that its next batch is checked with its new key.</summary>
    public void Forget(ulong node)
    {
        _known.TryRemove(node, out _);
    }

    // A cached node is read again after a while: it may have traded its claim for a key, got a new key with a new card, or been revoked.
    private EnrolledNode? Find(ulong id, bool reload)
    {
        if (_known.TryGetValue(id, out var known) && time.GetElapsedTime(known.ReadAt) < (known.Node.Key is null || reload ? s_readAgain
            : s_revokedWithin))
        {
            return known.Node;
        }

        var node = nodes.Find(id);
        if (node is not null)
        {
            _known[id] = (node, time.GetTimestamp());
        }

        return node;
    }

    private byte[] Write(Batch batch, byte[] body, EnrolledNode node, MergeResult merged)
    {
        var reply = new Reply
        {
            NodeId = batch.NodeId,
            Epoch = batch.Epoch,
            HeldUpTo = merged.HeldUpTo,
            AcknowledgedUpTo = merged.AcknowledgedUpTo,
            Roster = rosterOf(node.Site),
            HostUtcMs = (ulong)time.GetUtcNow().ToUnixTimeMilliseconds(),
            Problem = merged.Conflicts > 0 ? Reply.ProblemConflict : merged.TwoEpochs ? Reply.ProblemTwoEpochs
                : merged.AcknowledgedUpTo < merged.HeldUpTo ? Reply.ProblemUnreadable : (ushort)0,
        };
        body.AsSpan(batch.TaggedBytes, Reply.EchoBytes).CopyTo(reply.Echo);
        foreach (var message in merged.Messages)
        {
            reply.AddMessage(message.Kind, message.Sequence, Encoding.UTF8.GetBytes(message.Lane));
        }

        var buffer = new byte[Reply.BytesMax];
        var tagged = reply.Write(buffer);
        HMACSHA256.HashData(node.Links!.Reply, buffer.AsSpan(0, tagged), buffer.AsSpan(tagged, Reply.TagBytes));
        return buffer[..(tagged + Reply.TagBytes)];
    }
}
