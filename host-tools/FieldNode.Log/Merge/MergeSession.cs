using FieldNode.Log.Database;
using FieldNode.Log.Parts;
using FieldNode.Log.Store;
using System.Data.Common;

namespace FieldNode.Log.Merge;

/// <summary>
/// Merges one transaction after another on a connection of its own: statements stay from one to the next, and what is known of the store if
/// nobody else has written between them. It is not shared between threads.
/// </summary>
/// <param name="isBulk">As <see cref="ILogFollower.Follow"/>.</param>
internal sealed class MergeSession(HostStore store, bool isBulk = false) : IDisposable
{
    private DbConnection? _connection;
    private Merger? _merger;
    private long? _last; // number of this connection's last transaction that was committed

    /// <summary>Merges what is added, in one transaction; what it did, part by part.</summary>
    /// <param name="add">Adds parts to the merger, and writes what belongs to the same transaction.</param>
    public IReadOnlyList<MergeResult> Merge(Action<DbConnection, Merger> add)
    {
        try
        {
            return store.Guard(() =>
            {
                _connection ??= store.Connect();
                using var transaction = Sql.BeginWrite(_connection, out var number);
                _merger ??= new Merger(_connection, store, isBulk);
                _merger.Begin(isUndisturbed: _last is { } last && Dialect.Of(_connection).IsNext(last, number));
                add(_connection, _merger);
                var results = _merger.Commit(transaction);
                _last = number;
                return results;
            });
        }
        catch
        {
            GiveUp(); // neither the connection nor what was gathered for it is good any more
            throw;
        }
    }

    public void Dispose()
    {
        var (merger, connection) = (_merger, _connection);
        (_merger, _connection, _last) = (null, null, null);
        try
        {
            merger?.Dispose();
        }
        finally
        {
            connection?.Dispose();
        }
    }

    // What broke the connection is thrown already; that it is broken is no news.
    private void GiveUp()
    {
        try
        {
            Dispose();
        }
        catch (Exception e) when (e is DbException or InvalidOperationException)
        {
            // it is gone in any case
        }
    }
}
