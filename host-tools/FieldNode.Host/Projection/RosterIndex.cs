using FieldNode.Host.Store;
using Microsoft.Data.Sqlite;

namespace FieldNode.Host.Projection;

/// <summary>How much of the rosters is done in each round, and who came without being on one: kept as people come and go.</summary>
internal sealed class RosterIndex
{
    private readonly SqliteCommand _find;
    private readonly SqliteCommand _missingAtHome;
    private readonly SqliteCommand _count;
    private readonly SqliteCommand _dropEmpty;
    private readonly SqliteCommand _list;
    private readonly SqliteCommand _unlist;
    private readonly bool _hasRosters;

    public RosterIndex(SqliteConnection connection, List<SqliteCommand> owned)
    {
        _find = Sql.Prepare(connection, owned, "SELECT site, building, household FROM roster_people WHERE person = $person", "$person");
        _missingAtHome = Sql.Prepare(connection, owned, """
            SELECT count(*) FROM roster_people WHERE site = $site AND building = $building AND household = $household
              AND NOT EXISTS (SELECT 1 FROM seen WHERE code = person AND kind = 7 AND round = $round)
            """, "$site", "$building", "$household", "$round");
        _count = Sql.Prepare(connection, owned, """
            INSERT INTO coverage VALUES ($round, $site, $building, $people, $households)
            ON CONFLICT DO UPDATE SET people = people + $people, households = households + $households
            """, "$round", "$site", "$building", "$people", "$households");
        _dropEmpty = Sql.Prepare(connection, owned, "DELETE FROM coverage WHERE round = $round AND site = $site AND building = $building AND people = 0", "$round", "$site", "$building");
        _list = Sql.Prepare(connection, owned, "DELETE FROM unlisted WHERE round = $round AND code = $code", "$round", "$code");
        _unlist = Sql.Prepare(connection, owned, "INSERT INTO unlisted (round, code) VALUES ($round, $code) ON CONFLICT DO NOTHING", "$round", "$code");
        _hasRosters = Sql.Scalar(connection, "SELECT EXISTS (SELECT 1 FROM rosters)") != 0;
    }

    /// <summary>A person was sampled for the first time in a round.</summary>
    public void Came(int round, string person)
    {
        if (_hasRosters && !Count(round, person, 1, missingWhenItCompletes: 0))
        {
            Sql.Run(_unlist, round, person);
        }
    }

    /// <summary>The last record of a person in a round counts no more.</summary>
    public void Went(int round, string person)
    {
        if (_hasRosters && !Count(round, person, -1, missingWhenItCompletes: 1))
        {
            Sql.Run(_list, round, person);
        }
    }

    /// <summary>Reckons anew what follows from a site's roster; null: of all. The cross join keeps SQLite from reading all that was seen.</summary>
    public static void Rebuild(SqliteConnection connection, string? site)
    {
        var (here, name) = (site is null ? "" : "AND roster_people.site = $site", site ?? "");
        Sql.Execute(connection, site is null ? "DELETE FROM coverage" : "DELETE FROM coverage WHERE site = $site", ("$site", name));
        Sql.Execute(connection, $"""
            INSERT INTO coverage
            SELECT round, site, building, sum(done), sum(done = members) FROM (
                SELECT round, came.site, came.building, count(DISTINCT came.person) AS done,
                       (SELECT count(*) FROM roster_people AS home WHERE home.site = came.site AND home.building = came.building AND home.household = came.household) AS members
                FROM (SELECT DISTINCT round, site, building, household, person FROM roster_people CROSS JOIN seen ON code = person AND kind = 7 {here}) AS came
                GROUP BY round, came.site, came.building, came.household)
            GROUP BY round, site, building
            """, ("$site", name));
    }

    /// <summary>Reckons anew who came without being on any roster.</summary>
    public static void RebuildUnlisted(SqliteConnection connection)
    {
        Sql.Execute(connection, "DELETE FROM unlisted");
        Sql.Execute(connection, """
            INSERT INTO unlisted (round, code) SELECT DISTINCT round, code FROM seen
            WHERE kind = 7 AND EXISTS (SELECT 1 FROM rosters) AND NOT EXISTS (SELECT 1 FROM roster_people WHERE person = code)
            """);
    }

    // False when the person is on no roster.
    private bool Count(int round, string person, int people, long missingWhenItCompletes)
    {
        string site, building, household;
        Sql.Bind(_find, person);
        using (var reader = _find.ExecuteReader())
        {
            if (!reader.Read())
            {
                return false;
            }

            (site, building, household) = (reader.GetString(0), reader.GetString(1), reader.GetString(2));
        }

        var changesHome = Sql.Value(_missingAtHome, site, building, household, round) == missingWhenItCompletes;
        Sql.Run(_count, round, site, building, people, changesHome ? people : 0);
        if (people < 0)
        {
            Sql.Run(_dropEmpty, round, site, building);
        }

        return true;
    }
}
