using System.Net.Http.Headers;
using System.Net;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text;
using FieldNode.Core.Enrolment;
using FieldNode.Host.Cards;
using FieldNode.Host.Http;
using FieldNode.Log.Database;
using FieldNode.Log.Nodes;
using FieldNode.Log.Store;
using FieldNode.Protocol;
using FieldNode.Simulator.PcBoard;
using FieldNode.Tests.Support;

namespace FieldNode.Tests.Host;

/// <summary>A claim is traded once for a key that both sides derive; a status is accepted only under that key.</summary>
public abstract partial class ClaimTests(Stores stores)
{
    [Fact]
    public async Task A_node_trades_its_claim_for_the_key_that_the_host_stores()
    {
        await using var host = await TestHost.Start(stores: stores);
        var node = Enrol(host);
        using var uplink = new HttpUplink(host.Address, new HttpClient());
        var claiming = new Claiming(uplink, HmacTags.Instance, node.Id, host.Store.HostId, node.Claim!, new byte[16], seed: 1);

        await Finish(claiming);

        var key = new NodeRegistry(host.Store, TimeProvider.System).Find(node.Id)!.Key!;
        Assert.Equal(NodeKeys.Link(HmacTags.Instance, key), claiming.LinkKey);
        Assert.Equal(NodeKeys.Seal(HmacTags.Instance, key), claiming.SealReserve);
        var frames = Logs.Morning(1, "L1", "ZZ00000001", "11010519491231002X").ToArray();
        Assert.Equal(200, (await host.Post(Logs.BatchOf(host.Store.HostId, node.Id, 1, 1, key, frames))).Status);
    }

    [Fact]
    public async Task The_same_request_gets_the_same_answer_and_another_box_gets_none()
    {
        await using var host = await TestHost.Start(stores: stores);
        var node = Enrol(host);
        var request = Request(host, node, nonce: 1);
        var (status, first) = await Post(host, request);
        Assert.Equal(HttpStatusCode.OK, status);

        Assert.Equal(first, (await Post(host, request)).Body);
        Assert.Equal(HttpStatusCode.Conflict, (await Post(host, Request(host, node, nonce: 2))).Status);
    }

    [Theory]
    [InlineData("tag", HttpStatusCode.Unauthorized, "bad-tag")]
    [InlineData("node", HttpStatusCode.Unauthorized, "unknown-node")]
    [InlineData("host", HttpStatusCode.Forbidden, "wrong-host")]
    [InlineData("short", HttpStatusCode.BadRequest, "malformed-batch")]
    [InlineData("long", HttpStatusCode.RequestEntityTooLarge, "too-large")]
    public async Task A_claim_that_is_none_changes_nothing(string what, HttpStatusCode status, string code)
    {
        await using var host = await TestHost.Start(stores: stores);
        var node = Enrol(host);
        var request = Request(host, node, nonce: 1);
        byte[] wrong = what switch
        {
            "short" => request[..60],
            "long" => [.. request, 0],
            _ => (byte[])request.Clone(),
        };
        wrong[what switch { "tag" => 40, "node" => 9, "host" => 5, _ => 20 }] ^= 1;

        var (answered, body) = await Post(host, wrong);

        Assert.Equal((status, code), (answered, JsonDocument.Parse(body).RootElement.GetProperty("code").GetString()));
        Assert.Equal(HttpStatusCode.OK, (await Post(host, request)).Status);
    }

    [Fact]
    public async Task A_renewed_card_takes_over_and_the_old_claim_is_worth_nothing()
    {
        await using var host = await TestHost.Start(stores: stores);
        var node = Enrol(host);
        var renewed = node;
        new NodeRegistry(host.Store, TimeProvider.System)
            .Renew(node.Name, EnrolmentCards.NewClaim(), keepsKey: true, fresh => renewed = fresh);

        Assert.Equal(HttpStatusCode.Unauthorized, (await Post(host, Request(host, node, nonce: 1))).Status);
        Assert.Equal(HttpStatusCode.OK, (await Post(host, Request(host, renewed, nonce: 1))).Status);
    }

