using FieldNode.Log.Database;
using FieldNode.Log.Parts;
using FieldNode.Log.Store;
using System.Data.Common;

namespace FieldNode.Log.Merge;

/// <summary>
/// Merges one transaction after another on its own connection. Statements are reused for the next transaction; cached state is reused only
/// if no one else wrote in between. Not shared between threads.
/// </summary>
/// <param name="isBulk">As <see cref="ILogFollower.Follow"/>.</param>
internal sealed class MergeSession(HostStore store, bool isBulk = false) : IDisposable
{
    private DbConnection? _connection;
    private Merger? _merger;
    private long? _last; // number of this connection's last committed transaction

    /// <summary>Merges the added parts in one transaction; returns a result for each part.</summary>
    /// <param name="add">Adds parts to the merger, and writes other data of the same transaction.</param>
    public IReadOnlyList<MergeResult> Merge(Action<DbConnection, Merger> add)
    {
        try
        {
            return store.Guard(() =>
            {
                _connection ??= store.Connect();
                using var transaction = Sql.BeginWrite(_connection, out var number);
                _merger ??= new Merger(_connection, store, isBulk);
                _merger.Begin(isCacheValid: _last is { } last && Dialect.For(_connection).IsNext(last, number));
                add(_connection, _merger);
                var results = _merger.Commit(transaction);
                _last = number;
                return results;
            });
        }
        catch
        {
            GiveUp(); // neither the connection nor the merger's state is usable now
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

    // The original error is already thrown; a further error of the broken connection adds nothing.
    private void GiveUp()
    {
        try
        {
            Dispose();
        }
        catch (Exception e) when (e is DbException or InvalidOperationException)
        {
            // the connection is lost anyway
        }
    }
}
