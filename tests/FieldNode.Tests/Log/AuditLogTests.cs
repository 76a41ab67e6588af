using FieldNode.Log.Store;
using FieldNode.Tests.Support;

namespace FieldNode.Tests.Log;

/// <summary>Someone who can write to the database but does not have the store's key cannot change the audit log unnoticed.</summary>
public abstract class AuditLogTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();
    private readonly HostStore _store;
    private readonly AuditLog _audit;

    protected AuditLogTests(Stores stores)
    {
        _store = stores.Open(_directory.File("data"));
        _audit = new AuditLog(_store, TimeProvider.System);
    }

    public void Dispose()
    {
        _directory.Dispose();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public void Disclosures_stand_in_their_order_and_pass()
    {
        Assert.Null(_audit.Verify().FirstBad);
        Fill();

        Assert.Equal(["reason 0", "reason 1", "reason 2", "reason 3"], _audit.List().Select(entry => entry.Disclosure.Reason));
        var verdict = _audit.Verify();
        Assert.Equal((4, null), (verdict.Entries, verdict.FirstBad));
        Assert.Equal(_audit.List()[^1].Hash, verdict.Hash);
    }

    [Theory]
    [InlineData("UPDATE audit SET json = replace(json, 'reason 1', 'reason X') WHERE number = 2", 2)]
    [InlineData("UPDATE audit SET at_ms = at_ms + 1 WHERE number = 3", 3)]
    [InlineData("UPDATE audit SET json = 'no json' WHERE number = 1", 1)]
    [InlineData("UPDATE audit SET hash = (SELECT hash FROM audit WHERE number = 1) WHERE number = 4", 4)]
    [InlineData("UPDATE audit SET hash = 'text' WHERE number = 4", 4)]
    [InlineData("DELETE FROM audit WHERE number = 1", 1)]
    [InlineData("DELETE FROM audit WHERE number = 4", 4)]
    [InlineData("DELETE FROM audit; DELETE FROM audit_head", 1)]
    [InlineData("UPDATE audit_head SET head = (SELECT hash FROM audit WHERE number = 1)", 1)]
    [InlineData("DELETE FROM audit", 1)]
    [InlineData("INSERT INTO audit SELECT 5, at_ms, json, hash FROM audit WHERE number = 4", 5)]
    [InlineData("UPDATE audit SET number = 9 WHERE number = 2; UPDATE audit SET number = 2 WHERE number = 3; UPDATE audit SET number = 3 "
        + "WHERE number = 9", 2)]
    public void A_change_behind_its_back_shows(string sql, int firstBad)
    {
        Fill();
        using (var connection = _store.Connect())
        using (var command = connection.CreateCommand())
        {
            command.CommandText = sql;
            command.ExecuteNonQuery();
        }

        Assert.Equal(firstBad, (int?)_audit.Verify().FirstBad);
    }

    private void Fill()
    {
        for (var i = 0; i < 4; i++)
        {
            _audit.Note(new Disclosure("li.si", "host", "trace", $"tube ZZ0000000{i}", $"reason {i}", 10));
        }
    }
}

public sealed class SqliteAuditLogTests() : AuditLogTests(Stores.Sqlite);

public sealed class PostgresAuditLogTests() : AuditLogTests(Stores.Postgres);
