using System.Data.Common;

namespace FieldNode.Log.Database;

/// <summary>Prepared statements of one connection, which are released together; and rows that are to be written together, by
/// <see cref="Send"/>.</summary>
internal sealed class Statements(DbConnection connection) : IDisposable
{
    private readonly List<IDisposable> _owned = [];
    private readonly List<Rows> _posted = [];

    public DbConnection Connection => connection;

    /// <summary>Releases a statement with the others.</summary>
    public T Own<T>(T statement)
        where T : IDisposable
    {
        _owned.Add(statement);
        return statement;
    }

    /// <summary>Has a statement's rows written by <see cref="Send"/>, behind those of other statements that were posted before.</summary>
    public void Post(Rows rows)
    {
        if (!_posted.Contains(rows))
        {
            _posted.Add(rows);
        }
    }

    /// <summary>Writes what was posted: to a database across a network, in one message.</summary>
    /// <exception cref="DbException">A statement failed, and the transaction with it.</exception>
    public void Send()
    {
        Dialect.Of(connection).Send(connection, _posted);
        _posted.Clear();
    }

    public void Dispose() => _owned.ForEach(statement => statement.Dispose());
}
