using System.Globalization;
using System.Text;
using FieldNode.Answers.Reports;
using FieldNode.Answers.Roster;
using FieldNode.Answers;
using FieldNode.Host.Access;
using FieldNode.Host.Operations;
using FieldNode.Log.Nodes;
using FieldNode.Log.Store;
using FieldNode.Tests.Support;
using Microsoft.Data.Sqlite;

namespace FieldNode.Tests.Log;

public sealed class HostStoreTests
{
    /// <summary>tests/fixtures/stores: a store of each released version, written by that version's own tool.</summary>
    [Theory]
    [InlineData(1, false)]
    [InlineData(2, false)]
    [InlineData(3, true)]
    [InlineData(4, true)]
    [InlineData(5, true)]
    [InlineData(6, true)]
    [InlineData(7, true)]
    [InlineData(8, true)]
    [InlineData(9, true)]
    [InlineData(10, true)]
    [InlineData(11, true)]
    [InlineData(12, true)]
    [InlineData(13, true)]
    public void A_store_of_an_earlier_version_keeps_what_it_holds_and_gains_what_is_new(int version, bool hasRoster)
    {
        using var directory = new TemporaryDirectory();
        Directory.CreateDirectory(directory.File("data"));
        Restore(directory.File($"data/{HostStore.FileName}"), File.ReadAllText(Repository.Fixture($"stores/version-{version}.sql")));
        if (version >= 5)
        {
            File.Copy(Repository.Fixture($"stores/version-{version}.key"), directory.File("data.key"));
        }

        var store = AnsweringStore.Open(directory.File("data"));

        Assert.Equal("lane-1", new NodeRegistry(store, TimeProvider.System).List().Single().Name);
        var people = OpenLog.People(store, new PersonFilter()).ToList();
        Assert.Equal(["ZZ00000001", "ZZ00000001", "ZZ00000001", "ZZ00000002", "ZZ00000002"], people.Select(row => row.Tube));
        Assert.All(people, row => Assert.Equal("wang", row.Operator));
        Assert.Equal(hasRoster ? 6 : 0, new Rosters(store).People().Count);
        Assert.True(new StoreVerification(store).Run(directory.File("scratch"), cancel: TestContext.Current.CancellationToken).IsRight);
        Assert.Equal(hasRoster ? 3 : 1, new Rosters(store).Set("正飞", [new RosterPerson("正飞", "E12345678", "1", "1")]).Number);
        Assert.Equal(store.HostId, AnsweringStore.Open(directory.File("data")).HostId);
        var accounts = new Accounts(store, TimeProvider.System);
        Assert.Equal(version >= 6 ? ["old.hand"] : [], accounts.List().Select(account => account.Name));
        Assert.Equal(version >= 6 ? "name-taken" : "", Code(() => accounts.Add("OLD.hand", Role.Viewer)));
        accounts.Add("li.si", Role.Viewer);
        Assert.Equal("li.si", accounts.Follow(accounts.Link("li.si"))!.Value.Account.Name);
    }

