using System.Data.Common;

namespace FieldNode.Log.Database;

/// <summary>Prepared statements of one connection, disposed together, and rows that <see cref="Send"/> writes together.</summary>
internal sealed class Statements(DbConnection connection) : IDisposable
{
    private readonly List<IDisposable> _owned = [];
    private readonly List<Rows> _posted = [];

    public DbConnection Connection => connection;

    /// <summary>Registers a statement to be disposed with the others.</summary>
    public T Own<T>(T statement)
        where T : IDisposable
    {
        _owned.Add(statement);
        return statement;
    }

    /// <summary>Queues a statement's rows for <see cref="Send"/>, after those of statements that were posted earlier.</summary>
    public void Post(Rows rows)
    {
        if (!_posted.Contains(rows))
        {
            _posted.Add(rows);
        }
    }

    /// <summary>Writes all posted rows; to a database across a network, in one message.</summary>
    /// <exception cref="DbException">A statement failed, and so did the transaction.</exception>
    public void Send()
    {
        Dialect.For(connection).Send(connection, _posted);
        _posted.Clear();
    }

    public void Dispose() => _owned.ForEach(statement => statement.Dispose());
}
