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
/// The host's own log: coordinators' decisions on this host, as records like those of a node (<see cref="HostNode"/>). Decisions are
/// therefore merged, exchanged and kept by the same rules.
/// </summary>
public sealed class HostLog(HostStore store, TimeProvider time)
{
    private const string EpochName = "log_epoch";
    private const string StoreName = "store";

    /// <summary>Appends records and commits; returns the identity of the first.</summary>
    public (ulong Node, uint Epoch, uint Sequence) Append(IReadOnlyList<RecordContent> contents)
    {
        ArgumentNullException.ThrowIfNull(contents);
        using var session = new MergeSession(store);
        var node = HostNode.FromHost(store.HostId);
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

    /// <summary>Gives a restored store another epoch and other batch numbers: records that the lost store wrote after the backup must not
    /// collide with new ones.</summary>
    internal static void StartNewEpoch(DbConnection connection, IRandomSource chance)
    {
        Sql.Execute(connection, "DELETE FROM meta WHERE name = @name", new { name = EpochName });
        Sql.Execute(connection, "INSERT INTO meta VALUES (@name, @store) ON CONFLICT (name) DO UPDATE SET value = excluded.value",
            new { name = StoreName, store = (long)chance.Positive() });
    }

    /// <summary>The store's number among the stores of this host: changes after a restore; 0 for the first store.</summary>
    internal static long StoreOf(DbConnection connection) =>
        Sql.Scalar(connection, "SELECT value FROM meta WHERE name = @name", new { name = StoreName });

    /// <summary>The epoch of this store's decisions; 0 if none was taken yet.</summary>
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
        return LogPart.FromBatch(batch, bytes, LogSource.OwnLog);
    }
}
