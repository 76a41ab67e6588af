using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using FieldNode.Host.Merge;
using FieldNode.Host.Store;
using FieldNode.Protocol;
using Microsoft.AspNetCore.Http;

namespace FieldNode.Host.Http;

/// <summary>
/// <c>POST /v1/batches</c>: checks length, type, form, host, node and tag, merges, and answers with a signed acknowledgement after the
/// commit. An identical batch again gets the same answer and adds nothing.
/// </summary>
/// <param name="rosterOf">Number of a site's roster, 0 for none.</param>
public sealed class BatchEndpoint(HostStore store, NodeRegistry nodes, MergeQueue queue, TimeProvider time, Func<string, byte> rosterOf)
{
    public const string Path = "/v1/batches";
    public const string ContentType = "application/vnd.fieldnode.batch";
    public const string ReplyContentType = "application/vnd.fieldnode.reply";

    private static readonly TimeSpan s_readAgain = TimeSpan.FromSeconds(1);

    private readonly ConcurrentDictionary<ulong, EnrolledNode> _known = new();
    private long _readAt;

    public async Task Handle(HttpContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        await RequestBody.Exchange(context, ContentType, Batch.BytesMax, ReplyContentType, Answer);
    }

    /// <summary>Answers the bytes of a request: a reply, or a problem.</summary>
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

            return queue.TryAdd(LogPart.Of(batch, body, LogSource.Upload), out var merging)
                ? (Write(batch, body, node!, await merging), null)
                : ([], Problem.Busy("too many batches are waiting"));
        }
        catch (HostFault fault)
        {
            return ([], Problem.Busy(fault.English));
        }
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

        node = Find(batch.NodeId, reload: false);
        if (node?.Key is not null && !HasTag(body, batch.TaggedBytes, node.Key))
        {
            node = Find(batch.NodeId, reload: true);
        }

        if (node?.Key is null)
        {
            return Problem.UnknownNode(batch.NodeId);
        }

        return HasTag(body, batch.TaggedBytes, node.Key) ? null : Problem.BadTag(batch.NodeId);
    }

    /// <summary>A node has a new key: its next batch finds it.</summary>
    public void Forget(ulong node)
    {
        _known.TryRemove(node, out _);
    }

    private EnrolledNode? Find(ulong id, bool reload)
    {
        // A node that has no key yet may have traded its claim for one meanwhile, and a new card brings a new key. Strangers must not make
        // the host read its list for each of their requests.
        var mayRead = Interlocked.Read(ref _readAt) is var readAt && (readAt == 0 || time.GetElapsedTime(readAt) >= s_readAgain);
        if (!_known.TryGetValue(id, out var node) || ((node.Key is null || reload) && mayRead))
        {
            Interlocked.Exchange(ref _readAt, time.GetTimestamp());
            foreach (var listed in nodes.List())
            {
                _known[listed.Id] = listed;
            }

            _known.TryGetValue(id, out node);
        }

        return node;
    }

    private static bool HasTag(byte[] bytes, int tagged, byte[] key)
    {
        Span<byte> tag = stackalloc byte[HMACSHA256.HashSizeInBytes];
        HMACSHA256.HashData(key, bytes.AsSpan(0, tagged), tag);
        return CryptographicOperations.FixedTimeEquals(tag, bytes.AsSpan(tagged, tag.Length));
    }

    private byte[] Write(Batch batch, byte[] body, EnrolledNode node, MergeResult merged)
    {
        var reply = new Reply
        {
            NodeId = batch.NodeId,
            Epoch = batch.Epoch,
            AcknowledgedUpTo = merged.AcknowledgedUpTo,
            Roster = rosterOf(node.Site),
            HostUtcMs = (ulong)time.GetUtcNow().ToUnixTimeMilliseconds(),
            Problem = merged.TwoEpochs ? Reply.ProblemTwoEpochs : merged.Conflicts > 0 ? Reply.ProblemConflict : (ushort)0,
        };
        body.AsSpan(batch.TaggedBytes, Reply.EchoBytes).CopyTo(reply.Echo);
        foreach (var message in merged.Messages)
        {
            reply.AddMessage(message.Kind, message.Sequence, Encoding.UTF8.GetBytes(message.Lane));
        }

        var buffer = new byte[Reply.BytesMax];
        var tagged = reply.Write(buffer);
        HMACSHA256.HashData(node.Key!, buffer.AsSpan(0, tagged), buffer.AsSpan(tagged, Reply.TagBytes));
        return buffer[..(tagged + Reply.TagBytes)];
    }
}
