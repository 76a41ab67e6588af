using System.Data.Common;
using FieldNode.Answers;
using FieldNode.Answers.Sightings;
using FieldNode.Log.Database;
using FieldNode.Log.Keys;
using FieldNode.Log.Store;
using FieldNode.Tests.Support;

namespace FieldNode.Tests.Answers;

public sealed class SqliteSightingRunsTests() : SightingRunsTests(Stores.Sqlite);

public sealed class PostgresSightingRunsTests() : SightingRunsTests(Stores.Postgres);

/// <summary>The index from codes to records finds what a plain set of sightings holds, however its runs were merged, and whoever wrote
/// them.</summary>
public abstract class SightingRunsTests(Stores stores)
{
    private const int Commits = 120;
    private const int PerCommitMax = 30;
    private const int Codes = 400;
    private const int BucketFull = 64;

    [Fact]
    public void Whatever_comes_and_goes_is_found_as_in_a_plain_set()
    {
        var seed = Seed.Take(nameof(Whatever_comes_and_goes_is_found_as_in_a_plain_set));
        var random = new Random(seed);
        using var directory = new TemporaryDirectory();
        var store = stores.Open(directory.File("data"));
        using var one = new Host(store);
        using var other = new Host(store);
        var model = new SortedSet<Sighting>();
        for (var i = 0; i < Commits; i++)
        {
            var host = random.Next(3) == 0 ? other : one; // each sees what the other has written
            host.Commit([.. Enumerable.Range(0, 1 + random.Next(PerCommitMax)).Select(_ => Any(random)).Distinct().Order()], model, random);
            Assert.Equal(model.Where(sighting => sighting.Key.Round == 1).GroupBy(sighting => sighting.Key)
                .ToDictionary(group => group.Key, group => group.ToList()), host.Runs.Find([.. AllKeys(1)]));
        }

        Assert.Equal(model, one.Runs.All());
        Assert.Equal(model.Where(sighting => sighting.Key.Code == Code(7)), other.Runs.Find(Code(7)));
        Assert.True(one.Depth > 1, Seed.Replay(nameof(Whatever_comes_and_goes_is_found_as_in_a_plain_set), seed)
            + $": the index is only {one.Depth} deep");
    }

    [Fact]
    public void A_code_seen_more_often_than_a_bucket_holds_stays_whole()
    {
        using var directory = new TemporaryDirectory();
        using var host = new Host(stores.Open(directory.File("data")));
        var model = new SortedSet<Sighting>();
        for (uint i = 0; i < 20; i++)
        {
            host.Commit([.. Enumerable.Range(1, 20).Select(n => new Sighting(new SeenKey(Code(1), 9, 0), 1, i, (uint)n))], model,
                random: null);
        }

        Assert.Equal(400, host.Runs.Find(Code(1)).Count);
        Assert.Equal(model, host.Runs.All());
    }

    [Fact]
    public void What_was_taken_back_and_merged_away_leaves_nothing_and_no_number_is_given_twice()
    {
        using var directory = new TemporaryDirectory();
        using var host = new Host(stores.Open(directory.File("data")));
        var last = 0L;
        for (var i = 0; i < 60; i++)
        {
            Sighting[] all = [.. Enumerable.Range(0, 20).Select(n => new Sighting(new SeenKey(Code(n), 7, 1), 1, 1, (uint)n)).Order()];
            host.Append([.. all.Select(sighting => new RunEntry(sighting, IsGone: i % 2 == 1))]);
            var now = host.Number("SELECT max(id) FROM runs");
            Assert.True(now > last, $"run {now} after {last}");
            last = now;
        }

        Assert.Empty(host.Runs.All());
        Assert.True(host.Number("SELECT sum(count) FROM runs") < 20 * 60, "what is gone was never dropped");
    }

    [Fact]
    public async Task Who_reads_while_runs_are_merged_misses_nothing()
    {
        using var directory = new TemporaryDirectory();
        var store = stores.Open(directory.File("data"));
        using var host = new Host(store);
        Sighting[] all = [.. Enumerable.Range(0, Codes).Select(n => new Sighting(new SeenKey(Code(n), 7, 1), 1, 1, (uint)n)).Order()];
        host.Append([.. all.Select(sighting => new RunEntry(sighting, IsGone: false))]);
        var writing = Task.Run(() =>
        {
            for (uint i = 2; i < Commits; i++)
            {
                host.Append([.. all.Take(PerCommitMax).Select(sighting => new RunEntry(sighting with { Epoch = i }, IsGone: false))]);
            }
        }, TestContext.Current.CancellationToken);

        do
        {
            var found = store.Read(connection => SeenRecords.Of(connection, 7, Enumerable.Range(0, Codes).Select(n => ($"ZZ{n:D8}", 1))));
            Assert.Equal(Codes, found.Count);
        }
        while (!writing.IsCompleted);

        await writing;
    }

    private static IEnumerable<SeenKey> AllKeys(ushort round)
    {
        return Enumerable.Range(0, Codes).SelectMany(code => new byte[] { 6, 7 }.Select(kind => new SeenKey(Code(code), kind, round)))
            .Order();
    }

    private static Sighting Any(Random random)
    {
        return new Sighting(new SeenKey(Code(random.Next(Codes)), (byte)random.Next(6, 8), (ushort)random.Next(1, 3)), random.Next(-1, 2),
            (uint)random.Next(2), (uint)random.Next(3));
    }

    private static CodeKey Code(int number) => CodeKey.Of($"ZZ{number:D8}");

    /// <summary>A host's own view of the index.</summary>
    private sealed class Host : IDisposable
    {
        private readonly List<IDisposable> _owned = [];
        private readonly DbConnection _connection;

        public Host(HostStore store)
        {
            _connection = store.Connect();
            Runs = new SightingRuns(_connection, _owned, BucketFull);
        }

        public SightingRuns Runs { get; }

        public long Depth => Number("SELECT max(level) FROM runs");

        // One in three is taken away; null: none.
        public void Commit(Sighting[] sightings, SortedSet<Sighting> model, Random? random)
        {
            RunEntry[] entries = [.. sightings.Select(sighting => new RunEntry(sighting, IsGone: random?.Next(3) == 0))];
            Append(entries);
            model.UnionWith(entries.Where(entry => !entry.IsGone).Select(entry => entry.Sighting));
            model.ExceptWith(entries.Where(entry => entry.IsGone).Select(entry => entry.Sighting));
        }

        public void Append(RunEntry[] entries)
        {
            using var transaction = Sql.BeginWrite(_connection);
            Runs.Find(entries.Select(entry => entry.Sighting.Key).Distinct().ToList());
            Runs.Append(entries);
            Sql.Commit(_connection, transaction);
        }

        public long Number(string sql) => Sql.Scalar(_connection, sql);

        public void Dispose()
        {
            _owned.ForEach(command => command.Dispose());
            _connection.Dispose();
        }
    }
}
