using FieldNode.Log.Database;
using FieldNode.Log.Parts;

namespace FieldNode.Log.Merge;

/// <summary>
/// Detects two boxes with one identity, by either of two signs. An upload has other records than the stored ones with the same numbers: one
/// box never sends that. Or an epoch brings new records after a later epoch of the same node began: a node that was formatted never does
/// that. A single box shows neither sign, in whatever order and however often its batches arrive.
/// </summary>
internal sealed class CloneDetector
{
    private readonly Dictionary<ulong, List<Heard>> _nodes = [];
    private readonly HashSet<(ulong Node, uint Epoch)> _changed = [];
    private readonly Rows _read;
    private readonly Rows _put;

    public CloneDetector(Statements statements)
    {
        _read = Rows.Find(statements, "epochs", "node, epoch, number, last_heard_ms, cloned", "node");
        _put = Rows.Put(statements, "epochs", "node, epoch", "number, last_heard_ms, cloned");
    }

    /// <summary>Clears the cache: someone else has written since.</summary>
    public void Forget()
    {
        _nodes.Clear();
    }

    /// <summary>Loads the epochs of nodes that are not cached.</summary>
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

    /// <summary>Processes an upload; true if the node has two boxes.</summary>
    /// <param name="isNew">True if the upload has new records.</param>
    /// <param name="isConflict">True if some of them differ from stored records with the same numbers.</param>
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

    /// <summary>Writes the changed epochs.</summary>
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

    /// <param name="number">1 for the first epoch that uploaded of this node, then 2, 3 …</param>
    private sealed class Heard(uint epoch, long number)
    {
        public uint Epoch { get; } = epoch;

        public long Number { get; } = number;

        public long AtMs { get; set; }

        public bool IsCloned { get; set; }
    }
}
