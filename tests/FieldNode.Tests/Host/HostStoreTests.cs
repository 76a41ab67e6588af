using FieldNode.Host.Operations;
using FieldNode.Host.Reports;
using FieldNode.Host.Store;
using FieldNode.Tests.Support;
using Microsoft.Data.Sqlite;

namespace FieldNode.Tests.Host;

public sealed class HostStoreTests
{
    /// <summary>tests/fixtures/stores: each released version's store, written by that version's own tool.</summary>
    [Theory]
    [InlineData(1, false)]
    [InlineData(2, false)]
    [InlineData(3, true)]
    public void A_store_of_an_earlier_version_keeps_what_it_holds_and_gains_what_is_new(int version, bool hasRoster)
    {
        using var directory = new TemporaryDirectory();
        Restore(directory.File(HostStore.FileName), File.ReadAllText(Repository.Fixture($"stores/version-{version}.sql")));

        var store = HostStore.Open(directory.Path);

        Assert.Equal("lane-1", new NodeRegistry(store, TimeProvider.System).List().Single().Name);
        var people = OpenLog.People(store, new PersonFilter()).ToList();
        Assert.Equal(["ZZ00000001", "ZZ00000001", "ZZ00000001", "ZZ00000002", "ZZ00000002"], people.Select(row => row.Tube));
        Assert.All(people, row => Assert.Equal("wang", row.Operator));
        Assert.Equal(hasRoster ? 6 : 0, new Rosters(store).People().Count);
        Assert.True(new StoreVerification(store).Run(directory.File("scratch"), cancel: TestContext.Current.CancellationToken).IsRight);
        Assert.Equal(hasRoster ? 2 : 1, new Rosters(store).Set("正飞", [new RosterPerson("正飞", "E12345678", "1", "1")]).Number);
        Assert.Equal(store.HostId, HostStore.Open(directory.Path).HostId);
    }

    [Fact]
    public void A_roster_keeps_its_number_until_it_changes()
    {
        using var directory = new TemporaryDirectory();
        var rosters = new Rosters(HostStore.Open(directory.Path));

        Assert.Equal(1, rosters.Set("S", [new RosterPerson("S", "E12345678", "1", "1")]).Number);
        Assert.Equal(1, rosters.Set("S", [new RosterPerson("S", "E12345678", "1", "1")]).Number);
        Assert.Equal(2, rosters.Set("S", [new RosterPerson("S", "E87654321", "1", "1")]).Number);
        Assert.Null(rosters.Find("elsewhere"));
    }

    private static void Restore(string path, string sql)
    {
        using var connection = new SqliteConnection($"Data Source={path}");
        connection.Open();
        using var command = connection.CreateCommand();
#pragma warning disable CA2100 // a fixture of ours
        command.CommandText = sql;
#pragma warning restore CA2100
        command.ExecuteNonQuery();
    }
}
