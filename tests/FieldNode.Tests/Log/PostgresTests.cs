using FieldNode.Answers.Roster;
using FieldNode.Answers;
using FieldNode.Host.Access;
using FieldNode.Host.Http;
using FieldNode.Host.Operations;
using FieldNode.Log;
using FieldNode.Log.Database;
using FieldNode.Log.Merge;
using FieldNode.Log.Store;
using FieldNode.Tests.Support;
using Npgsql;

namespace FieldNode.Tests.Log;

/// <summary>What only a database shared by several hosts can do, and what it must not do.</summary>
public sealed class PostgresTests : IDisposable
{
    private const uint Epoch = 5;

    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    /// <summary>
    /// docs/scale.md distributes these tables by node: a key that does not include the node could not be checked on one machine of a
    /// cluster.
    /// </summary>
    [Theory]
    [InlineData("batches")]
    [InlineData("spans")]
    [InlineData("conflicts")]
    [InlineData("epochs")]
    [InlineData("seal_starts")]
    [InlineData("seal_keys")]
    [InlineData("tallies")]
    [InlineData("sightings")]
    [InlineData("facts")]
    [InlineData("folds")]
    [InlineData("statuses")]
    public void Every_unique_key_of_what_grows_with_the_records_holds_the_node(string table)
    {
        var store = Stores.Postgres.Open(_directory.File("data"));
        using var connection = store.Connect();
        using var command = connection.CreateCommand();
        command.CommandText = """
            SELECT count(*), coalesce(sum(CASE WHEN EXISTS (SELECT 1 FROM pg_attribute WHERE attrelid = indrelid AND attnum = ANY (indkey)
                AND attname = 'node') THEN 0 ELSE 1 END), 0)
            FROM pg_index WHERE indrelid = CAST(@name AS regclass) AND indisunique
            """;
        var name = command.CreateParameter();
        (name.ParameterName, name.Value) = ("name", table);
        command.Parameters.Add(name);
        using var reader = command.ExecuteReader();
        Assert.True(reader.Read());
        Assert.True(reader.GetInt64(0) > 0, $"{table} has no unique key");
        Assert.Equal(0, reader.GetInt64(1));
    }

    [Theory]
    [InlineData("batches", "bytes")]
    public void What_is_large_and_hashed_or_sealed_is_not_compressed_in_vain(string table, string column)
    {
        using var connection = Stores.Postgres.Open(_directory.File("data")).Connect();

        Assert.Equal(1, Sql.Scalar(connection, "SELECT count(*) FROM pg_attribute WHERE attrelid = CAST(@table AS regclass) AND attname = "
            + "@column AND attstorage = 'e'", new { table, column }));
    }

    [Fact]
    public void A_connection_that_breaks_while_the_database_works_alone_is_told_as_such()
    {
        var store = Stores.Postgres.Open(_directory.File("data"));
        var fault = Assert.Throws<HostFault>(() => store.Guard(() =>
        {
            using var connection = store.Connect();
            using var statements = new Statements(connection);
            var slow = Rows.Create(statements, "SELECT pg_sleep(60) FROM {k}", "one");
            using var transaction = Sql.BeginWrite(connection);
            var own = Sql.Scalar(connection, "SELECT pg_backend_pid()");
            slow.Add(1);
            slow.Post();
            var sending = Task.Run(statements.Send, TestContext.Current.CancellationToken);
            using (var other = store.Connect())
            {
                while (Sql.Scalar(other, "SELECT count(*) FROM pg_stat_activity WHERE pid = @own AND query LIKE '%pg_sleep%'",
                    new { own }) == 0)
                {
                }

                Sql.Scalar(other, "SELECT count(*) FROM (SELECT pg_terminate_backend(CAST(@own AS integer))) AS ended", new { own });
            }

            sending.GetAwaiter().GetResult();
        }));

        Assert.Equal("store-unreachable", fault.Code);
    }

    [Fact]
    public void A_writer_whose_database_stopped_meanwhile_is_told_and_goes_on()
    {
        using var server = PostgresServer.Start();
        var store = AnsweringStore.Open(_directory.File("data"), database: server.Database("fieldnode"));
        using var session = new MergeSession(store);
        session.Merge((_, _) => { });

        server.Kill();
        server.StartAgain();

        Assert.Equal("store-unreachable", Assert.Throws<HostFault>(() => session.Merge((_, _) => { })).Code);
        session.Merge((_, _) => { });
    }

