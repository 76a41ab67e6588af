using FieldNode.Answers;
using FieldNode.Answers.Facts;
using FieldNode.Answers.Reports;
using FieldNode.Answers.Roster;
using FieldNode.Host.Operations;
using FieldNode.Log;
using FieldNode.Log.Merge;
using FieldNode.Log.Nodes;
using FieldNode.Log.Store;
using FieldNode.Protocol.Records;
using FieldNode.Tests.Support;

namespace FieldNode.Tests.Answers;

/// <summary>
/// Each kind of doubt is listed with its evidence, settled by a coordinator's decision, and open again when the decision is taken back.
/// </summary>
public abstract class DecisionTests : IDisposable
{
    private const uint Epoch = 8;
    private const string Person = "11010519491231002X";

    private readonly TemporaryDirectory _directory = new();
    private readonly Stores _stores;
    private readonly HostStore _store;

    protected DecisionTests(Stores stores)
    {
        _stores = stores;
        _store = stores.Open(_directory.File("data"));
        foreach (var node in new[] { 1u, 2u })
        {
            new NodeRegistry(_store, TimeProvider.System).Add(new EnrolledNode(node, $"lane-{node}", "S", $"L{node}", null));
        }
    }

    public void Dispose()
    {
        _directory.Dispose();
        GC.SuppressFinalize(this);
    }

    [Theory]
    [InlineData(DoubtKind.Twice, Settlement.Strike, 1)]
    [InlineData(DoubtKind.Twice, Settlement.Accept, 2)]
    [InlineData(DoubtKind.Tube, Settlement.Strike, 2)]
    [InlineData(DoubtKind.Tube, Settlement.Accept, 2)]
    public async Task A_person_or_tube_on_two_lanes(string kind, string choice, int people)
    {
        await Add(1, 1, Logs.Morning(Epoch, "L1", "ZZ00000001", Person));
        await Add(2, 1, Logs.Morning(Epoch, "L2", kind == DoubtKind.Tube ? "ZZ00000001" : "ZZ00000002", kind == DoubtKind.Twice ? Person
            : "E12345678"));

        var doubt = Open(kind).Single();
        Assert.Equal(["正飞 L1", "正飞 L2"], doubt.Evidence.Select(evidence => evidence.Where));
        Settle(doubt, choice, choice == Settlement.Strike ? doubt.Evidence[1].Record : null);

        Assert.Empty(Open(kind));
        Assert.Equal(people, OpenLog.People(_store, new PersonFilter()).Count());
        Assert.Equal("li.si", new DoubtsAnswer(_store, Fleet.Read(_store)).Decisions()[0].Who);
        foreach (var decision in new DoubtsAnswer(_store, Fleet.Read(_store)).Decisions())
        {
            new Settlement(_store, TimeProvider.System).TakeBack(decision.Id);
        }

        Assert.Equal(doubt.Id, Open(kind).Single().Id);
        Assert.Equal(2, OpenLog.People(_store, new PersonFilter()).Count());
        Verify();
    }

    [Theory]
    [InlineData(Settlement.Keep, 1, "E00000001")]
    [InlineData(Settlement.Strike, 0, "")]
    [InlineData(Settlement.Accept, 2, "E00000001")]
    public async Task Two_records_under_one_identity(string choice, int people, string person)
    {
        var frames = Logs.Morning(Epoch, "L1", "ZZ00000001", "E00000001");
        await Add(1, 1, frames);
        await Add(1, 4, [Logs.FrameOf(Epoch, 4, 3000, new PersonSampled { Tube = 3, Position = 1, Round = 1 }.WithCode("E00000002"))]);

        var doubt = Open(DoubtKind.Conflict).Single();
        Assert.Equal(2, doubt.Evidence.Count);
        var right = doubt.Evidence.Single(evidence => evidence.Words.Contains(Masked("E00000001"), StringComparison.Ordinal));
        Settle(doubt, choice, choice == Settlement.Keep ? right.Variant : null);

        Assert.Empty(Open(DoubtKind.Conflict));
        var rows = OpenLog.People(_store, new PersonFilter()).ToList();
        Assert.Equal(people, rows.Count);
        Assert.Contains(person, rows.Select(row => row.Person).Append(""));
        Assert.Equal(2 - people, OpenLog.People(_store, new PersonFilter(All: true)).Count(row => row.State == PersonState.Struck));
        Verify();
    }