    /// <summary>Batches stay as their node made and signed them. Everything derived from them is sealed.</summary>
    [Fact]
    public void A_store_of_an_earlier_version_leaves_no_code_in_its_tables()
    {
        using var directory = new TemporaryDirectory();
        var file = directory.File(HostStore.FileName);
        Restore(file, File.ReadAllText(Repository.Fixture("stores/version-4.sql")));
        string[] people = ["000000196001021004", "000000196001021012", "000000196001021020", "000000196001021039", "000000196001021047",
            "000000196001021055"];
        var nodeKey = Rows(file, "SELECT key FROM nodes WHERE name = 'lane-1'").Single()[0];
        Assert.All(people, code => Assert.NotEmpty(TablesWith(file, Encoding.UTF8.GetBytes(code))));
        Restore(file, "PRAGMA secure_delete = OFF; CREATE TABLE gone (code TEXT); WITH RECURSIVE many (i) AS (SELECT 1 UNION ALL SELECT i "
            + "+ 1 FROM many WHERE i < 20000) INSERT INTO gone SELECT '11010519491231002X' FROM many; DROP TABLE gone;");
        // In free pages, more of them than the new tables take.
        Assert.Contains("11010519491231002X", Latin(directory.Path), StringComparison.Ordinal);

        var store = AnsweringStore.Open(directory.Path);
        _ = OpenLog.People(store, new PersonFilter()).ToList();

        Assert.All(people, code => Assert.Subset(new HashSet<string> { "batches" }, TablesWith(file, Encoding.UTF8.GetBytes(code))));
        Assert.All(["张三", "139"], name => Assert.DoesNotContain("roster_people", TablesWith(file, Encoding.UTF8.GetBytes(name))));
        Assert.Empty(TablesWith(file, nodeKey));
        string[] secrets = [Encoding.Latin1.GetString(nodeKey), Encoding.Latin1.GetString(Encoding.UTF8.GetBytes("张三")),
            "11010519491231002X"];
        Assert.All(secrets, secret => Assert.DoesNotContain(secret, Latin(directory.Path), StringComparison.Ordinal)); // nor in free pages
        var person = new Rosters(store).People()[0];
        Assert.Equal(("000000196001021004", "张三", "139"), (person.Person, person.Name, person.Phone));
    }

    [Fact]
    public void A_roster_keeps_its_number_until_it_changes()
    {
        using var directory = new TemporaryDirectory();
        var rosters = new Rosters(AnsweringStore.Open(directory.Path));

        Assert.Equal(1, rosters.Set("S", [new RosterPerson("S", "E12345678", "1", "1")]).Number);
        Assert.Equal(1, rosters.Set("S", [new RosterPerson("S", "E12345678", "1", "1")]).Number);
        Assert.Equal(2, rosters.Set("S", [new RosterPerson("S", "E87654321", "1", "1")]).Number);
        Assert.Null(rosters.Find("elsewhere"));
    }

    private static string Code(Action act)
    {
        try
        {
            act();
            return "";
        }
        catch (FieldNode.Log.HostFault fault)
        {
            return fault.Code;
        }
    }

    // The database's files, one character per byte.
    private static string Latin(string directory)
    {
        SqliteConnection.ClearAllPools();
        return string.Concat(Directory.EnumerateFiles(directory, HostStore.FileName + "*")
            .Select(file => Encoding.Latin1.GetString(File.ReadAllBytes(file))));
    }

    private static HashSet<string> TablesWith(string file, byte[] needle) =>
        [.. Rows(file, "SELECT name FROM sqlite_schema WHERE type = 'table'")
        .Select(row => Encoding.UTF8.GetString(row[0]))
        .Where(table => Rows(file, $"SELECT * FROM \"{table}\"").Any(row => row.Any(cell => cell.AsSpan().IndexOf(needle) >= 0)))];

    private static List<byte[][]> Rows(string file, string sql)
    {
        using var connection = new SqliteConnection($"Data Source={file};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
#pragma warning disable CA2100 // names of our own tables
        command.CommandText = sql;
#pragma warning restore CA2100
        using var reader = command.ExecuteReader();
        var rows = new List<byte[][]>();
        while (reader.Read())
        {
            rows.Add([.. Enumerable.Range(0, reader.FieldCount)
                .Select(i => reader[i] as byte[]
                    ?? Encoding.UTF8.GetBytes(Convert.ToString(reader[i], CultureInfo.InvariantCulture) ?? ""))]);
        }

        return rows;
    }

    private static void Restore(string path, string sql)
    {
        using var connection = new SqliteConnection($"Data Source={path}");
        connection.Open();
        using var command = connection.CreateCommand();
#pragma warning disable CA2100 // our own fixture
        command.CommandText = sql;
#pragma warning restore CA2100
        command.ExecuteNonQuery();
    }
}
