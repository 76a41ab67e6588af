using FieldNode.Answers.Reports;
using FieldNode.Answers.Roster;
using FieldNode.Host.Operations;
using FieldNode.Log.Merge;
using FieldNode.Log.Parts;
using FieldNode.Log.Store;
using FieldNode.Protocol;
using FieldNode.Protocol.Records;
using FieldNode.Simulator.Flash;
using FieldNode.Simulator.Worlds;
using FieldNode.Tests.Support;

namespace FieldNode.Tests.Answers;

/// <summary>
/// The host's projection equals the records, however they arrived: in order, in pieces, with gaps filled later, twice, and with conflicts.
/// </summary>
public abstract class ProjectionTests(Stores stores)
{
    private static readonly int s_cases = Sweep.Count(24, 4);
    private const int Lanes = 3;

    [Fact]
    public async Task Tables_kept_as_batches_arrive_equal_those_recomputed_from_the_batches()
    {
        var seed = Seed.Take(nameof(Tables_kept_as_batches_arrive_equal_those_recomputed_from_the_batches));
        for (var @case = 0; @case < s_cases; @case++)
        {
            var random = new Random(seed + @case);
            using var directory = new TemporaryDirectory();
            var store = stores.Open(directory.File("data"));
            var households = People.Settle([.. RandomScans.People.Take(30)], 12, 3)
                .Select(resident => new RosterPerson("S", resident.Code, resident.Household, resident.Building)).ToList();
            var rosters = new Rosters(store);
            if (random.Next(2) == 0)
            {
                rosters.Set("S", households);
            }

            // Two hosts, each of which caches the store until another one writes.
            await using (MergeQueue one = new(store, TimeProvider.System), other = new(store, TimeProvider.System))
            {
                foreach (var part in Parts(random))
                {
                    Assert.True((@case % 3 == 0 || random.Next(4) > 0 ? one : other).TryAdd(part, out var merging));
                    if (random.Next(2) == 0)
                    {
                        await merging; // otherwise it shares its commit with others
                    }

                    if (random.Next(12) == 0)
                    {
                        rosters.Set("S", [.. households.Where(_ => random.Next(5) > 0)]);
                    }
                }
            }

            rosters.Set("S", [.. households.Where(_ => random.Next(5) > 0)]);

            Check(store, directory, @case % 2 == 0, $"case {@case}");
        }
    }

    [Fact]
    public Task A_place_that_a_person_is_ahead_of_is_not_the_persons() => CheckOneByOne(
        new PersonSampled { Tube = 2, Position = 1, Round = 1, Place = 4 }.WithCode("E00000001"),
        new PlaceOpened { Kind = PlaceOpened.Home }.WithCode("D1-2"));

    [Fact]
    public Task A_person_behind_the_damage_of_the_tube_does_not_count() => CheckOneByOne(
        new TubeClosed { Tube = 2, People = 0, Reason = TubeClosed.TubeDamaged },
        new PersonSampled { Tube = 2, Position = 1, Round = 1 }.WithCode("E00000001"));

    // Records that no honest lane writes, one commit for each.
    private async Task CheckOneByOne(params RecordContent[] contents)
    {
        const uint Epoch = 7;
        using var directory = new TemporaryDirectory();
        var store = stores.Open(directory.File("data"));
        new Rosters(store).Set("S", [new RosterPerson("S", "E00000001", "1", "1")]);
        RecordContent[] all = [new Booted { BootCount = 1, Lane = [(byte)'L'], Site = [(byte)'S'] },
            new TubeOpened { Round = 1, GroupSize = 10 }.WithCode("T1"), .. contents];
        await using (var queue = new MergeQueue(store, TimeProvider.System))
        {
            for (var i = 0u; i < all.Length; i++)
            {
                Assert.True(queue.TryAdd(Part(1, Epoch, i + 1, [Logs.FrameOf(Epoch, i + 1, i * 100, all[i])]), out var merging));
                await merging;
            }
        }

        Check(store, directory, reproject: true, "one by one");
    }

