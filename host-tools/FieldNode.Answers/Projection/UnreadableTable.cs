using FieldNode.Log.Database;
using System.Data.Common;

namespace FieldNode.Answers.Projection;

/// <summary>Records of people whose code cannot be read: a key is missing, or the opened bytes are not a valid code.</summary>
internal sealed class UnreadableTable
{
    private readonly DbConnection _connection;
    private readonly Rows _dropAll;
    private readonly Rows _drop;
    private readonly Rows _add;
    private Dictionary<(ulong Node, uint Epoch), uint>? _waiting;

    public UnreadableTable(Statements statements)
    {
        _connection = statements.Connection;
        _dropAll = Rows.Delete(statements, "unreadable", "node, epoch");
        _drop = Rows.Delete(statements, "unreadable", "node, epoch, sequence");
        _add = Rows.Put(statements, "unreadable", "node, epoch, sequence", "lacks_key");
    }

    /// <summary>Clears the cache: another writer has changed the store.</summary>
    public void Forget()
    {
        _waiting = null;
    }

    /// <summary>Collects the rows that a changed epoch adds and removes; <see cref="Write"/> stores them.</summary>
    /// <param name="isRebuilt">The whole epoch was rebuilt: its stored rows are replaced.</param>
    public void Change(TouchedEpoch touched, bool isRebuilt)
    {
        if (isRebuilt)
        {
            _dropAll.Add((long)touched.Node, touched.Epoch);
            _waiting = null;
        }

        foreach (var (sequence, lacksKey) in touched.Unreadable)
        {
            _waiting = null;
            if (lacksKey is { } lacks)
            {
                _add.Add((long)touched.Node, touched.Epoch, sequence, lacks ? 1L : 0L);
            }
            else
            {
                _drop.Add((long)touched.Node, touched.Epoch, sequence);
            }
        }
    }

    /// <summary>Writes the changes.</summary>
    public void Write()
    {
        _dropAll.Post();
        _drop.Post();
        _add.Post();
    }

    /// <summary>The first record of an epoch that waits for a key; null if none.</summary>
    public uint? FirstWaiting(ulong node, uint epoch)
    {
        _waiting ??= Sql.Query(_connection, "SELECT node, epoch, min(sequence) FROM unreadable WHERE lacks_key = 1 GROUP BY node, epoch",
            reader =>
            (Epoch: ((ulong)reader.GetInt64(0), (uint)reader.GetInt64(1)), First: (uint)reader.GetInt64(2)))
                .ToDictionary(row => row.Epoch, row => row.First);
        return _waiting.TryGetValue((node, epoch), out var first) ? first : null;
    }
}
