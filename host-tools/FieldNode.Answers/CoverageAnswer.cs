using FieldNode.Answers.Facts;
using FieldNode.Log.Database;
using FieldNode.Log.Keys;
using FieldNode.Log.Store;
using FieldNode.Protocol;
using FieldNode.Protocol.Records;
using System.Data.Common;

namespace FieldNode.Answers;

/// <summary>People of one site in a round: expected by its roster, done among them at any site, and sampled on its lanes.</summary>
public sealed record SiteCoverage(string Site, int Expected, int Done, int Households, int HouseholdsDone, int Sampled)
{
    public int Missing => Expected - Done;
}

/// <summary>A building in a round.</summary>
/// <param name="Slot">When its people are scheduled to come; empty if not set.</param>
public sealed record BuildingDone(string Site, string Building, string Slot, int Expected, int Done, int Households, int HouseholdsDone)
{
    public int Missing => Expected - Done;
}

/// <summary>A named count of people, such as of a category or a round.</summary>
public sealed record CountOf(string Name, int People);

/// <summary>A person on a roster who was not sampled in a round.</summary>
/// <param name="Reason">Why the person was turned away; empty if not turned away.</param>
public sealed record MissingPerson(string Site, string Building, string Household, string Person, string Name, string Phone,
    string Category, string Mobility, string Reason);

/// <summary>A sampled person and the records of the sampling, each with its site and lane.</summary>
public sealed record SampledWhere(string Person, int Round, IReadOnlyList<string> Records, IReadOnlyList<string> Lanes);

/// <summary>Who is done in a round and who is missing (docs/field-facts.md, A6, A8), read from tables that merging maintains.</summary>
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

    /// <summary>Sampled people who count, including those on no roster and those without papers.</summary>
    public int Sampled => Sites.Sum(site => site.Sampled);

    /// <summary>Sampled people who are on no roster, over all sites.</summary>
    public int NotListed { get; init; }

    /// <summary>People sampled more than once in the round, over all sites.</summary>
    public int Twice { get; init; }

    /// <summary>The next building to call: the first from which no one has come yet, by slot (without a slot: last), then by site and
    /// roster order.</summary>
    public BuildingDone? Next { get; init; }

    /// <summary>Number of all buildings; <see cref="Buildings"/> may hold fewer.</summary>
    public int BuildingsAll { get; init; }

    /// <param name="site">Null for all sites.</param>
    /// <param name="buildingsMax">Maximum number of buildings to list; 0 lists none and leaves <see cref="Next"/> null.</param>
    public static CoverageAnswer Compute(HostStore store, Fleet fleet, int round, string? site, int buildingsMax = int.MaxValue)
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

    /// <summary>The missing people on the rosters, by site, building and household; at most <paramref name="limit"/>.</summary>
    /// <param name="site">Null for all sites.</param>
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
                var sampled = seen.Find(RecordType.PersonSampled, rows.Select(person => (person.Person, Round)));
                var missing = rows.Where(person => !sampled.ContainsKey((person.Person, Round))).Take(limit - people.Count).ToList();
                var reasons = seen.Find(RecordType.TurnedAway, missing.Select(person => (person.Person, Round)));
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
            var all = SeenRecords.Find(connection, RecordType.PersonSampled, people.Select(code => (code, Round)));
            return people.ConvertAll(code =>
            {
                var seen = all[(code, Round)];
                return new SampledWhere(code, Round, [.. seen.Select(record => record.Id.ToString())],
                    [.. seen.Select(record => lanes.GetValueOrDefault(record.Id.Node, $"{record.Id.Node:X16}"))]);
            });
        });
    }

    // If there are several records: the last one of the first node and epoch that turned the person away.
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