    private static void Check(HostStore store, TemporaryDirectory directory, bool reproject, string what)
    {
        var result = new StoreVerification(store)
            .Run(directory.File("scratch"), reproject, cancel: TestContext.Current.CancellationToken);
        Assert.True(result.IsRight, $"{what}: {string.Join("; ", result.Differences)} {result.Integrity} {result.DamagedBatches}");

        // The tables' counts equal the people in the log.
        var counting = OpenLog.People(store, new PersonFilter()).ToList();
        using var connection = store.Connect();
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT round, category, lane_kind, hour, sum(people) FROM tallies GROUP BY 1, 2, 3, 4";
        var tallies = new List<(int, string, string, long, int)>();
        using (var reader = command.ExecuteReader())
        {
            while (reader.Read())
            {
                tallies.Add((reader.GetInt32(0), Category.Name(reader.GetInt32(1)), reader.GetString(2), reader.GetInt64(3),
                    reader.GetInt32(4)));
            }
        }

        Assert.Equal(
            counting.GroupBy(row => (row.Round, row.Category, row.LaneKind, row.Time.At is { } at ? at.ToUnixTimeMilliseconds() / 3_600_000
                : -1)).Select(group => (group.Key.Round, group.Key.Category, group.Key.LaneKind, group.Key.Item4, group.Count())).Order(),
            tallies.Order());
        var coverage = Coverage.Compute(new Rosters(store).People(), counting, 1);
        command.CommandText = "SELECT coalesce(sum(people), 0) FROM coverage WHERE round = 1";
        Assert.Equal(coverage.Buildings.Sum(building => building.Done), Convert.ToInt32(command.ExecuteScalar()));
        command.CommandText = "SELECT count(*) FROM unlisted WHERE round = 1";
        Assert.Equal(coverage.NotListed.Where(row => row.Papers != "none").Select(row => row.Person).Distinct().Count(),
            Convert.ToInt32(command.ExecuteScalar()));
        command.CommandText = "SELECT (SELECT coalesce(sum(households), 0) FROM buildings) - (SELECT coalesce(sum(households), 0) FROM "
            + "coverage WHERE round = 1)";
        Assert.Equal(coverage.IncompleteHouseholds, Convert.ToInt32(command.ExecuteScalar()));
    }

    // Honest lanes of random scans, cut into batches; some arrive late, twice, overlapping, or with other bytes under an existing number.
    private static List<LogPart> Parts(Random random)
    {
        var parts = new List<LogPart>();
        for (var lane = 0; lane < Lanes; lane++)
        {
            var bench = new Bench(new NorFlash(64 * 4096), seed: (uint)random.Next(1, 1000)).Start();
            var scans = new RandomScans(random);
            for (var step = 0; step < 150; step++)
            {
                bench.Scan(scans.Next());
                if (random.Next(40) == 0)
                {
                    bench.Restart().Settle();
                }
            }

            var frames = bench.Records().ToList();
            for (var i = 0; i < frames.Count; i++)
            {
                // The bench has no host: some refusals are replaced by a clock record as a host would have set it.
                if (Frame.Type(frames[i].Frame, 0) == RecordType.Refused && random.Next(4) == 0)
                {
                    var clock = new ClockSet { UtcMs = 1_636_237_800_000 + (ulong)random.Next(10_000_000), Source = ClockSet.SourceHost };
                    frames[i] = (frames[i].Sequence,
                        Logs.FrameOf(bench.Node.Log.Epoch, frames[i].Sequence, Frame.Ticks(frames[i].Frame, 0), clock));
                }
            }

            for (var at = 0; at < frames.Count;)
            {
                var count = Math.Min(random.Next(1, 30), frames.Count - at);
                var from = Math.Max(0, at - random.Next(3));
                parts.Add(Part((ulong)lane + 1, bench.Node.Log.Epoch, (uint)from + 1, frames.Skip(from).Take(at + count - from)
                    .Select(record => record.Frame)));
                at += count;
            }

            if (random.Next(3) == 0)
            {
                var at = random.Next(1, frames.Count);
                var other = frames[random.Next(frames.Count)].Frame;
                parts.Insert(random.Next(parts.Count),
                    Part((ulong)lane + 1, bench.Node.Log.Epoch, (uint)at, [Logs.Resealed(other, bench.Node.Log.Epoch, (uint)at)]));
            }
        }

        for (var swaps = random.Next(12); swaps > 0; swaps--)
        {
            var (a, b) = (random.Next(parts.Count), random.Next(parts.Count));
            (parts[a], parts[b]) = (parts[b], parts[a]);
        }

        return parts;
    }

    private static LogPart Part(ulong node, uint epoch, uint first, IEnumerable<byte[]> frames)
    {
        return Logs.PartOf(Logs.BatchOf(1, node, epoch, first, new byte[32], [.. frames]), LogSource.LogFile);
    }
}

public sealed class SqliteProjectionTests() : ProjectionTests(Stores.Sqlite);

public sealed class PostgresProjectionTests() : ProjectionTests(Stores.Postgres);
