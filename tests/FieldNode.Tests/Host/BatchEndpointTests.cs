using System.Security.Cryptography;
using FieldNode.Answers;
using FieldNode.Answers.Facts;
using FieldNode.Answers.Reports;
using FieldNode.Host.Export;
using FieldNode.Log.Store;
using FieldNode.Protocol.Records;
using FieldNode.Protocol;
using FieldNode.Simulator.Boards;
using FieldNode.Tests.Support;

namespace FieldNode.Tests.Host;

public abstract partial class BatchEndpointTests(Stores stores)
{
    private const uint Epoch = 0xE0E0E0E0;
    private const string Person = "11010519491231002X";

    [Fact]
    public async Task A_batch_is_acknowledged_with_a_signed_reply_that_echoes_it()
    {
        await using var host = await TestHost.Start(stores: stores);
        var batch = host.Batch(Epoch, 1, [.. Logs.Morning(Epoch, "L1", "ZZ00000001", Person)]);

        var (status, body, _) = await host.Post(batch);

        var reply = new Reply();
        Assert.Equal(200, status);
        Assert.True(reply.TryRead(body, body.Length));
        Assert.Equal(4u, reply.AcknowledgedUpTo);
        Assert.Equal(batch[^32..^24], reply.Echo);
        Assert.Equal(HMACSHA256.HashData(Logs.KeysOf(host.Key).Reply, body.AsSpan(0, body.Length - 32)), body[^32..]);
    }

    [Fact]
    public async Task The_same_batch_again_gets_the_same_answer_and_adds_nothing()
    {
        await using var host = await TestHost.Start(stores: stores);
        var batch = host.Batch(Epoch, 1, [.. Logs.Morning(Epoch, "L1", "ZZ00000001", Person)]);
        var first = await host.Accept(batch);
        using var kept = new MemoryStream();
        BatchExport.Write(host.Store, kept);
        var second = await host.Accept(batch);
        using var keptThen = new MemoryStream();
        BatchExport.Write(host.Store, keptThen);

        Assert.Equal(kept.ToArray(), keptThen.ToArray()); // resending a million times does not fill a disk
        Assert.Equal((first.AcknowledgedUpTo, first.Problem), (second.AcknowledgedUpTo, second.Problem));
        Assert.Single(OpenLog.People(host.Store, new PersonFilter()));
        Assert.Equal(4, new LogStatus(host.Store).Epochs().Single().Records);
    }

    [Fact]
    public async Task Only_the_contiguous_prefix_is_acknowledged_and_the_gap_is_known()
    {
        await using var host = await TestHost.Start(stores: stores);
        var frames = Enumerable.Range(1, 10).Select(i => Logs.FrameOf(Epoch, (uint)i, 0, new Arrived { People = 1 })).ToArray();

        Assert.Equal(3u, (await host.Accept(host.Batch(Epoch, 1, frames[..3]))).AcknowledgedUpTo);
        Assert.Equal(3u, (await host.Accept(host.Batch(Epoch, 7, frames[6..]))).AcknowledgedUpTo);
        Assert.Equal([(4u, 6u)], new LogStatus(host.Store).Epochs().Single().Gaps);
        Assert.Equal(10u, (await host.Accept(host.Batch(Epoch, 4, frames[3..6]))).AcknowledgedUpTo);
        Assert.Empty(new LogStatus(host.Store).Epochs().Single().Gaps);
    }

    [Fact]
    public async Task Other_bytes_under_the_same_identity_are_both_kept_and_flagged()
    {
        await using var host = await TestHost.Start(stores: stores);
        await host.Accept(host.Batch(Epoch, 1, [.. Logs.Morning(Epoch, "L1", "ZZ00000001", Person)]));

        var reply = await host.Accept(host.Batch(Epoch, 1, [.. Logs.Morning(Epoch, "L1", "ZZ00000001", "000000199001010019")]));

        Assert.Equal(Reply.ProblemConflict, reply.Problem);
        Assert.Equal(2, OpenLog.People(host.Store, new PersonFilter()).Count(row => row.State == PersonState.Conflict));
        Assert.Equal(1, new LogStatus(host.Store).Epochs().Single().Conflicts);
    }

    [Fact]
    public async Task A_person_already_sampled_this_round_is_told_to_the_second_lane()
    {
        await using var host = await TestHost.Start(stores: stores);
        await host.Accept(host.Batch(1, 1, [.. Logs.Morning(1, "L1", "ZZ00000001", Person)]));
        var second = host.Enrol("lane-2", "L2");

        var frames = Logs.Morning(9, "L2", "ZZ00000002", Person).ToArray();
        var reply = await host.Accept(Logs.BatchOf(host.Store.HostId, second.Id, 9, 1, second.Key!, frames));

        Assert.Equal(1, reply.MessageCount);
        Assert.Equal((Reply.MessageAlreadySampled, 4u), (reply.MessageKind[0], reply.MessageSequence[0]));
        Assert.Equal("L1", Text.FromAscii(reply.MessageText[0], 0, reply.MessageTextCount[0]));
    }

