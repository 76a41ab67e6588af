using FieldNode.Host.Store;
using System.Data.Common;

namespace FieldNode.Host.Projection;

/// <summary>How much of the rosters is done in each round, and who came without being on one: kept as people come and go.</summary>
internal sealed class RosterIndex
{
    private readonly DbConnection _connection;
    private readonly Rows _find;
    private readonly Rows _members;
    private readonly Rows _count;
    private readonly Rows _dropEmpty;
    private readonly Rows _list;
    private readonly Rows _unlist;
    private readonly List<(int Round, string Person, bool Came)> _changes = [];

    public RosterIndex(DbConnection connection, List<IDisposable> owned)
    {
        _connection = connection;
        _find = Rows.Of(connection, owned, "SELECT person, site, building, household FROM {k} JOIN roster_people ON person = k.code", ("code", Is.Text));
        _members = Rows.Of(connection, owned, """
            SELECT k.round, home.site, home.building, home.household, home.person, EXISTS (SELECT 1 FROM seen WHERE seen.code = home.person AND seen.kind = 7 AND seen.round = k.round)
            FROM {k} JOIN roster_people AS home ON home.site = k.site AND home.building = k.building AND home.household = k.household
            """, ("round", Is.Number), ("site", Is.Text), ("building", Is.Text), ("household", Is.Text));
        _count = Rows.Of(connection, owned, """
            INSERT INTO coverage (round, site, building, people, households) SELECT k.round, k.site, k.building, k.people, k.households FROM {k} WHERE true
            ON CONFLICT (round, site, building) DO UPDATE SET people = coverage.people + excluded.people, households = coverage.households + excluded.households
            """, ("round", Is.Number), ("site", Is.Text), ("building", Is.Text), ("people", Is.Number), ("households", Is.Number));
        _dropEmpty = Rows.Of(connection, owned, "DELETE FROM coverage WHERE people = 0 AND (round, site, building) IN (SELECT k.round, k.site, k.building FROM {k})", ("round", Is.Number), ("site", Is.Text), ("building", Is.Text));
        _list = Rows.Of(connection, owned, "DELETE FROM unlisted WHERE (code, round) IN (SELECT k.code, k.round FROM {k})", ("code", Is.Text), ("round", Is.Number));
        _unlist = Rows.Of(connection, owned, "INSERT INTO unlisted (code, round) SELECT k.code, k.round FROM {k} WHERE true ON CONFLICT DO NOTHING", ("code", Is.Text), ("round", Is.Number));
    }

    /// <summary>Notes that a person was sampled for the first time in a round, or is not any more.</summary>
    public void Note(int round, string person, bool came)
    {
        _changes.Add((round, person, came));
    }

    /// <summary>Counts what was noted; before the sightings are written, because it asks for those that were there.</summary>
    public void Change()
    {
        if (_changes.Count > 0 && Sql.Scalar(_connection, "SELECT EXISTS (SELECT 1 FROM rosters)") != 0)
        {
            var homes = Homes();
            foreach (var (round, person, came) in _changes.Where(change => !homes.ContainsKey(change.Person)))
            {
                (came ? _unlist : _list).Add(person, round);
            }

            Count([.. _changes.Where(change => homes.ContainsKey(change.Person))], homes);
            _unlist.Run();
            _list.Run();
        }

        _changes.Clear();
    }

    /// <summary>Reckons anew what follows from a site's roster; null: of all. That person is no plain column keeps SQLite from reading all that was seen.</summary>
    public static void Rebuild(DbConnection connection, string? site)
    {
        var (here, name) = (site is null ? "" : "AND roster_people.site = $site", site ?? "");
        Sql.Execute(connection, site is null ? "DELETE FROM coverage" : "DELETE FROM coverage WHERE site = $site", ("$site", name));
        Sql.Execute(connection, $"""
            INSERT INTO coverage
            SELECT round, site, building, sum(done), sum(CASE WHEN done = members THEN 1 ELSE 0 END) FROM (
                SELECT round, came.site, came.building, count(DISTINCT came.person) AS done,
                       (SELECT count(*) FROM roster_people AS home WHERE home.site = came.site AND home.building = came.building AND home.household = came.household) AS members
                FROM (SELECT DISTINCT round, site, building, household, person FROM roster_people JOIN seen ON code = person || '' AND kind = 7 {here}) AS came
                GROUP BY round, came.site, came.building, came.household) AS homes
            GROUP BY round, site, building
            """, ("$site", name));
    }

    /// <summary>Reckons anew who came without being on any roster.</summary>
    public static void RebuildUnlisted(DbConnection connection)
    {
        Sql.Execute(connection, "DELETE FROM unlisted");
        Sql.Execute(connection, """
            INSERT INTO unlisted (round, code) SELECT DISTINCT round, code FROM seen
            WHERE kind = 7 AND EXISTS (SELECT 1 FROM rosters) AND NOT EXISTS (SELECT 1 FROM roster_people WHERE person = code)
            """);
    }

    private Dictionary<string, Home> Homes()
    {
        foreach (var person in _changes.Select(change => change.Person).Distinct())
        {
            _find.Add(person);
        }

        return _find.Query(row => (Person: row.Text(0), Home: new Home(row.Text(1), row.Text(2), row.Text(3)))).ToDictionary(row => row.Person, row => row.Home);
    }

    // A household is done when nobody of it is missing: how many became so, and how many are not so any more.
    private void Count(List<(int Round, string Person, bool Came)> changes, Dictionary<string, Home> homes)
    {
        var touched = changes.GroupBy(change => (change.Round, Home: homes[change.Person])).ToDictionary(group => group.Key, group => group.ToDictionary(change => change.Person, change => change.Came));
        foreach (var (round, home) in touched.Keys)
        {
            _members.Add(round, home.Site, home.Building, home.Household);
        }

        var members = _members.Query(row => (Key: ((int)row.Number(0), new Home(row.Text(1), row.Text(2), row.Text(3))), Person: row.Text(4), WasDone: row.Number(5) != 0))
            .ToLookup(row => row.Key, row => (row.Person, row.WasDone));
        var sums = new Dictionary<(int Round, string Site, string Building), (int People, int Households)>();
        foreach (var (key, people) in touched)
        {
            var was = members[key].All(member => member.WasDone);
            var isDone = members[key].All(member => people.TryGetValue(member.Person, out var came) ? came : member.WasDone);
            var sum = sums.GetValueOrDefault((key.Round, key.Home.Site, key.Home.Building));
            sums[(key.Round, key.Home.Site, key.Home.Building)] = (sum.People + people.Values.Sum(came => came ? 1 : -1), sum.Households + (isDone ? 1 : 0) - (was ? 1 : 0));
        }

        foreach (var ((round, site, building), (people, households)) in sums)
        {
            _count.Add(round, site, building, people, households);
            _dropEmpty.Add(round, site, building);
        }

        _count.Run();
        _dropEmpty.Run();
    }

    private readonly record struct Home(string Site, string Building, string Household);
}
