using FieldNode.Log.Database;
using FieldNode.Log.Keys;
using FieldNode.Log.Nodes;
using FieldNode.Log.Parts;
using FieldNode.Log.Store;
using FieldNode.Protocol;
using FieldNode.Protocol.Records;
using System.Data.Common;

namespace FieldNode.Log.Merge;

/// <summary>
/// The host's own log: what coordinators decide here, as records like any node's (<see cref="HostNode"/>), so that decisions merge, travel
/// and stay by the same rules.
/// </summary>
public sealed class HostLog(HostStore store, TimeProvider time)
{
    private const string EpochName = "log_epoch";
    private const string StoreName = "store";

    /// <summary>Appends records and commits; the identity of the first.</summary>
    public (ulong Node, uint Epoch, uint Sequence) Append(IReadOnlyList<RecordContent> contents)
    {
        ArgumentNullException.ThrowIfNull(contents);
        using var session = new MergeSession(store);
        var node = HostNode.Of(store.HostId);
        var (epoch, first) = (0u, 0u);
        session.Merge((connection, merger) =>
        {
            (epoch, var self) = Prepare(connection, node);
            first = (uint)Sql.Scalar(connection, "SELECT coalesce(max(last), 0) + 1 FROM spans WHERE node = @node AND epoch = @epoch",
                new { node = (long)node, epoch = (long)epoch });
            var next = first;
            foreach (var chunk in contents.Chunk(Batch.FramesBytesMax / Frame.BytesMax))
            {
                merger.Add(PartOf(self, epoch, next, chunk), time.GetUtcNow().ToUnixTimeMilliseconds());
                next += (uint)chunk.Length;
            }
        });
        return (node, epoch, first);
    }

    /// <summary>A store that was restored goes on under another epoch, and its batches get other numbers: what the lost one wrote since
    /// must not meet what this one writes.</summary>
    internal static void BeginAnew(DbConnection connection, IChance chance)
    {
        Sql.Execute(connection, "DELETE FROM meta WHERE name = @name", new { name = EpochName });
        Sql.Execute(connection, "INSERT INTO meta VALUES (@name, @store) ON CONFLICT (name) DO UPDATE SET value = excluded.value",
            new { name = StoreName, store = (long)chance.Positive() });
    }

    /// <summary>Which store of this host's number it is: another after a restore; 0 for the first.</summary>
    internal static long StoreOf(DbConnection connection) =>
        Sql.Scalar(connection, "SELECT value FROM meta WHERE name = @name", new { name = StoreName });

    /// <summary>The epoch that this store's decisions are written in; 0: none was taken yet.</summary>
    internal static uint EpochOf(DbConnection connection) => (uint)Sql.Scalar(connection, "SELECT value FROM meta WHERE name = @name",
        new { name = EpochName });

    private (uint Epoch, EnrolledNode Self) Prepare(DbConnection connection, ulong node)
    {
        if (Sql.Scalar(connection, "SELECT EXISTS (SELECT 1 FROM meta WHERE name = @name)", new { name = EpochName }) == 0)
        {
            Sql.Execute(connection, "INSERT INTO meta VALUES (@name, @epoch)",
                new { name = EpochName, epoch = (long)store.Outside.Chance.Positive() });
        }

        Sql.Execute(connection, "INSERT INTO nodes (node, name, site, lane, key, added_ms) VALUES (@node, @name, '', '', @key, @now) ON "
            + "CONFLICT (node) DO UPDATE SET key = excluded.key WHERE nodes.key IS NULL",
            new
            {
                node = (long)node,
                name = $"host-{store.HostId:X8}",
                key = store.Vault.Wrap(store.Outside.Chance.Bytes(NodeKeys.Bytes), Secrets.NodeKey(node)),
                now = time.GetUtcNow().ToUnixTimeMilliseconds()
            });
        return (EpochOf(connection), NodeRegistry.Find(connection, store.Vault, node)!);
    }

    private LogPart PartOf(EnrolledNode self, uint epoch, uint first, RecordContent[] contents)
    {
        var frames = new byte[contents.Length * Frame.BytesMax];
        var end = 0;
        for (var i = 0; i < contents.Length; i++)
        {
            var content = contents[i].Write(frames, end + Frame.HeadBytes) - end - Frame.HeadBytes;
            end += Frame.Seal(frames, end, epoch, first + (uint)i, contents[i].Type, 0, content);
        }

        var batch = new Batch
        {
            HostId = store.HostId,
            NodeId = self.Id,
            Epoch = epoch,
            FirstSequence = first,
            FrameCount = contents.Length,
            FramesBytes = end
        };
        var bytes = new byte[batch.TotalBytes];
        batch.WriteHead(bytes, 0);
        frames.AsSpan(0, end).CopyTo(bytes.AsSpan(Batch.HeadBytes));
        BatchTag.Write(bytes, isVersion1: false, self);
        return LogPart.Of(batch, bytes, LogSource.OwnLog);
    }
}
