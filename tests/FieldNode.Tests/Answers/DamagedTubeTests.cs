using FieldNode.Answers;
using FieldNode.Answers.Facts;
using FieldNode.Answers.Reports;
using FieldNode.Host.Operations;
using FieldNode.Protocol.Records;
using FieldNode.Tests.Support;

namespace FieldNode.Tests.Answers;

/// <summary>
/// No one whose tube was damaged is done: state, counts, coverage and index agree, and undoing the closing restores them.
/// </summary>
public abstract class DamagedTubeTests(Stores stores)
{
    private const uint Epoch = 7;

    private static readonly string[] s_people = ["11010519491231002X", "E00000001", "E00000002"];

    [Fact]
    public async Task Its_people_count_nowhere_and_stand_with_the_reason()
    {
        await using var host = await Start();
        await Add(host, new TubeClosed { Tube = 3, People = 3, Reason = TubeClosed.TubeDamaged });

        Assert.Empty(OpenLog.People(host.Store));
        Assert.All(OpenLog.People(host.Store, new PersonFilter(All: true)), row => Assert.Equal(PersonState.Damaged, row.State));
        Assert.Equal(0, Counted(host));
        Assert.Empty(PersonAnswer.Compute(host.Store, s_people[0]).Sampled);
        AssertVerified(host);
    }

    [Fact]
    public async Task They_are_done_again_when_the_closing_is_undone_and_sampled_again_is_no_doubt()
    {
        await using var host = await Start();
        await Add(host, new TubeClosed { Tube = 3, People = 3, Reason = TubeClosed.TubeDamaged });
        await Add(host, new Undone { Sequence = 7 });
        Assert.Equal(3, Counted(host));
        Assert.Single(PersonAnswer.Compute(host.Store, s_people[0]).Sampled);

        await Add(host, new TubeClosed { Tube = 3, People = 3, Reason = TubeClosed.TubeDamaged });
        await Add(host, new TubeOpened { Round = 1, GroupSize = 10 }.WithCode("ZZ00000002"));
        await Add(host, new PersonSampled { Tube = 10, Position = 1, Round = 1, Kind = PersonSampled.KindResidentId }
            .WithCode(s_people[0]));

        Assert.Equal(1, Counted(host));
        Assert.Empty(new DoubtsAnswer(host.Store, Fleet.Read(host.Store)).List([DoubtKind.Twice]));
        AssertVerified(host);
    }

    [Fact]
    public async Task Somebody_of_another_tube_who_is_undone_afterwards_counts_no_more()
    {
        await using var host = await Start();
        await Add(host, new TubeClosed { Tube = 3, People = 3, Reason = TubeClosed.TubeDamaged });
        await Add(host, new TubeOpened { Round = 1, GroupSize = 10 }.WithCode("ZZ00000002"));
        await Add(host, new PersonSampled { Tube = 8, Position = 1, Round = 1, Kind = PersonSampled.KindResidentId }.WithCode(s_people[0]));
        Assert.Equal(1, Counted(host));

        await Add(host, new Undone { Sequence = 9 });

        Assert.Equal(0, Counted(host));
        Assert.Empty(PersonAnswer.Compute(host.Store, s_people[0]).Sampled);
        AssertVerified(host);
    }

    [Fact]
    public async Task Two_versions_of_a_person_in_it_count_no_more_than_one()
    {
        await using var host = await Start();
        var other = new PersonSampled { Tube = 3, Position = 1, Round = 1, Kind = PersonSampled.KindOtherPaper }.WithCode("E00000003");
        await host.Accept(host.Batch(Epoch, 4, Logs.FrameOf(Epoch, 4, 4000, other)));
        Assert.Equal(2, OpenLog.People(host.Store).Count(row => row.State == PersonState.Conflict));

        await Add(host, new TubeClosed { Tube = 3, People = 3, Reason = TubeClosed.TubeDamaged });

        Assert.Empty(OpenLog.People(host.Store));
        Assert.Equal(0, Counted(host));
        AssertVerified(host);
    }

    private uint _next = 1;

    private async Task<TestHost> Start()
    {
        var host = await TestHost.Start(stores: stores);
        var morning = Logs.Morning(Epoch, "L1", "ZZ00000001", s_people).ToArray();
        await host.Accept(host.Batch(Epoch, 1, morning));
        _next = (uint)morning.Length + 1;
        return host;
    }

    private async Task Add(TestHost host, RecordContent content)
    {
        await host.Accept(host.Batch(Epoch, _next, Logs.FrameOf(Epoch, _next, _next * 1000, content)));
        _next++;
    }

    private static long Counted(TestHost host)
    {
        using var connection = host.Store.Connect();
        return FieldNode.Log.Database.Sql.Scalar(connection, "SELECT coalesce(sum(people), 0) FROM tallies");
    }

    private static void AssertVerified(TestHost host)
    {
        using var directory = new TemporaryDirectory();
        var result = new StoreVerification(host.Store)
            .Run(directory.File("scratch"), reproject: true, cancel: TestContext.Current.CancellationToken);
        Assert.True(result.IsRight, string.Join("; ", result.Differences));
    }
}

public sealed class SqliteDamagedTubeTests() : DamagedTubeTests(Stores.Sqlite);

public sealed class PostgresDamagedTubeTests() : DamagedTubeTests(Stores.Postgres);