    [Theory]
    [InlineData(3000u)]
    [InlineData(3500u)]
    public async Task The_kept_version_counts_though_the_other_one_names_the_same_person(uint kept)
    {
        new Rosters(_store).Set("正飞", [new RosterPerson("正飞", Person, "1", "1")]);
        await Add(1, 1, Logs.Morning(Epoch, "L1", "ZZ00000001", Person));
        await Add(1, 4, [Logs.FrameOf(Epoch, 4, 3500,
            new PersonSampled { Tube = 3, Position = 1, Round = 1, Kind = PersonSampled.KindResidentId }.WithCode(Person))]);
        var variants = Open(DoubtKind.Conflict).Single().Evidence;

        Settle(Open(DoubtKind.Conflict).Single(), Settlement.Keep, variants[kept == 3000 ? 0 : 1].Variant);

        Assert.Equal(1, CoverageAnswer.Compute(_store, Fleet.Read(_store), 1, null).Done);
        Assert.Single(PersonAnswer.Compute(_store, Person).Sampled);
        Verify();
    }

    private string Masked(string code) => _store.Vault.Masked(_store.Vault.Seal(code));

    [Fact]
    public async Task Accepting_a_person_twice_brings_no_rejected_version_back()
    {
        await Add(1, 1, Logs.Morning(Epoch, "L1", "ZZ00000001", Person));
        await Add(1, 4, [Logs.FrameOf(Epoch, 4, 3000, new PersonSampled { Tube = 3, Position = 1, Round = 1 }.WithCode("E00000002"))]);
        await Add(2, 1, Logs.Morning(Epoch, "L2", "ZZ00000002", Person));
        var conflict = Open(DoubtKind.Conflict).Single();
        Settle(conflict, Settlement.Keep,
            conflict.Evidence.Single(evidence => evidence.Words.Contains(Masked(Person), StringComparison.Ordinal)).Variant);

        Settle(Open(DoubtKind.Twice).Single(), Settlement.Accept, null);

        Assert.Equal([Person, Person], OpenLog.People(_store, new PersonFilter()).Select(row => row.Person));
        Verify();
    }

    [Fact]
    public async Task A_gap_is_accepted_and_a_smaller_one_of_it_stays_so()
    {
        var frames = Logs.Morning(Epoch, "L1", "ZZ00000001", "E00000001", "E00000002", "E00000003", "E00000004");
        await Add(1, 1, frames[..3]);
        await Add(1, 7, frames[6..]);

        var doubt = Open(DoubtKind.Gap).Single();
        Assert.Equal($"gap:0000000000000001/{Epoch:X8}/4-6", doubt.Id);
        Settle(doubt, Settlement.Accept, null);
        Assert.Empty(Open(DoubtKind.Gap));

        await Add(1, 5, frames[4..5]); // part of the gap arrived after all
        Assert.Empty(Open(DoubtKind.Gap));
        Assert.Equal(2, new LogStatus(_store).Epochs().Single(epoch => epoch.Node == 1).Gaps.Count);
    }

    [Theory]
    [InlineData(Settlement.At, "2021-11-07T06:40:00+08:00", "2021-11-06T22:40:00.000Z")]
    [InlineData(Settlement.Accept, null, "")]
    public async Task A_clock_that_was_never_set(string choice, string? value, string time)
    {
        await Add(1, 1, [
            Logs.FrameOf(Epoch, 1, 0, new Booted { BootCount = 1 }),
            Logs.FrameOf(Epoch, 2, 1000, new TubeOpened { Round = 1, GroupSize = 10 }.WithCode("ZZ00000001")),
            Logs.FrameOf(Epoch, 3, 2000, new PersonSampled { Tube = 2, Position = 1, Round = 1 }.WithCode(Person)),
        ]);

        Settle(Open(DoubtKind.Clock).Single(), choice, value);

        Assert.Empty(Open(DoubtKind.Clock));
        Assert.Equal(time, OpenLog.People(_store, new PersonFilter()).Single().Time.Text);
        Verify();
    }

    [Fact]
    public async Task A_cloned_card_is_accepted_once()
    {
        await using var host = await TestHost.Start(stores: _stores);
        await host.Accept(host.Batch(1, 1, Logs.FrameOf(1, 1, 0, new Booted { BootCount = 1 })));
        await host.Accept(host.Batch(2, 1, Logs.FrameOf(2, 1, 0, new Booted { BootCount = 1 })));
        await host.Accept(host.Batch(1, 2, Logs.FrameOf(1, 2, 9, new Arrived { People = 1 })));
        var doubts = new DoubtsAnswer(host.Store, Fleet.Read(host.Store));

        var doubt = doubts.List([DoubtKind.Clone]).Single();
        new Settlement(host.Store, TimeProvider.System).Settle(doubt.Id, Settlement.Accept, null, "li.si", "");

        Assert.Empty(doubts.List([DoubtKind.Clone]));
    }

