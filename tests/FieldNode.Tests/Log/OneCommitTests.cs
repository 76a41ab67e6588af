using FieldNode.Log.Database;
using FieldNode.Log.Merge;
using FieldNode.Log.Parts;
using FieldNode.Log.Store;
using FieldNode.Protocol;
using FieldNode.Protocol.Records;
using FieldNode.Tests.Support;

namespace FieldNode.Tests.Log;

public sealed class SqliteOneCommitTests() : OneCommitTests(Stores.Sqlite);

public sealed class PostgresOneCommitTests() : OneCommitTests(Stores.Postgres);

/// <summary>Parts that share one commit are merged as if in several commits.</summary>
public abstract class OneCommitTests(Stores stores) : IDisposable
{
    private const ulong Node = 0x1122334455667788;
    private const uint Epoch = 5;

    private readonly TemporaryDirectory _directory = new();

    public void Dispose()
    {
        GC.SuppressFinalize(this);
        _directory.Dispose();
    }

    [Theory]
    [InlineData(LogSource.FlashImage, LogSource.LogFile)]
    [InlineData(LogSource.LogFile, LogSource.FlashImage)]
    public void A_chain_that_an_image_and_a_signed_batch_tell_of_is_the_signed_ones(LogSource first, LogSource second)
    {
        var store = stores.Open(_directory.File("data"));
        var seals = SealStart.OfClaim(1);
        LogPart Told(uint sequence, LogSource source)
        {
            byte[][] frames = [Arrived(sequence, people: 1)];
            var chain = new SealStart { Key = seals, Since = 1 };
            return Logs.PartOf(Logs.BatchOf(1, Node, Epoch, sequence, new byte[32], frames, chain), source);
        }

        Merge(store, Told(1, first), Told(2, second));

        using var connection = store.Connect();
        Assert.Equal(["0"], Sql.Query(connection, "SELECT is_image FROM seal_starts", reader => $"{reader.GetInt64(0)}"));
    }

    [Fact]
    public void A_signed_record_settles_a_conflict_of_images_in_whatever_order_they_come()
    {
        LogPart[] parts = [Part(1, LogSource.FlashImage), Part(2, LogSource.FlashImage), Part(3, LogSource.LogFile)];
        for (var i = 0; i < parts.Length; i++)
        {
            var store = stores.Open(_directory.File($"data{i}"));

            Merge(store, [.. parts.Skip(i), .. parts.Take(i)]);

            using var connection = store.Connect();
            Assert.Equal(0, Sql.Scalar(connection, "SELECT count(*) FROM conflicts"));
        }
    }

    [Fact]
    public void Text_that_a_database_does_not_take_holds_up_nobody()
    {
        var store = stores.Open(_directory.File("data"));
        var people = Logs.Morning(Epoch, "L1", "ZZ00000001", "E00000001");
        var boot = Logs.FrameOf(Epoch, 1, 100, new Booted { BootCount = 1, Lane = "L\01"u8.ToArray(), Site = "S\0T"u8.ToArray() });

        Merge(store, Logs.PartOf(Logs.BatchOf(1, Node, Epoch, 1, new byte[32], [boot, .. people.Skip(1)]), LogSource.LogFile));

        using var connection = store.Connect();
        Assert.Equal(["S\uFFFDT"], Sql.Query(connection, "SELECT site FROM tallies", reader => reader.GetString(0)));
    }

    private static void Merge(HostStore store, params LogPart[] parts)
    {
        using var session = new MergeSession(store);
        session.Merge((_, merger) => Array.ForEach(parts, part => merger.Add(part, 0)));
    }

    private static LogPart Part(byte people, LogSource source) =>
        Logs.PartOf(Logs.BatchOf(1, Node, Epoch, 1, new byte[32], Arrived(1, people)), source);

    private static byte[] Arrived(uint sequence, byte people) => Logs.FrameOf(Epoch, sequence, 100, new Arrived { People = people });
}
