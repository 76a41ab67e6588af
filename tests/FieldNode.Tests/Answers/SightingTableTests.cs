using System.Data.Common;
using FieldNode.Answers;
using FieldNode.Answers.Sightings;
using FieldNode.Log.Database;
using FieldNode.Log.Keys;
using FieldNode.Log.Store;
using FieldNode.Tests.Support;

namespace FieldNode.Tests.Answers;

public sealed class SqliteSightingTableTests() : SightingTableTests(Stores.Sqlite);

public sealed class PostgresSightingTableTests() : SightingTableTests(Stores.Postgres);

/// <summary>
/// The index from codes to records finds the same as a plain set of sightings, wherever they are buffered and whichever host wrote them.
/// </summary>
public abstract class SightingTableTests(Stores stores)
{
    private const int Commits = 120;
    private const int PerCommitMax = 30;
    private const int Codes = 400;
    private const int PendingMax = 128;

    [Fact]
    public void Whatever_comes_and_goes_is_found_as_in_a_plain_set()
    {
        var seed = Seed.Take(nameof(Whatever_comes_and_goes_is_found_as_in_a_plain_set));
        var random = new Random(seed);
        using var directory = new TemporaryDirectory();
        var store = stores.Open(directory.File("data"));
        using var one = new Session(store);
        using var other = new Session(store);
        var model = new SortedSet<Sighting>();
        for (var i = 0; i < Commits; i++)
        {
            var host = random.Next(3) == 0 ? other : one; // each sees what the other has written
            Sighting[] change = [.. Enumerable.Range(0, 1 + random.Next(PerCommitMax)).Select(_ => Any(random)).Distinct().Order()];
            host.Change(change, model, fails: random.Next(5) == 0);
            Assert.Equal(model.Where(sighting => sighting.Key.Round == 1).GroupBy(sighting => sighting.Key)
                .ToDictionary(group => group.Key, group => group.ToList()), host.Table.Find([.. AllKeys(1)]));
        }

        Assert.Equal(model, Enumerable.Range(0, Codes).SelectMany(code => one.Of(Code(code))).Order());
        Assert.Equal(model.Count, one.Count("all_sightings"));
        Assert.True(one.Count("sightings") > model.Count / 2,
            Seed.Replay(nameof(Whatever_comes_and_goes_is_found_as_in_a_plain_set), seed) + ": hardly any have moved");
    }

    [Fact]
    public void A_rebuilt_table_equals_the_one_built_by_merging()
    {
        using var directory = new TemporaryDirectory();
        var store = stores.Open(directory.File("data"));
        using var one = new Session(store);
        using var other = new Session(store);
        Sighting At(int code, uint epoch) => new(new SeenKey(Code(code), 7, 1), 1, epoch, 1);
        one.Add([At(1, 1), At(2, 1), At(3, 1)]);
        other.Clear();
        other.Add([At(1, 2), At(4, 2)]);

        Assert.Equal([At(1, 2), At(4, 2)], one.Table.Find([At(1, 1).Key, At(2, 1).Key, At(4, 1).Key]).Values.SelectMany(seen => seen)
            .OrderBy(seen => seen.Key.Code == Code(4)));
    }

    [Fact]
    public async Task Who_reads_while_sightings_move_misses_none_and_sees_none_twice()
    {
        using var directory = new TemporaryDirectory();
        var store = stores.Open(directory.File("data"));
        using var host = new Session(store);
        Sighting[] all = [.. Enumerable.Range(0, Codes).Select(n => new Sighting(new SeenKey(Code(n), 7, 1), 1, 1, (uint)n)).Order()];
        host.Add(all);
        var writing = Task.Run(() =>
        {
            for (uint i = 2; i < Commits; i++)
            {
                host.Add([.. all.Take(PerCommitMax).Select(sighting => sighting with { Epoch = i })]);
            }
        }, TestContext.Current.CancellationToken);

        do
        {
            var found = store.Read(connection => SeenRecords.Find(connection, 7, Enumerable.Range(0, Codes).Select(n => ($"ZZ{n:D8}", 1))));
            Assert.Equal(Codes, found.Count);
            Assert.Equal(found.Values.Sum(records => records.Count), found.Values.Sum(records => records.Distinct().Count()));
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

    private static CodeKey Code(int number) => CodeKey.Compute($"ZZ{number:D8}");

    /// <summary>A connection as a merge session uses it.</summary>
    private sealed class Session : IDisposable
    {
        private readonly Statements _statements;
        private readonly DbConnection _connection;

        public Session(HostStore store)
        {
            _connection = store.Connect();
            _statements = new Statements(_connection);
            Table = new SightingTable(_statements, PendingMax);
        }

        public SightingTable Table { get; }

        /// <summary>Adds the sightings that are absent and removes those that are present.</summary>
        /// <param name="fails">True to fail the transaction at its end, so that nothing changes.</param>
        public void Change(Sighting[] sightings, SortedSet<Sighting> model, bool fails)
        {
            using var transaction = Sql.BeginWrite(_connection);
            Table.Find([.. sightings.Select(sighting => sighting.Key).Distinct()]);
            Table.Change([.. sightings.Where(sighting => !model.Contains(sighting))], [.. sightings.Where(model.Contains)]);
            if (fails)
            {
                transaction.Rollback();
                return;
            }

            transaction.Commit();
            model.SymmetricExceptWith(sightings);
        }

        public void Add(Sighting[] sightings)
        {
            using var transaction = Sql.BeginWrite(_connection);
            Table.Find([.. sightings.Select(sighting => sighting.Key).Distinct()]);
            Table.Change([.. sightings], []);
            transaction.Commit();
        }

        public List<Sighting> Of(CodeKey code) => SightingTable.Find(_connection, code);

        public void Clear()
        {
            using var transaction = Sql.BeginWrite(_connection);
            SightingTable.Clear(_connection);
            transaction.Commit();
        }

        public long Count(string table) => Sql.Scalar(_connection, $"SELECT count(*) FROM {table}");

        public void Dispose()
        {
            _statements.Dispose();
            _connection.Dispose();
        }
    }
}
