using FieldNode.Answers.Reports;
using FieldNode.Host.Http;
using FieldNode.Host.Operations;
using FieldNode.Log.Nodes;
using FieldNode.Protocol;
using FieldNode.Protocol.Records;
using FieldNode.Tests.Support;

namespace FieldNode.Tests.Log;

/// <summary>
/// The holder of a node's key can make contradictory statements about where its chains begin. The host then reads the same in whatever
/// order they arrived, and the same as verify recomputes.
/// </summary>
public abstract class ContradictingSealsTests(Stores stores)
{
    private const uint Epoch = 7;
    private const int Records = 10;

    [Fact]
    public async Task Two_chains_that_begin_with_one_record_or_between_others_are_read_alike_in_every_order()
    {
        (uint First, uint Since, byte Chain)[] batches = [(1, 1, 0), (11, 1, 1), (21, 5, 2), (31, 31, 3)];
        var key = new byte[ClaimMessage.KeyBytes];
        key[0] = 7;
        string? expected = null;
        var orders = Orders(batches.Length).ToArray();
        foreach (var order in Sweep.Choose(orders.Length, 8, Seed.Take(nameof(ContradictingSealsTests))).Select(i => orders[i]))
        {
            var patient = new HostSettings { Requests = new RequestLimit(refusals: int.MaxValue, nodeBurst: int.MaxValue) };
            await using var host = await TestHost.Start(stores: stores, settings: patient);
            var node = FieldNode.Host.Cards.EnrolmentCards.NewNode("lane-9", "S", "L9") with { Id = 0xABCD, Key = key };
            new NodeRegistry(host.Store, TimeProvider.System).Add(node);
            foreach (var (first, since, chain) in order.Select(i => batches[i]))
            {
                Assert.Equal(200, (await host.Post(Batch(host.Store.HostId, node, first, since, chain))).Status);
            }

            var people = OpenLog.People(host.Store, new PersonFilter(All: true));
            var read = string.Join('\n', people.Select(row => $"{row.Sequence} {row.Person} {row.State}").Order());
            Assert.Equal(expected ??= read, read);
            using var scratch = new TemporaryDirectory();
            var verified = new StoreVerification(host.Store).Run(scratch.File("other"), cancel: TestContext.Current.CancellationToken);
            Assert.Empty(verified.Differences);
        }
    }

    private static IEnumerable<int[]> Orders(int count)
    {
        return count == 0 ? [[]]
            : Orders(count - 1).SelectMany(order => Enumerable.Range(0, count)
                .Select(at => (int[])[.. order[..at], count - 1, .. order[at..]]));
    }

    private static byte[] Batch(uint host, EnrolledNode node, uint first, uint since, byte chain)
    {
        var reserve = NodeKeys.Seal(HmacTags.Instance, node.Key!);
        var start = new SealStart();
        start.Set(SealStart.OfClaim(1), chain, since, NodeKeys.SealCheck(HmacTags.Instance, reserve));
        var seals = new SealChain(HmacTags.Instance);
        var root = SealChain.TakeRoot(HmacTags.Instance, reserve);
        for (var i = 0; i < chain; i++)
        {
            root = SealChain.TakeRoot(HmacTags.Instance, reserve);
        }

        seals.Begin(root, Epoch, since, start.IsBound);
        var frames = Enumerable.Range(0, Records).Select(i =>
        {
            var sequence = first + (uint)i;
            var person = new PersonSampled { Tube = 0, Position = 1, Round = 1 }.WithCode($"E{sequence:D8}");
            return Logs.Sealed(seals, Logs.FrameOf(Epoch, sequence, 1000, person), Epoch, sequence);
        }).ToArray();
        return Logs.BatchOf(host, node.Id, Epoch, first, node.Key!, frames, start);
    }
}

public sealed class SqliteContradictingSealsTests() : ContradictingSealsTests(Stores.Sqlite);

public sealed class PostgresContradictingSealsTests() : ContradictingSealsTests(Stores.Postgres);