    [Fact]
    public async Task A_decision_that_comes_before_its_records_holds_for_them()
    {
        await Add(1, 1, Logs.Morning(Epoch, "L1", "ZZ00000001", Person));
        await Add(2, 1, Logs.Morning(Epoch, "L2", "ZZ00000002", Person));
        var doubt = Open(DoubtKind.Twice).Single();
        Settle(doubt, Settlement.Strike, doubt.Evidence[1].Record);
        await using (var stream = File.Create(_directory.File("decision.fnlog")))
        {
            using var connection = _store.Connect();
            using var command = connection.CreateCommand();
            command.CommandText = "SELECT bytes FROM batches WHERE source = 5";
            stream.Write((byte[])command.ExecuteScalar()!);
        }

        var other = _stores.Open(_directory.File("other"));
        var merge = new FieldNode.Log.Files.FileMerge(other, TimeProvider.System);
        merge.Merge(_directory.File("decision.fnlog"), adopt: true);
        await using (var stream = File.Create(_directory.File("all.fnlog")))
        {
            FieldNode.Host.Export.BatchExport.Write(_store, stream);
        }

        merge.Merge(_directory.File("all.fnlog"), adopt: true);

        Assert.Equal(OpenLog.People(_store, new PersonFilter()), OpenLog.People(other, new PersonFilter()));
        Assert.True(new StoreVerification(other).Run(_directory.File("scratch-2"), cancel: TestContext.Current.CancellationToken).IsRight);
    }

    [Fact]
    public async Task Decisions_without_a_doubt_or_of_the_wrong_kind_are_refused()
    {
        await Add(1, 1, Logs.Morning(Epoch, "L1", "ZZ00000001", Person));
        await Add(2, 1, Logs.Morning(Epoch, "L2", "ZZ00000002", Person));
        var settlement = new Settlement(_store, TimeProvider.System);
        var doubt = Open(DoubtKind.Twice).Single();
        string Code(Action wrong) => Assert.Throws<HostFault>(wrong).Code;

        Assert.Equal("unknown-doubt", Code(() => settlement.Settle("twice:1/x", Settlement.Accept, null, "", "")));
        Assert.Equal("bad-choice", Code(() => settlement.Settle(doubt.Id, Settlement.Keep, null, "", "")));
        Assert.Equal("bad-choice", Code(() => settlement.Settle(doubt.Id, Settlement.Strike, "0000000000000009/00000001/1", "", "")));
        Assert.Equal("value-too-long", Code(() => settlement.Settle(doubt.Id, Settlement.Accept, null, new string('x', 33), "")));
        Assert.Equal("bad-record", Code(() => settlement.TakeBack("rubbish")));
        Assert.Equal("unknown-decision", Code(() => settlement.TakeBack("FFFFFFFF00000001/00000001/1")));
        Assert.Empty(new DoubtsAnswer(_store, Fleet.Read(_store)).Decisions());
    }

    private IReadOnlyList<Doubt> Open(string kind) => new DoubtsAnswer(_store, Fleet.Read(_store)).List([kind]);

    private void Settle(Doubt doubt, string choice, string? value) => new Settlement(_store, TimeProvider.System)
        .Settle(doubt.Id, choice, value, "li.si", "why");

    private void Verify()
    {
        var result = new StoreVerification(_store).Run(_directory.File($"scratch-{Guid.NewGuid()}"), reproject: true,
            cancel: TestContext.Current.CancellationToken);
        Assert.True(result.IsRight, string.Join("; ", result.Differences));
    }

    private async Task Add(ulong node, uint first, List<byte[]> frames)
    {
        await using var queue = new MergeQueue(_store, TimeProvider.System);
        await Logs.Merge(queue, Logs.BatchOf(_store.HostId, node, Epoch, first, new byte[32], [.. frames]));
    }
}

public sealed class SqliteDecisionTests() : DecisionTests(Stores.Sqlite);

public sealed class PostgresDecisionTests() : DecisionTests(Stores.Postgres);
