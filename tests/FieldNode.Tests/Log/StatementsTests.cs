using System.Data.Common;
using FieldNode.Log.Database;
using FieldNode.Tests.Support;

namespace FieldNode.Tests.Log;

public sealed class SqliteStatementsTests() : StatementsTests(Stores.Sqlite);

public sealed class PostgresStatementsTests() : StatementsTests(Stores.Postgres);

/// <summary>Rows that are written together.</summary>
public abstract class StatementsTests(Stores stores) : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    public void Dispose()
    {
        _directory.Dispose();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public void What_is_posted_is_written_when_it_is_sent_one_statement_after_the_other()
    {
        using var connection = stores.Open(_directory.File("data")).Connect();
        using var statements = new Statements(connection);
        var insert = Insert(statements);
        var drop = Rows.Delete(statements, "meta", "name text");
        using var transaction = Sql.BeginWrite(connection);
        insert.Add("a", 1);
        insert.Post();
        insert.Add("b", 2);
        insert.Post();
        drop.Add("a");
        drop.Post();
        Assert.Equal(0, Named(connection, "a") + Named(connection, "b"));

        statements.Send();

        Assert.Equal(0, Named(connection, "a"));
        Assert.Equal(1, Named(connection, "b"));
        statements.Send(); // nothing is left to write
        transaction.Commit();
        Assert.Equal(1, Named(connection, "b"));
    }

    [Fact]
    public void A_statement_that_fails_takes_its_transaction_with_it()
    {
        using var connection = stores.Open(_directory.File("data")).Connect();
        using (var statements = new Statements(connection))
        using (Sql.BeginWrite(connection))
        {
            var insert = Insert(statements);
            insert.Add("once", 1);
            insert.Add("twice", 2);
            insert.Add("twice", 3);
            insert.Post();
            Assert.ThrowsAny<DbException>(statements.Send);
        }

        Assert.Equal(0, Named(connection, "once") + Named(connection, "twice"));
    }

    [Fact]
    public void Rows_of_a_table_are_found_for_each_row_of_values()
    {
        using var connection = stores.Open(_directory.File("data")).Connect();
        using var statements = new Statements(connection);
        var find = Rows.Find(statements, "meta", "name, value", "name text");
        Sql.Execute(connection, "INSERT INTO meta VALUES ('x', 7), ('y', 8)");
        find.Add("y");
        find.Add("none");
        find.Add("x");

        Assert.Equal([("x", 7), ("y", 8)], find.Query(row => (row.Text(0), row.Number(1))).Order());
        Assert.Empty(find.Query(row => row.Text(0)));
    }

    private static Rows Insert(Statements statements) =>
        Rows.Insert(statements, "meta", "name text, value");

    private static long Named(DbConnection connection, string name) =>
        Sql.Scalar(connection, "SELECT count(*) FROM meta WHERE name = @name", new { name });
}
