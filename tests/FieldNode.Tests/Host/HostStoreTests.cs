using FieldNode.Host.Reports;
using FieldNode.Host.Store;
using FieldNode.Tests.Support;

namespace FieldNode.Tests.Host;

public sealed class HostStoreTests
{
    private const string ToVersion2 = "DROP TABLE rosters; DROP TABLE roster_people; PRAGMA user_version = 2;";
    private const string ToVersion1 = ToVersion2 + " DROP TABLE statuses; ALTER TABLE nodes DROP COLUMN claim; ALTER TABLE nodes DROP COLUMN claim_request; ALTER TABLE nodes DROP COLUMN claim_answer; PRAGMA user_version = 1;";

    [Theory]
    [InlineData(ToVersion1)]
    [InlineData(ToVersion2)]
    public void A_store_of_an_earlier_version_keeps_its_nodes_and_gains_what_is_new(string goBack)
    {
        using var directory = new TemporaryDirectory();
        var store = HostStore.Open(directory.Path);
        new NodeRegistry(store, TimeProvider.System).Add(new EnrolledNode(7, "lane-1", "S", "L1", new byte[32]));
        using (var connection = store.Connect())
        {
            using var command = connection.CreateCommand();
#pragma warning disable CA2100 // constant statements only
            command.CommandText = goBack;
#pragma warning restore CA2100
            command.ExecuteNonQuery();
        }

        var later = HostStore.Open(directory.Path);

        Assert.Equal((store.HostId, "lane-1"), (later.HostId, new NodeRegistry(later, TimeProvider.System).List().Single().Name));
        Assert.Equal(1, new Rosters(later).Set("S", [new RosterPerson("S", "E12345678", "1", "1")]).Number);
        Assert.Equal(2, new Rosters(later).Set("S", [new RosterPerson("S", "E12345678", "1", "1")]).Number);
        Assert.Null(new Rosters(later).Find("elsewhere"));
    }
}
