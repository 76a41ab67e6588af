using System.Security.Cryptography;
using System.Text;
using FieldNode.Host.Access;
using FieldNode.Host.Cards;
using FieldNode.Host.Operations;
using FieldNode.Log;
using FieldNode.Log.Database;
using FieldNode.Log.Merge;
using FieldNode.Log.Nodes;
using FieldNode.Log.Parts;
using FieldNode.Log.Store;
using FieldNode.Protocol;
using FieldNode.Protocol.Records;
using FieldNode.Tests.Support;

namespace FieldNode.Tests.Access;

/// <summary>
/// Someone who can write to the database but does not have the store's key cannot sign in, cannot sign as a node, and cannot change
/// anything without verify noticing.
/// </summary>
public abstract class ForeignRowTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();
    private readonly HostStore _store;
    private readonly Accounts _accounts;

    protected ForeignRowTests(Stores stores)
    {
        ArgumentNullException.ThrowIfNull(stores);
        _store = stores.Open(_directory.File("data"));
        _accounts = new Accounts(_store, TimeProvider.System);
        _accounts.Add("li.si", Role.Viewer);
    }

    public void Dispose()
    {
        _directory.Dispose();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public void Two_rows_of_ones_own_make_no_coordinator()
    {
        var token = Convert.ToHexString(RandomNumberGenerator.GetBytes(16));
        Change("INSERT INTO accounts VALUES ('mallory', 'coordinator', '', NULL)");
        using (var connection = _store.Connect())
        {
            Sql.Execute(connection, "INSERT INTO sessions VALUES (@token, 'mallory', @until, 0, NULL)",
                new { token = SHA256.HashData(Encoding.UTF8.GetBytes(token)), until = long.MaxValue / 2 });
            Sql.Execute(connection, "INSERT INTO sessions VALUES (@token, 'li.si', @until, 0, @mac)",
                new { token = SHA256.HashData(Encoding.UTF8.GetBytes(token + "2")), until = long.MaxValue / 2, mac = new byte[32] });
        }

        Assert.Null(_accounts.Of(token));
        Assert.Null(_accounts.Of(token + "2"));
        Assert.Equal(["li.si"], _accounts.List().Select(account => account.Name));
        Assert.Throws<HostFault>(() => _accounts.ChangeRole("mallory", Role.Coordinator));
        Assert.Contains(Verified().Differences, difference => difference is { Table: "accounts", OnlyStored: 3 });
    }

    [Theory]
    [InlineData("UPDATE accounts SET role = 'coordinator'")]
    [InlineData("UPDATE sessions SET until_ms = until_ms + 1")]
    [InlineData("UPDATE accounts SET name = 'wang'; UPDATE sessions SET account = 'wang'")]
    public void A_row_that_was_changed_lets_nobody_in(string sql)
    {
        var session = _accounts.Follow(_accounts.Link("li.si"))!.Value;
        Assert.Equal(Role.Viewer, _accounts.Of(session.Token)!.Role);

        Change(sql);

        Assert.Null(_accounts.Of(session.Token));
        Assert.False(Verified().IsRight);
    }

    [Fact]
    public void Another_accounts_session_is_none_of_its_own()
    {
        _accounts.Add("boss", Role.Coordinator);
        var session = _accounts.Follow(_accounts.Link("li.si"))!.Value;

        Change("UPDATE sessions SET account = 'boss'");

        Assert.Null(_accounts.Of(session.Token));
    }

    [Fact]
    public void A_wrapped_key_in_another_nodes_row_opens_nothing_there()
    {
        var nodes = new NodeRegistry(_store, TimeProvider.System);
        EnrolledNode Enrol(string name) =>
            EnrolmentCards.NewNode(name, "S", name) with { Key = RandomNumberGenerator.GetBytes(NodeKeys.Bytes) };
        var (mine, theirs) = (Enrol("mine"), Enrol("theirs"));
        nodes.Add([mine, theirs]);

        Change($"UPDATE nodes SET key = (SELECT key FROM nodes WHERE name = 'mine') WHERE name = 'theirs'");

        Assert.Equal("bad-secret", Assert.Throws<HostFault>(() => nodes.Find(theirs.Id)).Code);
        Assert.Equal(mine.Key, nodes.Find(mine.Id)!.Key);
    }

    [Fact]
    public async Task A_batch_that_was_changed_with_its_check_values_is_found_by_its_tag()
    {
        var node = EnrolmentCards.NewNode("lane-1", "S", "L1") with { Key = RandomNumberGenerator.GetBytes(NodeKeys.Bytes) };
        new NodeRegistry(_store, TimeProvider.System).Add(node);
        byte[] Upload(byte people) =>
            Logs.BatchOf(_store.HostId, node.Id, 3, 1, node.Key!, Logs.FrameOf(3, 1, 1, new Arrived { People = people }));
        var honest = Upload(1);
        await using (var queue = new MergeQueue(_store, TimeProvider.System))
        {
            Assert.True(queue.TryAdd(Logs.PartOf(honest, LogSource.Upload), out var merging));
            await merging;
        }

        Assert.True(Verified().IsRight);
        var forged = Upload(9)[..^Batch.TagBytes].Concat(honest[^Batch.TagBytes..]).ToArray(); // the CRCs of its frames are right
        using (var connection = _store.Connect())
        {
            Sql.Execute(connection, "UPDATE batches SET bytes = @bytes", new { bytes = forged });
        }

        Assert.Equal(1, Verified().DamagedBatches);
    }

    private VerificationResult Verified()
    {
        var scratch = _directory.File($"scratch-{Guid.NewGuid():N}");
        return new StoreVerification(_store).Run(scratch, cancel: TestContext.Current.CancellationToken);
    }

    private void Change(string sql)
    {
        using var connection = _store.Connect();
        foreach (var statement in sql.Split(';'))
        {
            Sql.Execute(connection, statement);
        }
    }
}

public sealed class SqliteForeignRowTests() : ForeignRowTests(Stores.Sqlite);

public sealed class PostgresForeignRowTests() : ForeignRowTests(Stores.Postgres);
