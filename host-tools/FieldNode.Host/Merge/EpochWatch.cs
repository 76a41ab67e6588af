using System.Data.Common;
using FieldNode.Host.Store;
using FieldNode.Protocol;

namespace FieldNode.Host.Merge;

/// <summary>
/// Notices two boxes with one identity: an epoch that still brings new records after a later epoch of the same node began, which a node that was
/// formatted anew never does; and a batch with new records that follows none of those that were answered last.
/// </summary>
internal sealed class EpochWatch
{
    private readonly Dictionary<ulong, List<Heard>> _nodes = [];
    private readonly HashSet<(ulong Node, uint Epoch)> _changed = [];
    private readonly Rows _read;
    private readonly Rows _put;

    public EpochWatch(DbConnection connection, List<IDisposable> owned)
    {
        _read = Rows.Of(connection, owned, "SELECT epochs.node, epoch, number, last_heard_ms, cloned, last_tag, before_last FROM {k} JOIN epochs ON epochs.node = k.node", ("node", Is.Number));
        _put = Rows.Of(connection, owned, """
            INSERT INTO epochs (node, epoch, number, last_heard_ms, cloned, last_tag, before_last) SELECT k.node, k.epoch, k.number, k.heard, k.cloned, k.last_tag, k.before_last FROM {k} WHERE true
            ON CONFLICT (node, epoch) DO UPDATE SET last_heard_ms = excluded.last_heard_ms, cloned = excluded.cloned, last_tag = excluded.last_tag, before_last = excluded.before_last
            """, ("node", Is.Number), ("epoch", Is.Number), ("number", Is.Number), ("heard", Is.Number), ("cloned", Is.Number), ("last_tag", Is.Bytes), ("before_last", Is.Bytes));
    }

    /// <summary>What a store says that was restored: the uploads after the backup are not known, and the next one follows none that is.</summary>
    public static void Forget(DbConnection connection)
    {
        Sql.Execute(connection, "UPDATE epochs SET last_tag = NULL, before_last = NULL");
    }

    /// <summary>Forgets what was read: somebody else has written since.</summary>
    public void Forget()
    {
        _nodes.Clear();
    }

    /// <summary>Reads what is known of nodes.</summary>
    public void Load(IEnumerable<ulong> nodes)
    {
        foreach (var node in nodes)
        {
            if (_nodes.TryAdd(node, []))
            {
                _read.Add((long)node);
            }
        }

        foreach (var (node, heard) in _read.Query(row => ((ulong)row.Number(0), new Heard((uint)row.Number(1), row.Number(2))
        {
            AtMs = row.Number(3),
            IsCloned = row.Number(4) != 0,
            LastTag = row.Bytes(5),
            BeforeLast = row.Bytes(6),
        })))
        {
            _nodes[node].Add(heard);
        }
    }

    /// <summary>Notes an upload; true when this node has two boxes.</summary>
    /// <param name="isNew">It brought records.</param>
    public bool Hear(LogPart upload, bool isNew, long nowMs)
    {
        var epochs = _nodes[upload.NodeId];
        var mine = epochs.Find(epoch => epoch.Epoch == upload.Epoch);
        if (mine is null)
        {
            epochs.Add(mine = new Heard(upload.Epoch, epochs.Count + 1));
        }

        mine.AtMs = nowMs;
        _changed.Add((upload.NodeId, upload.Epoch));
        var begins = !upload.Previous.AsSpan().ContainsAnyExcept((byte)0);
        var followsLast = Begins(mine.LastTag, upload.Previous);
        var follows = mine.LastTag is null || begins || followsLast || Begins(mine.BeforeLast, upload.Previous);
        if (isNew && (!follows || epochs.Exists(other => other.Number > mine.Number)))
        {
            epochs.ForEach(epoch => epoch.IsCloned = true);
            _changed.UnionWith(epochs.Select(epoch => (upload.NodeId, epoch.Epoch)));
        }

        // A batch that came again, late, is not what the node's next one follows.
        var tag = upload.Bytes.AsSpan(upload.Bytes.Length - Batch.TagBytes);
        if ((isNew || follows) && (mine.LastTag is null || !tag.SequenceEqual(mine.LastTag)))
        {
            mine.BeforeLast = followsLast || begins ? mine.LastTag : mine.BeforeLast;
            mine.LastTag = tag.ToArray();
        }

        return mine.IsCloned;
    }

    /// <summary>Writes what has changed.</summary>
    public void Write()
    {
        foreach (var (node, epoch) in _changed)
        {
            var heard = _nodes[node].Find(known => known.Epoch == epoch)!;
            _put.Add((long)node, epoch, heard.Number, heard.AtMs, heard.IsCloned ? 1L : 0L, heard.LastTag, heard.BeforeLast);
        }

        _put.Post();
        _changed.Clear();
    }

    private static bool Begins(byte[]? tag, byte[] previous) => tag is not null && tag.AsSpan(0, Batch.PreviousBytes).SequenceEqual(previous);

    /// <param name="number">1 for the first epoch heard of this node, 2 …</param>
    private sealed class Heard(uint epoch, long number)
    {
        public uint Epoch { get; } = epoch;

        public long Number { get; } = number;

        public long AtMs { get; set; }

        public bool IsCloned { get; set; }

        public byte[]? LastTag { get; set; }

        public byte[]? BeforeLast { get; set; }
    }
}