    [Fact]
    public async Task A_claim_is_worth_nothing_after_a_quarter_of_an_hour()
    {
        var time = new SetTime();
        await using var host = await TestHost.Start(time, stores: stores);
        var late = EnrolmentCards.NewNode("lane-8", "S", "L8");
        new NodeRegistry(host.Store, time).Add(late);
        var inTime = EnrolmentCards.NewNode("lane-9", "S", "L9");
        new NodeRegistry(host.Store, time).Add(inTime);

        time.Now += NodeRegistry.ClaimMax;
        var request = Request(host, inTime, nonce: 1);
        Assert.Equal(HttpStatusCode.OK, (await Post(host, request)).Status);
        time.Now += TimeSpan.FromMilliseconds(1);

        Assert.Equal("claim-expired", await CodeOf(Post(host, Request(host, late, nonce: 1))));
        Assert.Equal(HttpStatusCode.OK, (await Post(host, request)).Status); // a lost answer is sent again
        var renewed = late;
        new NodeRegistry(host.Store, time).Renew(late.Name, EnrolmentCards.NewClaim(), keepsKey: true, fresh => renewed = fresh);
        Assert.Equal(HttpStatusCode.OK, (await Post(host, Request(host, renewed, nonce: 1))).Status);
    }

    [Fact]
    public async Task A_rotated_node_uploads_under_its_old_key_until_the_new_card_is_scanned()
    {
        var time = new SetTime();
        await using var host = await TestHost.Start(time, stores: stores);
        var frames = Logs.Morning(1, "L1", "ZZ00000001", "11010519491231002X").ToArray();
        var renewed = host.Node;
        new NodeRegistry(host.Store, time).Renew(host.Node.Name, EnrolmentCards.NewClaim(), keepsKey: true, fresh => renewed = fresh);
        Assert.Equal(200, (await host.Post(host.Batch(1, 1, frames))).Status);

        await Post(host, Request(host, renewed, nonce: 1));
        time.Now += TimeSpan.FromSeconds(10);

        Assert.Equal(401, (await host.Post(host.Batch(1, 1, frames))).Status);
        var key = new NodeRegistry(host.Store, time).Find(host.Node.Id)!.Key!;
        Assert.Equal(200, (await host.Post(Logs.BatchOf(host.Store.HostId, host.Node.Id, 1, 1, key, frames))).Status);
    }

    [Fact]
    public async Task From_a_replaced_box_nothing_more_is_taken_and_the_next_one_becomes_the_node()
    {
        var time = new SetTime();
        await using var host = await TestHost.Start(time, stores: stores);
        var frames = Logs.Morning(1, "L1", "ZZ00000001", "11010519491231002X").ToArray();
        Assert.Equal(200, (await host.Post(host.Batch(1, 1, frames[..3]))).Status);
        var renewed = host.Node;
        new NodeRegistry(host.Store, time).Renew(host.Node.Name, EnrolmentCards.NewClaim(), keepsKey: false, fresh => renewed = fresh);
        time.Now += TimeSpan.FromSeconds(10);

        Assert.Equal(401, (await host.Post(host.Batch(1, 1, frames))).Status);
        Assert.Equal(HttpStatusCode.OK, (await Post(host, Request(host, renewed, nonce: 1))).Status);
        Assert.Equal(401, (await host.Post(host.Batch(1, 1, frames))).Status);
    }

    [Fact]
    public async Task A_revoked_node_is_told_so_wherever_it_asks_and_a_new_card_lets_it_back_in()
    {
        var time = new SetTime();
        await using var host = await TestHost.Start(time, stores: stores);
        var registry = new NodeRegistry(host.Store, time);
        var waiting = Enrol(host);
        registry.Revoke(host.Node.Name);
        registry.Revoke(waiting.Name);
        time.Now += TimeSpan.FromSeconds(10);

        var (status, _, text) = await host.Post(host.Batch(1, 1, [.. Logs.Morning(1, "L1", "ZZ00000001", "11010519491231002X")]));
        Assert.Equal(403, status);
        Assert.Contains("node-revoked", text, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Forbidden, await Status(host, host.Key, boot: 1, ticks: 1, "ok"));
        Assert.Equal("node-revoked", await CodeOf(Post(host, Request(host, waiting, nonce: 1))));
        Assert.Empty(new LogStatus(host.Store).Epochs());

        var renewed = waiting;
        registry.Renew(waiting.Name, EnrolmentCards.NewClaim(), keepsKey: true, fresh => renewed = fresh);
        Assert.Equal(HttpStatusCode.OK, (await Post(host, Request(host, renewed, nonce: 2))).Status);
    }

