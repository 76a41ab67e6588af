using FieldNode.Answers;
using FieldNode.Answers.Reports;
using FieldNode.Answers.Roster;
using FieldNode.Log.Merge;
using FieldNode.Log.Nodes;
using FieldNode.Log.Store;
using FieldNode.Protocol.Records;
using FieldNode.Tests.Support;

namespace FieldNode.Tests.Answers;

/// <summary>Edge cases of the answers that a simulated day does not reach.</summary>
public abstract class AnswerTests : IDisposable
{
    private const uint Epoch = 6;

    private readonly TemporaryDirectory _directory = new();
    private readonly HostStore _store;

    protected AnswerTests(Stores stores)
    {
        _store = stores.Open(_directory.File("data"));
        new NodeRegistry(_store, TimeProvider.System).Add(new EnrolledNode(1, "lane-1", "正飞", "L1", null));
    }

    public void Dispose()
    {
        _directory.Dispose();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task A_target_is_that_of_the_shift()
    {
        var frames = Logs.Morning(Epoch, "L1", "ZZ00000001", [.. Enumerable.Range(0, 10).Select(i => $"E{i:D8}")]);
        RecordContent[] then = [new ModeSet { Mode = ModeSet.Shift, Value = 2 }, new ModeSet { Mode = ModeSet.Target, Value = 12 },
            new PersonSampled { Tube = 3, Position = 11, Round = 1 }.WithCode("E00000099")];
        var last = frames.Count;
        frames.AddRange(then.Select((content, i) => Logs.FrameOf(Epoch, (uint)(last + i + 1), (uint)(60_000 + i * 1000), content)));
        await Add(1, frames);

        var lane = Pace().Lanes.Single();

        Assert.Equal((11, 12, 11), (lane.People, lane.Target, lane.Left));
    }

    [Fact]
    public async Task People_stay_at_the_site_where_they_were_sampled_when_the_node_goes_elsewhere()
    {
        var frames = Logs.Morning(Epoch, "L1", "ZZ00000001", "E00000001", "E00000002");
        frames.Add(Logs.FrameOf(Epoch, 6, 0, new Booted { BootCount = 2, Lane = "L1"u8.ToArray(), Site = "Other"u8.ToArray() }));
        await Add(1, frames);

        var coverage = CoverageAnswer.Compute(_store, Fleet.Read(_store), 1, null);

        Assert.Equal([("正飞", 2)], coverage.Sites.Where(site => site.Sampled > 0).Select(site => (site.Site, site.Sampled)));
        Assert.Equal(OpenLog.People(_store, new PersonFilter()).CountBy(row => row.Site), coverage.Sites.Where(site => site.Sampled > 0)
            .Select(site => KeyValuePair.Create(site.Site, site.Sampled)));
    }

    [Fact]
    public void The_last_of_many_buildings_has_its_missing_people_too()
    {
        new Rosters(_store).Set("S", [.. Enumerable.Range(1, 700).Select(i => new RosterPerson("S", $"E{i:D8}", "1", $"B{i:D3}"))]);

        var missing = CoverageAnswer.Compute(_store, Fleet.Read(_store), 1, null, buildingsMax: 0)
            .MissingPeople(_store, "S", "B650", limit: 500);

        Assert.Equal(["E00000650"], missing.Select(person => _store.Vault.Open(person.Person)));
    }

    [Fact]
    public async Task A_tube_code_of_two_rounds_is_traced_in_the_one_that_is_asked_for()
    {
        var frames = Logs.Morning(Epoch, "L1", "ZZ00000001", "E00000001");
        var tube = (uint)frames.Count + 1;
        frames.Add(Logs.FrameOf(Epoch, tube, 60_000, new TubeOpened { Round = 2, GroupSize = 10 }.WithCode("ZZ00000001")));
        frames.Add(Logs.FrameOf(Epoch, tube + 1, 61_000, new PersonSampled { Tube = tube, Position = 1, Round = 2 }.WithCode("E00000002")));
        await Add(1, frames);

        string[] People(int? round) =>
            [.. TraceAnswer.Compute(_store, "ZZ00000001", round).SelectMany(traced => traced.People)
            .Select(person => _store.Vault.Open(person.Person)).Order()];
        Assert.Equal(["E00000001"], People(1));
        Assert.Equal(["E00000002"], People(2));
        Assert.Empty(People(3));
        Assert.Equal(["E00000001", "E00000002"], People(null));
    }

    [Fact]
    public async Task Somebody_scanned_in_small_letters_is_who_the_roster_means()
    {
        new Rosters(_store).Set("正飞", [new RosterPerson("正飞", "AB12CD", "1", "1")]);
        await Add(1, Logs.Morning(Epoch, "L1", "ZZ00000001", "ab12cd"));

        var coverage = CoverageAnswer.Compute(_store, Fleet.Read(_store), 1, null);

        Assert.Equal((1, 0), (coverage.Done, coverage.NotListed));
        Assert.Single(PersonAnswer.Compute(_store, "ab12cd").Sampled);
        Assert.NotNull(TraceAnswer.Compute(_store, "ZZ00000001").Single().People.Single().Roster);
    }

    private PaceAnswer Pace()
    {
        var fleet = Fleet.Read(_store);
        return PaceAnswer.Compute(fleet, CoverageAnswer.Compute(_store, fleet, 1, null), DateTimeOffset.UtcNow);
    }

    private async Task Add(uint first, List<byte[]> frames)
    {
        await using var queue = new MergeQueue(_store, TimeProvider.System);
        await Logs.Merge(queue, Logs.BatchOf(_store.HostId, 1, Epoch, first, new byte[32], [.. frames]));
    }
}

public sealed class SqliteAnswerTests() : AnswerTests(Stores.Sqlite);

public sealed class PostgresAnswerTests() : AnswerTests(Stores.Postgres);
