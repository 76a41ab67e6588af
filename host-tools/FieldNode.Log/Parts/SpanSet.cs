using FieldNode.Log.Database;

namespace FieldNode.Log.Parts;

/// <summary>The runs of sequence numbers in the store, of the loaded epochs; adjacent and overlapping runs are merged.</summary>
internal sealed class SpanSet
{
    private readonly Dictionary<(ulong Node, uint Epoch), List<(uint First, uint Last)>> _runs = [];
    private readonly Dictionary<(ulong Node, uint Epoch), uint> _before = []; // of the epochs that this transaction adds to
    private readonly HashSet<(ulong Node, uint Epoch)> _changed = [];
    private readonly Rows _read;
    private readonly Rows _delete;
    private readonly Rows _insert;

    public SpanSet(Statements statements)
    {
        _read = Rows.Create(statements, "SELECT k.node, k.epoch, spans.first, spans.last FROM {k} JOIN spans ON spans.node = k.node "
            + "AND spans.epoch = k.epoch ORDER BY k.node, k.epoch, spans.first", "node, epoch");
        _delete = Rows.Delete(statements, "spans", "node, epoch");
        _insert = Rows.Insert(statements, "spans", "node, epoch, first, last");
    }

    /// <summary>The number of loaded epochs.</summary>
    public int Count => _runs.Count;

    /// <summary>Clears the cache: someone else has written since.</summary>
    public void Forget()
    {
        _runs.Clear();
        _before.Clear();
    }

    /// <summary>Called when the transaction is on disk.</summary>
    public void Committed()
    {
        _before.Clear();
    }

    /// <summary>Loads the runs of epochs that are not loaded yet.</summary>
    public void Load(IEnumerable<(ulong Node, uint Epoch)> epochs)
    {
        foreach (var (node, epoch) in epochs)
        {
            if (_runs.TryAdd((node, epoch), []))
            {
                _read.Add((long)node, epoch);
            }
        }

        foreach (var (node, epoch, first, last) in _read.Query(row =>
            ((ulong)row.Number(0), (uint)row.Number(1), (uint)row.Number(2), (uint)row.Number(3))))
        {
            _runs[(node, epoch)].Add((first, last));
        }
    }

    /// <summary>The highest sequence number in the store before the transaction; 0 if none.</summary>
    public uint LastBefore(ulong node, uint epoch) => _before.TryGetValue((node, epoch), out var last) ? last : Last(node, epoch);

    /// <summary>True if any record from first to last is in the store.</summary>
    public bool HasAny(ulong node, uint epoch, uint first, uint last)
    {
        return _runs[(node, epoch)].Exists(run => run.First <= last && run.Last >= first);
    }

    public void Add(ulong node, uint epoch, uint first, uint last)
    {
        var runs = _runs[(node, epoch)];
        _before.TryAdd((node, epoch), Last(node, epoch));
        var from = runs.FindIndex(run => run.Last >= first - 1L);
        if (from < 0)
        {
            runs.Add((first, last));
        }
        else
        {
            var to = from;
            while (to < runs.Count && runs[to].First <= last + 1L)
            {
                (first, last) = (Math.Min(first, runs[to].First), Math.Max(last, runs[to].Last));
                to++;
            }

            runs.RemoveRange(from, to - from);
            runs.Insert(from, (first, last));
        }

        _changed.Add((node, epoch));
    }

    /// <summary>The last sequence number before the first gap; 0 if number 1 is missing.</summary>
    public uint Prefix(ulong node, uint epoch)
    {
        return _runs[(node, epoch)] is [(1, var last), ..] ? last : 0;
    }

    /// <summary>The highest sequence number in the store; 0 if none.</summary>
    public uint Last(ulong node, uint epoch)
    {
        Load([(node, epoch)]);
        return _runs[(node, epoch)] is [.., var (_, last)] ? last : 0;
    }

    /// <summary>Writes the changed epochs.</summary>
    public void Write()
    {
        foreach (var (node, epoch) in _changed)
        {
            _delete.Add((long)node, epoch);
            foreach (var (first, last) in _runs[(node, epoch)])
            {
                _insert.Add((long)node, epoch, first, last);
            }
        }

        _delete.Post();
        _insert.Post();
        _changed.Clear();
    }
}