    [Fact]
    public async Task A_person_whose_first_record_was_undone_is_no_news()
    {
        await using var host = await TestHost.Start(stores: stores);
        var frames = Logs.Morning(1, "L1", "ZZ00000001", Person);
        frames.Add(Logs.FrameOf(1, 5, 9000, new Undone { Sequence = 4 }));
        await host.Accept(host.Batch(1, 1, [.. frames]));
        var second = host.Enrol("lane-2", "L2");

        var reply = await host.Accept(Logs.BatchOf(host.Store.HostId, second.Id, 9, 1, second.Key!,
            [.. Logs.Morning(9, "L2", "ZZ00000002", Person)]));

        Assert.Equal(0, reply.MessageCount);
    }

    [Fact]
    public async Task A_record_type_of_a_later_version_is_carried_and_merged()
    {
        await using var host = await TestHost.Start(stores: stores);
        var buffer = new byte[Frame.BytesMax];
        new byte[] { 1, 2, 3 }.CopyTo(buffer, Frame.HeadBytes);
        var unknown = buffer[..Frame.Seal(buffer, 0, Epoch, 1, 77, 0, 3)];

        var reply = await host.Accept(host.Batch(Epoch, 1, unknown));

        Assert.Equal(1u, reply.AcknowledgedUpTo);
        Assert.Equal(1, new LogStatus(host.Store).Epochs().Single().Records);
    }

    [Theory]
    [InlineData("flipped", 400, "malformed-batch")]
    [InlineData("empty", 400, "malformed-batch")]
    [InlineData("trailing", 400, "malformed-batch")]
    [InlineData("wrong-key", 401, "bad-tag")]
    [InlineData("unknown-node", 401, "unknown-node")]
    [InlineData("other-host", 403, "wrong-host")]
    [InlineData("too-large", 413, "too-large")]
    [InlineData("text", 415, "wrong-content-type")]
    public async Task A_bad_request_gets_its_status_and_stable_code_and_stores_nothing(string kind, int status, string code)
    {
        await using var host = await TestHost.Start(stores: stores);
        var frames = Logs.Morning(Epoch, "L1", "ZZ00000001", Person).ToArray();
        var batch = host.Batch(Epoch, 1, frames);
        byte[] body = kind switch
        {
            "flipped" => [.. batch[..50], (byte)(batch[50] ^ 1), .. batch[51..]],
            "empty" => [],
            "trailing" => [.. batch, 0],
            "wrong-key" => Logs.BatchOf(host.Store.HostId, host.Node.Id, Epoch, 1, new byte[32], frames),
            "unknown-node" => Logs.BatchOf(host.Store.HostId, host.Node.Id + 1, Epoch, 1, host.Key, frames),
            "other-host" => Logs.BatchOf(host.Store.HostId + 1, host.Node.Id, Epoch, 1, host.Key, frames),
            "too-large" => new byte[Batch.BytesMax + 1],
            _ => batch,
        };

        var (actual, _, text) = await host.Post(body, kind == "text" ? "text/plain" : FieldNode.Host.Http.BatchEndpoint.ContentType);

        Assert.Equal(status, actual);
        Assert.Contains($"\"code\":\"{code}\"", text, StringComparison.Ordinal);
        Assert.Empty(new LogStatus(host.Store).Epochs());
    }

    [Fact]
    public async Task A_batch_of_the_first_version_is_no_way_around_the_seals()
    {
        await using var host = await TestHost.Start(stores: stores);
        var first = Convert.FromHexString(File.ReadAllLines(Repository.Fixture("protocol.txt"))
            .Single(line => line.StartsWith("batch-1:", StringComparison.Ordinal))[8..].Replace(" ", "", StringComparison.Ordinal));
        LittleEndian.WriteUInt32(first, 4, host.Store.HostId);
        LittleEndian.WriteUInt64(first, 8, host.Node.Id);
        HMACSHA256.HashData(host.Key, first.AsSpan(0, first.Length - Batch.TagBytes), first.AsSpan(first.Length - Batch.TagBytes));

        var (status, _, text) = await host.Post(first);

        Assert.Equal(400, status);
        Assert.Contains("old-version", text, StringComparison.Ordinal);
        Assert.Empty(new LogStatus(host.Store).Epochs());
    }

