using FieldNode.Answers.Facts;
using FieldNode.Log.Database;
using FieldNode.Log.Keys;
using FieldNode.Log.Store;
using FieldNode.Protocol;
using FieldNode.Protocol.Records;
using System.Data.Common;

namespace FieldNode.Answers;

/// <summary>People of a round at one site: expected by its roster, done of them wherever they came, and sampled on its lanes.</summary>
public sealed record SiteCoverage(string Site, int Expected, int Done, int Households, int HouseholdsDone, int Sampled)
{
    public int Missing => Expected - Done;
}

/// <summary>A building in a round.</summary>
/// <param name="Slot">When its people are to come; empty: not told.</param>
public sealed record BuildingDone(string Site, string Building, string Slot, int Expected, int Done, int Households, int HouseholdsDone)
{
    public int Missing => Expected - Done;
}

/// <summary>How many people there are of something.</summary>
public sealed record CountOf(string Name, int People);

/// <summary>Somebody of a roster who was not sampled in a round.</summary>
/// <param name="Reason">Why, when the person came and was turned away; else empty.</param>
public sealed record MissingPerson(string Site, string Building, string Household, string Person, string Name, string Phone,
    string Category, string Mobility, string Reason);

/// <summary>Somebody who was sampled, and the records that say so, each with its site and lane.</summary>
public sealed record SampledWhere(string Person, int Round, IReadOnlyList<string> Records, IReadOnlyList<string> Lanes);