    [Fact]
    public async Task Neither_number_of_an_exchange_stands_in_the_store_and_both_are_deleted_once_the_key_is_used()
    {
        await using var host = await TestHost.Start(stores: stores);
        var node = Enrol(host);
        var request = Request(host, node, nonce: 0x5A);
        var answer = (await Post(host, request)).Body;
        List<byte[]?> Held()
        {
            using var connection = host.Store.Connect();
            return Sql.Query(connection, "SELECT request, answer FROM claims WHERE is_traded = 1",
                reader => new[] { reader[0] as byte[], reader[1] as byte[] }).SelectMany(row => row).ToList();
        }

        Assert.All(Held(), held =>
            Assert.True(held.AsSpan().IndexOf(request.AsSpan(16, 16)) < 0 && held.AsSpan().IndexOf(answer.AsSpan(12, 16)) < 0));
        Assert.Equal(2, Held().OfType<byte[]>().Count());

        var key = new NodeRegistry(host.Store, TimeProvider.System).Find(node.Id)!.Key!;
        await host.Accept(Logs.BatchOf(host.Store.HostId, node.Id, 1, 1, key,
            [.. Logs.Morning(1, "L1", "ZZ00000001", "11010519491231002X")]));

        Assert.All(Held(), Assert.Null);
        Assert.Equal(HttpStatusCode.Conflict, (await Post(host, request)).Status);
    }

    [Fact]
    public async Task An_answer_that_another_forged_is_not_believed()
    {
        await using var host = await TestHost.Start(stores: stores);
        var node = Enrol(host);
        var request = Request(host, node, nonce: 0);
        var answer = (await Post(host, request)).Body;
        for (var i = 0; i < answer.Length; i++)
        {
            var forged = (byte[])answer.Clone();
            forged[i] ^= 4;
            var claiming = new Claiming(new OneAnswer(forged), HmacTags.Instance, node.Id, host.Store.HostId, node.Claim!,
                new byte[16], seed: 1);
            claiming.Step(0);
            claiming.Step(1);

            Assert.Empty(claiming.LinkKey);
        }
    }

    private static async Task<string> CodeOf(Task<(HttpStatusCode Status, byte[] Body)> answer)
    {
        return JsonDocument.Parse((await answer).Body).RootElement.GetProperty("code").GetString()!;
    }

    private static EnrolledNode Enrol(TestHost host)
    {
        var node = EnrolmentCards.NewNode("lane-9", "S", "L9");
        new NodeRegistry(host.Store, TimeProvider.System).Add(node);
        return node;
    }

    private static async Task Finish(Claiming claiming)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(5));
        for (uint now = 0; claiming.LinkKey.Length == 0; now += 5)
        {
            claiming.Step(now);
            await timer.WaitForNextTickAsync(TestContext.Current.CancellationToken);
        }
    }

    private static byte[] Request(TestHost host, EnrolledNode node, byte nonce)
    {
        var request = new byte[ClaimMessage.RequestBytes];
        ClaimMessage.WriteRequest(request, host.Store.HostId, node.Id, [.. Enumerable.Repeat(nonce, 16)]);
        HMACSHA256.HashData(node.Claim!, request.AsSpan(0, ClaimMessage.RequestTagged), request.AsSpan(ClaimMessage.RequestTagged));
        return request;
    }

    private static async Task<HttpStatusCode> Status(TestHost host, byte[] key, int boot, int ticks, string scanner)
    {
        var json = JsonSerializer.Serialize(new { Node = host.Node.IdText, Boot = boot, Ticks = ticks, Scanner = scanner });
        var tag = Convert.ToHexString(HMACSHA256.HashData(Logs.KeysOf(key).Status, Encoding.UTF8.GetBytes(json)));
        return (await Post(host, Encoding.UTF8.GetBytes($"{json}\n{tag}"), StatusEndpoint.Path, StatusEndpoint.ContentType)).Status;
    }

    private static async Task<(HttpStatusCode Status, byte[] Body)> Post(TestHost host, byte[] body, string path = ClaimEndpoint.Path,
        string type = ClaimEndpoint.ContentType)
    {
        using var client = new HttpClient();
        using var content = new ByteArrayContent(body);
        content.Headers.ContentType = new MediaTypeHeaderValue(type);
        using var response = await client.PostAsync(new Uri(host.Address, path), content, TestContext.Current.CancellationToken);
        return (response.StatusCode, await response.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken));
    }

    private sealed class OneAnswer(byte[] answer) : FieldNode.Core.Ports.IUplink
    {
        public byte[] Answer => answer;

        public int AnswerCount => answer.Length;

        public void Begin(byte kind, byte[] body, int count)
        {
        }

        public byte Poll() => FieldNode.Core.Ports.UplinkState.Answered;
    }
}

public sealed class SqliteClaimTests() : ClaimTests(Stores.Sqlite);

public sealed class PostgresClaimTests() : ClaimTests(Stores.Postgres);