    [Fact]
    public async Task Sealed_records_are_stored_sealed_and_counted_by_their_people()
    {
        await using var host = await TestHost.Start(stores: stores);
        var roots = new MemorySealRoots(host.Key);
        var seals = new SealStart { Key = roots.Key, Since = 1, Check = roots.Check };
        var chain = new SealChain(HmacTags.Instance);
        chain.Begin(roots.Take(out seals.Chain), Epoch, 1, seals.IsBound);
        var plain = Logs.Morning(Epoch, "L1", "ZZ00000001", Person, "E00000001");
        var frames = plain.Select((frame, i) => Logs.Sealed(chain, frame, Epoch, (uint)i + 1)).ToArray();
        await host.Accept(Logs.BatchOf(host.Store.HostId, host.Node.Id, Epoch, 1, host.Key, frames, seals));

        Assert.Equal([Person, "E00000001"], OpenLog.People(host.Store).Select(row => row.Person));
        Assert.Single(PersonAnswer.Compute(host.Store, Person).Sampled);
        using var exported = new MemoryStream();
        FieldNode.Host.Export.BatchExport.Write(host.Store, exported);
        Assert.True(exported.ToArray().AsSpan().IndexOf(frames[3]) > 0);
        Assert.True(exported.ToArray().AsSpan().IndexOf(plain[3]) < 0);
    }

    [Fact]
    public async Task A_number_beyond_any_node_costs_the_host_no_time_and_opens_nothing()
    {
        await using var host = await TestHost.Start(stores: stores);
        var frame = Logs.FrameOf(Epoch, 4_000_000_000, 1, new PersonSampled { Tube = 3, Position = 1, Round = 1 }.WithCode("E00000001"));
        var spent = System.Diagnostics.Stopwatch.StartNew();
        await host.Accept(Logs.BatchOf(host.Store.HostId, host.Node.Id, Epoch, 4_000_000_000, host.Key, [frame],
            new SealStart { Key = SealStart.OfClaim(1), Since = 1 }));
        Assert.True(spent.Elapsed < TimeSpan.FromMinutes(1), "it derived the keys of four thousand million records");

        var person = OpenLog.People(host.Store, new FieldNode.Answers.Reports.PersonFilter(All: true)).Single();
        Assert.Equal(("", PersonState.Unreadable), (person.Person, person.State));
    }

    [Fact]
    public async Task People_whose_key_is_not_here_are_held_and_stay_the_nodes_until_they_can_be_read()
    {
        await using var host = await TestHost.Start(stores: stores);
        var start = new SealStart();
        start.Set(SealStart.OfClaim(2), 0, 1, 12345); // the key of a claim that this host has not seen
        static byte[] At(uint sequence, RecordContent content) => Logs.FrameOf(Epoch, sequence, 1, content);
        var reply = await host.Accept(Logs.BatchOf(host.Store.HostId, host.Node.Id, Epoch, 1, host.Key,
            [At(1, new Arrived { People = 1 }), At(2, new PersonSampled { Tube = 1, Position = 1, Round = 1 }.WithCode("E00000001")),
                At(3, new Arrived { People = 1 })], start));

        Assert.Equal((3u, 1u, Reply.ProblemUnreadable), (reply.HeldUpTo, reply.AcknowledgedUpTo, reply.Problem));
    }

    [Fact]
    public async Task A_locked_store_is_busy_and_the_same_batch_is_taken_later()
    {
        await using var host = await TestHost.Start(stores: stores);
        var batch = host.Batch(Epoch, 1, [.. Logs.Morning(Epoch, "L1", "ZZ00000001", Person)]);
        using (var connection = host.Store.Connect())
        using (StoreLock.Take(connection))
        {
            var (status, _, text) = await host.Post(batch);
            Assert.Equal(503, status);
            Assert.Contains("\"code\":\"store-busy\"", text, StringComparison.Ordinal);
        }

        Assert.Equal(4u, (await host.Accept(batch)).AcknowledgedUpTo);
    }

    [Fact]
    public async Task An_address_that_is_not_served_says_what_is()
    {
        await using var host = await TestHost.Start(stores: stores);
        using var client = new HttpClient();
        var response = await client.GetAsync(new Uri(host.Address, "/nothing"), TestContext.Current.CancellationToken);

        Assert.Equal(404, (int)response.StatusCode);
        Assert.Contains("not-found", await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken),
            StringComparison.Ordinal);
    }

    // Epochs are ordered by the millisecond in which they were first heard; waits until the clock moves on.
    private static async Task Later()
    {
        var now = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds();
        while (TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds() <= now)
        {
            await Task.Yield();
        }
    }
}

public sealed class SqliteBatchEndpointTests() : BatchEndpointTests(Stores.Sqlite);

public sealed class PostgresBatchEndpointTests() : BatchEndpointTests(Stores.Postgres);
