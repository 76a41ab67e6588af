using System.Data.Common;
using FieldNode.Host.Projection;
using FieldNode.Host.Store;

namespace FieldNode.Host.Merge;

/// <summary>
/// Merges one transaction after another on a connection of its own: statements, and what is known of the index, stay from one to the next. It is not shared
/// between threads.
/// </summary>
/// <param name="folds">Null: the store's, for logs that grow side by side.</param>
internal sealed class MergeSession(HostStore store, FoldCache? folds = null) : IDisposable
{
    private DbConnection? _connection;
    private Merger? _merger;

    /// <summary>Merges what is added, in one transaction; what it did, part by part.</summary>
    /// <param name="add">Adds parts to the merger, and writes what belongs to the same transaction.</param>
    public IReadOnlyList<MergeResult> Merge(Action<DbConnection, Merger> add)
    {
        try
        {
            return store.Guard(() =>
            {
                _connection ??= store.Connect();
                using var transaction = Sql.BeginWrite(_connection);
                _merger ??= new Merger(_connection, store, folds ?? store.Folds);
                add(_connection, _merger);
                return _merger.Commit(transaction);
            });
        }
        catch
        {
            Dispose(); // neither the connection nor what was gathered for it is good any more
            throw;
        }
    }

    public void Dispose()
    {
        _merger?.Dispose();
        _connection?.Dispose();
        (_merger, _connection) = (null, null);
    }
}
