using FieldNode.Answers.Projection;
using FieldNode.Answers.Roster;
using FieldNode.Log.Database;
using FieldNode.Log.Store;
using FieldNode.Tests.Support;

namespace FieldNode.Tests.Answers;

public sealed class SqliteRosterIndexTests() : RosterIndexTests(Stores.Sqlite);

public sealed class PostgresRosterIndexTests() : RosterIndexTests(Stores.Postgres);

/// <summary>A roster's progress, recounted from scratch, equals what was counted as people came.</summary>
public abstract class RosterIndexTests(Stores stores)
{
    private const uint Epoch = 5;

    [Fact]
    public async Task A_recount_equals_the_running_count_and_a_removed_site_leaves_nothing()
    {
        await using var host = await TestHost.Start(stores: stores);
        new Rosters(host.Store).Set("S",
            [new RosterPerson("S", "11010519491231002X", "1", "1"), new RosterPerson("S", "E00000009", "1", "1"),
            new RosterPerson("S", "E00000002", "2", "1")]);
        await host.Accept(host.Batch(Epoch, 1,
            [.. Logs.Morning(Epoch, "L1", "ZZ00000001", "E00000002", "11010519491231002X", "E00000003")]));
        var counted = Done(host.Store);
        Assert.Equal(["households 1|S|1|1|1", "households 1|S|1|2|1", "coverage 1|S|1|2|1"], counted);
        using (var connection = host.Store.Connect())
        using (var transaction = Sql.BeginWrite(connection))
        {
            Sql.Execute(connection, "INSERT INTO households VALUES (1, 'gone', '1', '1', 1)");
            Sql.Execute(connection, "INSERT INTO coverage VALUES (1, 'gone', '1', 1, 1)");
            RosterIndex.Rebuild(connection, site: null);
            UnlistedPeople.Rebuild(connection, host.Store.Vault);
            transaction.Commit();
        }

        Assert.Equal(counted, Done(host.Store));
        using var after = host.Store.Connect();
        Assert.Equal([host.Store.Vault.Seal("E00000003")], Sql.Query(after, "SELECT code FROM unlisted", reader => reader.GetString(0)));
    }

    private static List<string> Done(HostStore store)
    {
        using var connection = store.Connect();
        return [
            .. Sql.Query(connection, "SELECT round, site, building, household, done FROM households ORDER BY round, site, building, "
                + "household", reader => $"households "
                + $"{reader.GetInt64(0)}|{reader.GetString(1)}|{reader.GetString(2)}|{reader.GetString(3)}|{reader.GetInt64(4)}"),
            .. Sql.Query(connection, "SELECT round, site, building, people, households FROM coverage ORDER BY round, site, building",
                reader => $"coverage "
                    + $"{reader.GetInt64(0)}|{reader.GetString(1)}|{reader.GetString(2)}|{reader.GetInt64(3)}|{reader.GetInt64(4)}"),
        ];
    }
}
