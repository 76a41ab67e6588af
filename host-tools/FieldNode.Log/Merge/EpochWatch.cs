using FieldNode.Log.Database;
using FieldNode.Log.Parts;

namespace FieldNode.Log.Merge;

/// <summary>
/// Notices two boxes with one identity: an upload whose records are others than those that are here under the same numbers, which one box
/// never sends; and an epoch that still brings new records after a later epoch of the same node began, which a node that was formatted
/// never does. Whatever order batches come in, and however often: one box alone does neither.
/// </summary>
internal sealed class EpochWatch
{
    private readonly Dictionary<ulong, List<Heard>> _nodes = [];
    private readonly HashSet<(ulong Node, uint Epoch)> _changed = [];
    private readonly Rows _read;
    private readonly Rows _put;

    public EpochWatch(Statements statements)
    {
        _read = Rows.Find(statements, "epochs", "node, epoch, number, last_heard_ms, cloned", "node");
        _put = Rows.Put(statements, "epochs", "node, epoch", "number, last_heard_ms, cloned");
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
        })))
        {
            _nodes[node].Add(heard);
        }
    }

    /// <summary>Notes an upload; true when this node has two boxes.</summary>
    /// <param name="isNew">It brought records.</param>
    /// <param name="isConflict">Some of them are others than those that are here under their numbers.</param>
    public bool Hear(LogPart upload, bool isNew, bool isConflict, long nowMs)
    {
        var epochs = _nodes[upload.NodeId];
        var mine = epochs.Find(epoch => epoch.Epoch == upload.Epoch);
        if (mine is null)
        {
            epochs.Add(mine = new Heard(upload.Epoch, epochs.Count + 1));
        }

        mine.AtMs = nowMs;
        _changed.Add((upload.NodeId, upload.Epoch));
        if (isNew && (isConflict || epochs.Exists(other => other.Number > mine.Number)))
        {
            epochs.ForEach(epoch => epoch.IsCloned = true);
            _changed.UnionWith(epochs.Select(epoch => (upload.NodeId, epoch.Epoch)));
        }

        return mine.IsCloned;
    }

    /// <summary>Writes what has changed.</summary>
    public void Write()
    {
        foreach (var (node, epoch) in _changed)
        {
            var heard = _nodes[node].Find(known => known.Epoch == epoch)!;
            _put.Add((long)node, epoch, heard.Number, heard.AtMs, heard.IsCloned ? 1L : 0L);
        }

        _put.Post();
        _changed.Clear();
    }

    /// <param name="number">1 for the first epoch heard of this node, 2 …</param>
    private sealed class Heard(uint epoch, long number)
    {
        public uint Epoch { get; } = epoch;

        public long Number { get; } = number;

        public long AtMs { get; set; }

        public bool IsCloned { get; set; }
    }
}