    /// <summary>Npgsql's own keepalive closes an idle connection when the database is gone: the writer's next commit then failed as a fault
    /// of the host (500), not as an unreachable database (503). To see that happen takes ten seconds.</summary>
    [Fact]
    public void A_quiet_connection_is_not_closed_behind_its_holders_back()
    {
        var settings = new NpgsqlConnectionStringBuilder(PostgresAddress.Parse("postgres://db.example/fieldnode").ConnectionString);

        Assert.Equal((0, true), (settings.KeepAlive, settings.TcpKeepAlive));
    }

    [Fact]
    public async Task A_page_of_one_host_hears_what_was_uploaded_to_another()
    {
        await using var first = await TestHost.Start(stores: Stores.Postgres);
        var (key, data) = (AccessKey.LoadOrCreate(first.DataPath), first.DataPath);
        await using var second = await HostServer.Start(Stores.Postgres.Open(data), "http://127.0.0.1:0", TimeProvider.System, key);
        using var client = SignedIn.Client(new Uri(second.Urls.First()), first.Store, Role.Viewer);
        using var events = new StreamReader(await client.GetStreamAsync(new Uri("/api/events", UriKind.Relative),
            TestContext.Current.CancellationToken));
        await Change(events); // the current state

        await first.Accept(first.Batch(Epoch, 1, [.. Logs.Morning(Epoch, "L1", "ZZ00000001", "E00000001")]));

        await Change(events);
        Assert.Contains("\"sampled\":1",
            await client.GetStringAsync(new Uri("/api/coverage", UriKind.Relative), TestContext.Current.CancellationToken),
            StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task A_host_writes_nothing_once_a_newer_one_has_changed_the_tables()
    {
        await using var host = await TestHost.Start(stores: Stores.Postgres);
        Execute(host.Store, "UPDATE meta SET value = value + 1 WHERE name = 'schema'");

        var (status, _, text) = await host.Post(host.Batch(Epoch, 1, [.. Logs.Morning(Epoch, "L1", "ZZ00000001")]));

        Assert.Equal(503, status);
        Assert.Contains("newer FieldNode", text, StringComparison.Ordinal);
        Assert.Empty(new LogStatus(host.Store).Epochs());
        Assert.Equal("store-newer", Assert.Throws<HostFault>(() => Stores.Postgres.Open(host.DataPath)).Code);
    }

    [Fact]
    public async Task A_host_that_waited_while_a_newer_one_changed_the_tables_writes_nothing()
    {
        using var directory = new TemporaryDirectory();
        var store = Stores.Postgres.Open(directory.File("data"));
        using var newer = store.Connect();
        using var older = store.Connect();
        using var changing = Sql.BeginWrite(newer);
        Sql.Execute(newer, "UPDATE meta SET value = value + 1 WHERE name = 'schema'");
        var waiting = Task.Run(() => Sql.BeginWrite(older), TestContext.Current.CancellationToken);
        using (var watch = store.Connect())
        {
            while (Sql.Scalar(watch, "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND "
                + "wait_event_type = 'Lock'") == 0)
            {
                await Task.Yield();
            }
        }

        changing.Commit();

        Assert.Equal("store-newer", (await Assert.ThrowsAsync<HostFault>(() => waiting)).Code);
    }

    [Fact]
    public async Task A_connection_that_the_database_ends_costs_a_node_a_repeat_and_nothing_else()
    {
        await using var host = await TestHost.Start(stores: Stores.Postgres);
        var frames = Logs.Morning(Epoch, "L1", "ZZ00000001", "E00000001", "E00000002");
        await host.Accept(host.Batch(Epoch, 1, [.. frames.Take(4)]));
        for (var i = 0; i < 3; i++)
        {
            Execute(host.Store, "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> "
                + "pg_backend_pid()");
            var answered = await host.Post(host.Batch(Epoch, 5, frames[4]));
            Assert.Contains(answered.Status, new[] { 200, 503 });
        }

        Assert.Equal(5u, (await host.Accept(host.Batch(Epoch, 5, frames[4]))).AcknowledgedUpTo);
        Assert.Equal(5, host.Records());
    }

    [Theory]
    [InlineData("postgres://")]
    [InlineData("postgres://host")]
    [InlineData("postgres://host/")]
    [InlineData("postgres://host:x/db")]
    [InlineData("postgres://user:secret@host/a/b")]
    [InlineData("postgres://user:secret@host/db?nonsense=1")]
    [InlineData("postgres://user:secret@host/db?sslmode=perhaps")]
    public void An_address_that_is_none_is_told_without_its_password(string address)
    {
        var fault = Assert.Throws<HostFault>(() => AnsweringStore.Open(_directory.File("data"), database: address));

        Assert.Equal(("bad-store", ExitCode.Usage), (fault.Code, fault.ExitCode));
        Assert.DoesNotContain("secret", fault.English + fault.Chinese, StringComparison.Ordinal);
    }

    [Fact]
    public void A_database_that_is_not_there_is_unreachable_and_a_strange_one_no_store()
    {
        var nobody = $"postgres://fieldnode:secret@127.0.0.1:{FreePort.Take()}/fieldnode";
        var fault = Assert.Throws<HostFault>(() => AnsweringStore.Open(_directory.File("data"), database: nobody));

        Assert.Equal(("store-unreachable", ExitCode.StoreBusy), (fault.Code, fault.ExitCode));
        Assert.DoesNotContain("secret", fault.English, StringComparison.Ordinal);
        var empty = Stores.Postgres.AddressOf(_directory.File("empty"));
        Assert.Equal("no-store", Assert.Throws<HostFault>(() => AnsweringStore.Open(_directory.File("data"), create: false, empty)).Code);
    }

    [Fact]
    public async Task A_host_moves_to_a_database_while_its_nodes_upload()
    {
        await using var host = await TestHost.Start();
        new Rosters(host.Store).Set("S", [new RosterPerson("S", "E00000001", "1", "1"), new RosterPerson("S", "E00009999", "1", "1")]);
        new Accounts(host.Store, TimeProvider.System).Add("li.si", Role.Coordinator);
        var node = new UploadingNode(host.Enrol("lane-2", "L2"), host.Store.HostId, 1, new Random(3));
        using var client = new HttpClient();
        for (var i = 0; i < 20; i++)
        {
            await node.Send(client, () => [host.Address], TestContext.Current.CancellationToken);
        }

        var database = Stores.Postgres.AddressOf(_directory.File("moved"));
        Uri[] hosts = [host.Address];
        using var moved = new CancellationTokenSource();
        var uploading = Task.Run(async () =>
        {
            for (var after = 0; after < 5; after += moved.IsCancellationRequested ? 1 : 0)
            {
                await node.Send(client, () => Volatile.Read(ref hosts), TestContext.Current.CancellationToken);
            }
        }, TestContext.Current.CancellationToken);
        var result = new StoreMove(host.DataPath, database).Run(cancel: TestContext.Current.CancellationToken);
        using var other = host.ClientFrom("127.0.0.2"); // the node's own address is throttled by now
        using var content = new ByteArrayContent(host.Batch(Epoch, 1, [.. Logs.Morning(Epoch, "L1", "ZZ00000001")]));
        content.Headers.ContentType = new System.Net.Http.Headers.MediaTypeHeaderValue(BatchEndpoint.ContentType);
        Assert.Equal(503, (int)(await other.PostAsync(new Uri(BatchEndpoint.Path, UriKind.Relative), content,
            TestContext.Current.CancellationToken)).StatusCode);
        var store = AnsweringStore.Open(host.DataPath, database: database);
        await using var next = await HostServer.Start(store, "http://127.0.0.1:0", TimeProvider.System,
            AccessKey.LoadOrCreate(host.DataPath));
        Volatile.Write(ref hosts, [host.Address, new Uri(next.Urls.First())]);
        await moved.CancelAsync();
        await uploading;

        Assert.True(result.Batches >= 20);
        Assert.Equal("store-left", Assert.Throws<HostFault>(() => AnsweringStore.Open(host.DataPath)).Code);
        Assert.Equal(host.Store.HostId, store.HostId);
        Assert.Equal(node.Records, new LogStatus(store).Epochs().Single().AcknowledgedUpTo);
        Assert.Equal(2, new Rosters(store).People().Count);
        Assert.Equal("li.si", Assert.Single(new Accounts(store, TimeProvider.System).List()).Name);
        Assert.True(new StoreVerification(store).Run(_directory.File("scratch"), cancel: TestContext.Current.CancellationToken).IsRight);
        Assert.Equal("store-left",
            Assert.Throws<HostFault>(() => new StoreMove(host.DataPath, database).Run(cancel: TestContext.Current.CancellationToken)).Code);
        AnsweringStore.Open(_directory.File("other"));
        Assert.Equal("store-not-empty",
            Assert.Throws<HostFault>(() => new StoreMove(_directory.File("other"), database)
            .Run(cancel: TestContext.Current.CancellationToken)).Code);
    }

    private static void Execute(HostStore store, string sql)
    {
        using var connection = store.Connect();
        using var command = connection.CreateCommand();
#pragma warning disable CA2100 // SQL written by a test
        command.CommandText = sql;
#pragma warning restore CA2100
        command.ExecuteNonQuery();
    }

    private static async Task Change(StreamReader events)
    {
        while (await events.ReadLineAsync(TestContext.Current.CancellationToken) is { } line && line != "event: change")
        {
        }
    }
}