/// <summary>Who is done in a round, and who is missing (field-facts A6, A8): from tables that merging keeps.</summary>
public sealed record CoverageAnswer(int Round, IReadOnlyList<SiteCoverage> Sites, IReadOnlyList<BuildingDone> Buildings,
    IReadOnlyList<CountOf> Categories, IReadOnlyList<CountOf> Rounds)
{
    private const string FromBuildings = """
        FROM buildings LEFT JOIN coverage ON coverage.round = @round AND coverage.site = buildings.site AND coverage.building =
            buildings.building
        WHERE (CAST(@site AS TEXT) IS NULL OR buildings.site = @site)
        """;

    public int Expected => Sites.Sum(site => site.Expected);

    public int Done => Sites.Sum(site => site.Done);

    public int Missing => Expected - Done;

    public int Households => Sites.Sum(site => site.Households);

    public int HouseholdsDone => Sites.Sum(site => site.HouseholdsDone);

    /// <summary>People who count, those on no roster and without papers too.</summary>
    public int Sampled => Sites.Sum(site => site.Sampled);

    /// <summary>People sampled who are on no roster; of all sites.</summary>
    public int NotListed { get; init; }

    /// <summary>People sampled more than once in the round; of all sites.</summary>
    public int Twice { get; init; }

    /// <summary>The next building to call: the first in the order of slots, else of the roster, of which nobody came yet.</summary>
    public BuildingDone? Next { get; init; }

    /// <summary>Buildings there are; <see cref="Buildings"/> may hold fewer.</summary>
    public int BuildingsAll { get; init; }

    /// <param name="site">Null: all sites.</param>
    /// <param name="buildingsMax">At most so many buildings are told one by one; 0: none, and no next one.</param>
    public static CoverageAnswer Of(HostStore store, Fleet fleet, int round, string? site, int buildingsMax = int.MaxValue)
    {
        ArgumentNullException.ThrowIfNull(store);
        ArgumentNullException.ThrowIfNull(fleet);
        return store.Read(connection =>
        {
            var here = fleet.Tallies.Where(tally => site is null || tally.Site == site);
            var inRound = here.Where(tally => tally.Round == round);
            var sampled = inRound.AggregateBy(tally => tally.Site, 0, (people, tally) => people + tally.People).ToDictionary();
            var rosters = SitesOf(connection, round, site).ToDictionary(one => one.Site);
            var sites = rosters.Keys.Union(sampled.Keys).Order(NaturalOrder.Instance)
                .Select(name => (rosters.GetValueOrDefault(name) ?? new SiteCoverage(name, 0, 0, 0, 0, 0)) with
                {
                    Sampled = sampled.GetValueOrDefault(name),
                });
            return new CoverageAnswer(round, [.. sites], buildingsMax == 0 ? []
                : BuildingsOf(connection, round, site, "buildings.site, place", buildingsMax),
                [.. inRound.AggregateBy(tally => tally.Category, 0, (people, tally) => people + tally.People)
                    .OrderBy(category => category.Key).Select(category => new CountOf(Category.Name(category.Key), category.Value))],
                [.. here.AggregateBy(tally => tally.Round, 0, (people, tally) => people + tally.People).OrderBy(one => one.Key)
                    .Select(one => new CountOf($"{one.Key}", one.Value))])
            {
                NotListed = (int)Sql.Scalar(connection, "SELECT count(*) FROM unlisted WHERE round = @round", new { round }),
                Twice = (int)Sql.Scalar(connection, "SELECT count(*) FROM doubles WHERE round = @round AND kind = @kind",
                    new { round, kind = (int)RecordType.PersonSampled }),
                Next = buildingsMax == 0 ? null
                    : BuildingsOf(connection, round, site, "slot = '', slot, buildings.site, place", 1, "AND coverage.people IS NULL")
                    .FirstOrDefault(),
                BuildingsAll = (int)Sql.Scalar(connection,
                    "SELECT count(*) FROM buildings WHERE CAST(@site AS TEXT) IS NULL OR site = @site", new { site }),
            };
        });
    }

    private static List<SiteCoverage> SitesOf(DbConnection connection, int round, string? site)
    {
        return Sql.Query(connection, $"""
            SELECT buildings.site, CAST(sum(buildings.people) AS BIGINT), CAST(sum(coalesce(coverage.people, 0)) AS BIGINT),
                CAST(sum(buildings.households) AS BIGINT), CAST(sum(coalesce(coverage.households, 0)) AS BIGINT)
            {FromBuildings} GROUP BY buildings.site
            """, reader => new SiteCoverage(reader.GetString(0), reader.GetInt32(1), reader.GetInt32(2), reader.GetInt32(3),
                reader.GetInt32(4), 0), new { round, site });
    }

    private static List<BuildingDone> BuildingsOf(DbConnection connection, int round, string? site, string order, int limit,
        string only = "", string? building = null)
    {
        return Sql.Query(connection, $"""
            SELECT buildings.site, buildings.building, slot, buildings.people, coalesce(coverage.people, 0), buildings.households,
                coalesce(coverage.households, 0)
            {FromBuildings} {only} AND (CAST(@building AS TEXT) IS NULL OR buildings.building = @building) ORDER BY {order} LIMIT @limit
            """, reader => new BuildingDone(reader.GetString(0), reader.GetString(1), reader.GetString(2), reader.GetInt32(3),
                reader.GetInt32(4), reader.GetInt32(5), reader.GetInt32(6)),
            new { round, site, limit, building });
    }

    /// <summary>Who of the rosters is missing, by site, building and household; at most <paramref name="limit"/> of them.</summary>
    /// <param name="site">Null: all sites.</param>
    public IReadOnlyList<MissingPerson> MissingPeople(HostStore store, string? site = null, string? building = null,
        int limit = int.MaxValue)
    {
        ArgumentNullException.ThrowIfNull(store);
        return store.Read(connection =>
        {
            using var seen = new SeenRecords(connection);
            var people = new List<MissingPerson>();
            foreach (var part in BuildingsOf(connection, Round, site, "buildings.site, place", limit,
                "AND buildings.people > coalesce(coverage.people, 0)", building))
            {
                if (people.Count >= limit)
                {
                    break;
                }

                var rows = Sql.Query(connection,
                    "SELECT site, building, household, person, name, phone, category, mobility FROM roster_people WHERE site = @Site AND "
                        + "building = @Building ORDER BY household, place",
                    reader => new MissingPerson(reader.GetString(0), reader.GetString(1), reader.GetString(2), reader.GetString(3),
                        reader.GetString(4), reader.GetString(5), reader.GetString(6), reader.GetString(7), ""),
                        new { part.Site, part.Building });
                var sampled = seen.Of(RecordType.PersonSampled, rows.Select(person => (person.Person, Round)));
                var missing = rows.Where(person => !sampled.ContainsKey((person.Person, Round))).Take(limit - people.Count).ToList();
                var reasons = seen.Of(RecordType.TurnedAway, missing.Select(person => (person.Person, Round)));
                people.AddRange(missing.Select(person => person with
                {
                    Name = store.Vault.UnwrapText(person.Name, Secrets.Name(person.Person)),
                    Phone = store.Vault.UnwrapText(person.Phone, Secrets.Phone(person.Person)),
                    Reason = reasons.TryGetValue((person.Person, Round), out var records) ? Reason(connection, records) : "",
                }));
            }

            return people;
        });
    }

    /// <summary>People of the round who are on no roster.</summary>
    public IReadOnlyList<SampledWhere> NotListedPeople(HostStore store, Fleet fleet, int limit = int.MaxValue)
    {
        return Where(store, fleet, "SELECT code FROM unlisted WHERE round = @round ORDER BY code LIMIT @limit", limit);
    }

    /// <summary>People who were sampled more than once in the round.</summary>
    public IReadOnlyList<SampledWhere> PeopleTwice(HostStore store, Fleet fleet, int limit = int.MaxValue)
    {
        return Where(store, fleet, "SELECT code FROM doubles WHERE round = @round AND kind = 7 ORDER BY code LIMIT @limit", limit);
    }

    private List<SampledWhere> Where(HostStore store, Fleet fleet, string codes, int limit)
    {
        ArgumentNullException.ThrowIfNull(store);
        var lanes = fleet.Nodes.ToDictionary(node => node.Node.Id, node => $"{node.Site} {node.Lane}".Trim());
        return store.Read(connection =>
        {
            var people = Sql.Query(connection, codes, reader => reader.GetString(0), new { round = Round, limit });
            var all = SeenRecords.Of(connection, RecordType.PersonSampled, people.Select(code => (code, Round)));
            return people.ConvertAll(code =>
            {
                var seen = all[(code, Round)];
                return new SampledWhere(code, Round, [.. seen.Select(record => record.Id.ToString())],
                    [.. seen.Select(record => lanes.GetValueOrDefault(record.Id.Node, $"{record.Id.Node:X16}"))]);
            });
        });
    }

    // Of several, the last of the first node that turned the person away.
    private static string Reason(DbConnection connection, List<SeenRecord> records)
    {
        var last = records.Where(record => record.Id.Node == records[0].Id.Node && record.Id.Epoch == records[0].Id.Epoch)
            .MaxBy(record => record.Id.Sequence);
        var json = Sql.Query(connection,
            "SELECT json FROM facts WHERE node = @node AND epoch = @Epoch AND sequence = @Sequence AND kind = 4",
            reader => reader.GetString(0), new { node = (long)last.Id.Node, last.Id.Epoch, last.Id.Sequence }).FirstOrDefault();
        return json is null ? "" : TurnedAway.Name(System.Text.Json.JsonSerializer.Deserialize<TurnedAwayRow>(json)!.Reason);
    }
}
