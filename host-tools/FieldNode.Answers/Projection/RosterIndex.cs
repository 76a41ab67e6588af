using FieldNode.Answers.Sightings;
using FieldNode.Log.Database;
using FieldNode.Log.Keys;
using FieldNode.Protocol;
using System.Data.Common;

namespace FieldNode.Answers.Projection;

/// <summary>How much of the rosters is done in each round, by household and building, and who was sampled without being on a roster.
/// Updated with each person added or removed.</summary>
internal sealed class RosterIndex
{
    private const int AtOnce = 16_384;

    private const string HomeKey = "round, site text, building text, household text";
    private const string Unlisted = "code text, round";

    private readonly DbConnection _connection;
    private readonly Rows _find;
    private readonly Rows _homes;
    private readonly Rows _countHome;
    private readonly Rows _count;
    private readonly Rows _dropEmptyHome;
    private readonly Rows _dropEmpty;
    private readonly Rows _list;
    private readonly Rows _unlist;
    private readonly List<(int Round, string Person, bool Came)> _changes = [];

    public RosterIndex(Statements statements)
    {
        _connection = statements.Connection;
        _find = Rows.Find(statements, "roster_people", "person, site, building, household", "person text");
        _homes = Rows.Create(statements, """
            SELECT k.round, k.site, k.building, k.household,
                   (SELECT count(*) FROM roster_people AS home WHERE home.site = k.site AND home.building = k.building AND home.household =
                       k.household),
                   coalesce((SELECT done FROM households AS home WHERE home.round = k.round AND home.site = k.site AND home.building =
                       k.building AND home.household = k.household), 0)
            FROM {k}
            """, HomeKey);
        _countHome = CountHome(statements);
        _dropEmptyHome = Rows.Delete(statements, "households", HomeKey, where: "done = 0");
        _count = Rows.Count(statements, "coverage", "round, site text, building text", "people, households");
        _dropEmpty = Rows.Delete(statements, "coverage", "round, site text, building text", where: "people = 0");
        _list = Rows.Delete(statements, "unlisted", Unlisted);
        _unlist = Unlist(statements);
    }

    /// <summary>Whether any roster exists.</summary>
    public bool Any { get; private set; }

    /// <summary>Begins a transaction.</summary>
    /// <param name="isKnown">No other writer has changed the store since the last transaction.</param>
    public void Begin(bool isKnown)
    {
        _changes.Clear();
        Any = isKnown ? Any : Sql.Scalar(_connection, "SELECT EXISTS (SELECT 1 FROM rosters)") != 0;
    }

    /// <summary>Notes that a person is now sampled in a round, or no longer is.</summary>
    public void Note(int round, string person, bool came)
    {
        _changes.Add((round, person, came));
    }

    /// <summary>Applies the noted changes to the counts.</summary>
    public void Write()
    {
        var homes = Homes();
        foreach (var (round, person, came) in _changes.Where(change => !homes.ContainsKey(change.Person)))
        {
            (came ? _unlist : _list).Add(person, round);
        }

        Count([.. _changes.Where(change => homes.ContainsKey(change.Person))], homes);
        _unlist.Run();
        _list.Run();
        _changes.Clear();
    }

    /// <summary>Recounts how much of a site's roster is done; null for all sites.</summary>
    public static void Rebuild(DbConnection connection, string? site)
    {
        using var statements = new Statements(connection);
        var (sightings, count, rounds) = (new SightingTable(statements), CountHome(statements), Rounds(connection));
        foreach (var table in new[] { "households", "coverage" })
        {
            // including sites that no longer exist
            Sql.Execute(connection, $"DELETE FROM {table} WHERE CAST(@site AS TEXT) IS NULL OR site = @site",
                new { site });
        }

        foreach (var one in site is not null ? [site]
            : Sql.Query(connection, "SELECT DISTINCT site FROM roster_people", reader => reader.GetString(0)))
        {
            var people = Sql.Query(connection, "SELECT person, building, household FROM roster_people WHERE site = @site",
                reader => (Person: reader.GetString(0), Building: reader.GetString(1), Household: reader.GetString(2)), new { site = one });
            foreach (var part in people.Chunk(AtOnce))
            {
                var done = Sampled(sightings, part.Select(person => person.Person), rounds);
                foreach (var home in part.SelectMany(person => done[person.Person]
                    .Select(round => (round, person.Building, person.Household))).CountBy(home => home))
                {
                    count.Add(home.Key.round, one, home.Key.Building, home.Key.Household, home.Value);
                }

                count.Run();
            }

            Sql.Execute(connection, """
                INSERT INTO coverage (round, site, building, people, households)
                SELECT round, site, building, sum(done), sum(CASE WHEN done = members THEN 1 ELSE 0 END) FROM (
                    SELECT round, site, building, done, (SELECT count(*) FROM roster_people AS home WHERE home.site = here.site AND
                        home.building = here.building AND home.household = here.household) AS members
                    FROM households AS here WHERE site = @site) AS homes
                GROUP BY round, site, building
                """, new { site = one });
        }
    }

