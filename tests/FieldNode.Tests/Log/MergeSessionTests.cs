using FieldNode.Answers.Reports;
using FieldNode.Log.Database;
using FieldNode.Log.Merge;
using FieldNode.Log.Parts;
using FieldNode.Tests.Support;

namespace FieldNode.Tests.Log;

public sealed class SqliteMergeSessionTests() : MergeSessionTests(Stores.Sqlite);

public sealed class PostgresMergeSessionTests() : MergeSessionTests(Stores.Postgres);

/// <summary>The state that one transaction of a connection leaves for the next.</summary>
public abstract class MergeSessionTests(Stores stores) : IDisposable
{
    private const ulong Node = 0x1122334455667788;
    private const uint Epoch = 5;

    private readonly TemporaryDirectory _directory = new();

    public void Dispose()
    {
        GC.SuppressFinalize(this);
        _directory.Dispose();
    }

    [Fact]
    public void Two_transactions_with_nobody_elses_between_them_are_next_to_each_other_and_no_others()
    {
        var store = stores.Open(_directory.File("data"));
        using var mine = store.Connect();
        using var other = store.Connect();

        var first = Write(mine);
        var second = Write(mine);
        Assert.True(Dialect.For(mine).IsNext(first, second));
        Write(other);
        var third = Write(mine);
        Assert.False(Dialect.For(mine).IsNext(second, third));
        Assert.True(Dialect.For(mine).IsNext(third, Write(mine)));
    }

    [Fact]
    public void What_another_session_has_merged_meanwhile_is_not_taken_in_again()
    {
        var store = stores.Open(_directory.File("data"));
        using MergeSession one = new(store), other = new(store);
        var frames = Logs.Morning(Epoch, "L1", "ZZ00000001", "E00000001", "E00000002", "E00000003");

        Assert.Equal((2, 2u), Merge(one, frames, 0, 2));
        Assert.Equal((2, 4u), Merge(other, frames, 2, 4));
        Assert.Equal((0, 4u), Merge(one, frames, 1, 4));
        Assert.Equal((frames.Count - 4, (uint)frames.Count), Merge(one, frames, 0, frames.Count));
        Assert.Equal((0, (uint)frames.Count), Merge(other, frames, 0, frames.Count));
        Assert.Equal(3, OpenLog.People(store, new PersonFilter()).Count());
    }

    [Fact]
    public void After_a_transaction_that_was_given_up_nothing_of_it_is_known()
    {
        var store = stores.Open(_directory.File("data"));
        using var session = new MergeSession(store);
        var frames = Logs.Morning(Epoch, "L1", "ZZ00000001", "E00000001");
        Merge(session, frames, 0, 2);

        Assert.Throws<InvalidOperationException>(() => session.Merge((connection, merger) =>
        {
            merger.Add(Part(frames, 0, frames.Count), 0);
            throw new InvalidOperationException("power");
        }));

        Assert.Equal((frames.Count - 2, (uint)frames.Count), Merge(session, frames, 0, frames.Count));
    }

    private static long Write(System.Data.Common.DbConnection connection)
    {
        using var transaction = Sql.BeginWrite(connection, out var number);
        Sql.Execute(connection, "INSERT INTO meta (name, value) VALUES ('test', 1) ON CONFLICT (name) DO UPDATE SET value = "
            + "meta.value + 1");
        transaction.Commit();
        return number;
    }

    private static (int Added, uint UpTo) Merge(MergeSession session, List<byte[]> frames, int from, int to)
    {
        var result = session.Merge((_, merger) => merger.Add(Part(frames, from, to), 0)).Single();
        return (result.Added, result.AcknowledgedUpTo);
    }

    private static LogPart Part(List<byte[]> frames, int from, int to)
    {
        return Logs.PartOf(Logs.BatchOf(1, Node, Epoch, (uint)from + 1, new byte[32], [.. frames.Skip(from).Take(to - from)]),
            LogSource.LogFile);
    }
}