    /// <summary>Marks people removed from the rosters as unlisted in each round in which they were sampled.</summary>
    public static void Unlist(DbConnection connection, IReadOnlyCollection<string> people)
    {
        using var statements = new Statements(connection);
        var (sightings, unlist, rounds) = (new SightingTable(statements), Unlist(statements), Rounds(connection));
        foreach (var part in people.Chunk(AtOnce))
        {
            var done = Sampled(sightings, part, rounds);
            foreach (var person in part)
            {
                done[person].ForEach(round => unlist.Add(person, round));
            }

            unlist.Run();
        }
    }

    /// <summary>The rounds in which anyone counts.</summary>
    internal static List<ushort> Rounds(DbConnection connection) =>
        Sql.Query(connection, "SELECT DISTINCT round FROM tallies ORDER BY round", reader => (ushort)reader.GetInt64(0));

    /// <summary>For each person, the rounds in which the person was sampled.</summary>
    internal static Dictionary<string, List<ushort>> Sampled(SightingTable sightings, IEnumerable<string> people,
        IReadOnlyList<ushort> rounds)
    {
        var keys = people.Distinct().ToDictionary(person => person, CodeKey.Compute);
        var found = sightings.Find([.. keys.Values.SelectMany(code =>
            rounds.Select(round => new SeenKey(code, RecordType.PersonSampled, round)))
            .Order()]);
        return keys.ToDictionary(person => person.Key,
            person => rounds.Where(round => found.ContainsKey(new SeenKey(person.Value, RecordType.PersonSampled, round))).ToList());
    }

    private static Rows Unlist(Statements statements) => Rows.Put(statements, "unlisted", Unlisted, values: null);

    private static Rows CountHome(Statements statements) => Rows.Count(statements, "households", HomeKey, "done");

    private Dictionary<string, Home> Homes()
    {
        foreach (var person in _changes.Select(change => change.Person).Distinct())
        {
            _find.Add(person);
        }

        return _find.Query(row => (Person: row.Text(0), Home: new Home(row.Text(1), row.Text(2), row.Text(3))))
            .ToDictionary(row => row.Person, row => row.Home);
    }

    // A household is done when no member is missing. Counts the households that became done and those that no longer are.
    private void Count(List<(int Round, string Person, bool Came)> changes, Dictionary<string, Home> homes)
    {
        var touched = changes.GroupBy(change => (change.Round, Home: homes[change.Person]))
            .ToDictionary(group => group.Key, group => group.Sum(change => change.Came ? 1 : -1));
        foreach (var ((round, home), people) in touched)
        {
            _homes.Add(round, home.Site, home.Building, home.Household);
            _countHome.Add(round, home.Site, home.Building, home.Household, people);
            _dropEmptyHome.Add(round, home.Site, home.Building, home.Household);
        }

        var sums = new Dictionary<(int Round, string Site, string Building), (int People, int Households)>();
        foreach (var (key, members, done) in _homes.Query(row =>
            (((int)row.Number(0), new Home(row.Text(1), row.Text(2), row.Text(3))), Members: row.Number(4), Done: row.Number(5))))
        {
            var (round, home) = key;
            var sum = sums.GetValueOrDefault((round, home.Site, home.Building));
            var households = (done + touched[key] == members ? 1 : 0) - (done == members ? 1 : 0);
            sums[(round, home.Site, home.Building)] = (sum.People + touched[key], sum.Households + households);
        }

        foreach (var ((round, site, building), (people, households)) in sums)
        {
            _count.Add(round, site, building, people, households);
            _dropEmpty.Add(round, site, building);
        }

        _countHome.Run();
        _dropEmptyHome.Run();
        _count.Run();
        _dropEmpty.Run();
    }

    private readonly record struct Home(string Site, string Building, string Household);
}
