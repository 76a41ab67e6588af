using FieldNode.Answers.Projection;
using FieldNode.Log;
using FieldNode.Log.Database;
using FieldNode.Log.Keys;
using FieldNode.Protocol;
using System.Data.Common;

namespace FieldNode.Answers.Roster;

/// <summary>One import of a roster, in the caller's transaction.</summary>
internal sealed class RosterImport : IDisposable
{
    private readonly DbConnection _connection;
    private readonly Vault _vault;
    private readonly RosterPacking _packing;
    private readonly Action<int>? _progress;
    private readonly Statements _statements;
    private readonly Rows _find;
    private readonly Rows _put;
    private readonly Rows _list;
    private readonly bool _isFirst;

    public RosterImport(DbConnection connection, Vault vault, RosterPacking packing, Action<int>? progress)
    {
        _connection = connection;
        _vault = vault;
        _packing = packing;
        _progress = progress;
        _statements = new Statements(connection);
        _find = Rows.Find(_statements, "roster_people", $"{Rosters.Columns}, place", "person text");
        _put = Rows.Put(_statements, "roster_people", "person text",
            "site text, place, household text, building text, name text, phone text, category text, mobility text");
        _list = Rows.Delete(_statements, "unlisted", "code text");
        _isFirst = Sql.Scalar(connection, "SELECT EXISTS (SELECT 1 FROM rosters)") == 0;
    }

    public IReadOnlyList<RosterChange> Run(IReadOnlyList<RosterPerson> people,
        IReadOnlyDictionary<(string Site, string Building), string> slots, bool replace, DateTimeOffset now)
    {
        people = [.. people.Select(person => person with { Person = _vault.Seal(person.Person) })];
        var counts = people.Select(person => person.Site).Distinct().ToDictionary(site => site, _ => new Counts());
        var lost = new HashSet<string>(); // sites that lose people to others
        var place = replace ? 0 : Sql.Scalar(_connection, "SELECT coalesce(max(place), -1) + 1 FROM roster_people");
        for (var i = 0; i < people.Count; i++)
        {
            place += Put(people[i], place, replace, counts[people[i].Site], lost) ? 1 : 0;
            _progress?.Invoke(i + 1);
        }

        if (replace)
        {
            Remove(people, counts);
        }

        var changes = counts.Select(site => site.Value.Change(site.Key, Pack(site.Key, slots, now))).ToList();
        foreach (var site in lost.Except(counts.Keys))
        {
            Pack(site, slots, now);
        }

        if (_isFirst)
        {
            UnlistedPeople.Rebuild(_connection, _vault);
        }

        return changes;
    }

    public void Dispose()
    {
        _statements.Dispose();
    }

    // True if the person takes the next place.
    private bool Put(RosterPerson person, long place, bool replace, Counts counts, HashSet<string> lost)
    {
        _find.Add(person.Person);
        var (known, knownPlace) = _find.Query(row => ((RosterPerson?)Rosters.Read(row.Text, _vault), replace ? place : row.Number(8)))
            .FirstOrDefault((null, place));
        _put.Add(person.Person, person.Site, knownPlace, person.Household, person.Building,
            _vault.WrapText(person.Name, Secrets.Name(person.Person)), _vault.WrapText(person.Phone, Secrets.Phone(person.Person)),
            person.Category, person.Mobility);
        _put.Run();
        if (known is null)
        {
            counts.Added++;
            _list.Add(person.Person);
            _list.Run();
        }
        else if (known.Site != person.Site)
        {
            counts.Moved++;
            lost.Add(known.Site);
        }
        else
        {
            (counts.Same, counts.Changed) = known == person ? (counts.Same + 1, counts.Changed) : (counts.Same, counts.Changed + 1);
        }

        return replace || known is null;
    }

    private void Remove(IReadOnlyList<RosterPerson> people, Dictionary<string, Counts> counts)
    {
        var listed = people.Select(person => person.Person).ToHashSet();
        foreach (var (site, count) in counts)
        {
            string[] removed = [.. Rosters.People(_connection, _vault, site).Select(person => person.Person)
                .Where(person => !listed.Contains(person))];
            foreach (var person in removed)
            {
                Sql.Execute(_connection, "DELETE FROM roster_people WHERE person = @person", new { person });
            }

            RosterIndex.Unlist(_connection, removed);
            count.Removed += removed.Length;
        }
    }

    // Updates what depends on a site's people: its buildings, its coverage, and the roster that its nodes carry.
    private PackedRoster Pack(string site, IReadOnlyDictionary<(string Site, string Building), string> slots, DateTimeOffset now)
    {
        var people = Rosters.People(_connection, _vault, site);
        if (people.Count > RosterTable.PeopleMax)
        {
            throw new HostFault("roster-too-large", ExitCode.Usage,
                $"the roster of '{site}' has {people.Count} people: a node carries at most {RosterTable.PeopleMax}; divide the site",
                $"'{site}' 的名册有 {people.Count} 人：节点最多存 {RosterTable.PeopleMax} 人，请拆分站点");
        }

        var known = Sql.Query(_connection, "SELECT building, slot FROM buildings WHERE site = @site",
            reader => (Building: reader.GetString(0), Slot: reader.GetString(1)),
            new { site }).ToDictionary(building => building.Building, building => building.Slot);
        Sql.Execute(_connection, "DELETE FROM buildings WHERE site = @site", new { site });
        Sql.Execute(_connection, "INSERT INTO buildings SELECT site, building, min(place), count(*), count(DISTINCT household), '' FROM "
            + "roster_people WHERE site = @site GROUP BY site, building", new { site });
        foreach (var building in people.Select(person => person.Building).Distinct())
        {
            var slot = slots.GetValueOrDefault((site, building)) ?? known.GetValueOrDefault(building) ?? "";
            Sql.Execute(_connection, "UPDATE buildings SET slot = @slot WHERE site = @site AND building = @building",
                new { slot, site, building });
        }

        RosterIndex.Rebuild(_connection, site);
        var before = Rosters.Find(_connection, _vault, site);
        var roster = _packing.Pack([.. people.Select(person => Rosters.Opened(person, _vault))], before);
        Put(_connection, _vault, site, roster, now.ToUnixTimeMilliseconds());
        return roster;
    }

    /// <summary>
    /// Repacks all rosters that a store before version 10 kept in another form. Their numbers advance, so that the nodes fetch them.
    /// </summary>
    public static void RepackAll(DbConnection connection, Vault vault, IRandomSource chance)
    {
        foreach (var (site, number, importedMs) in Sql.Query(connection, "SELECT site, number, imported_ms FROM rosters",
            reader => (reader.GetString(0), reader.GetInt32(1), reader.GetInt64(2))))
        {
            var roster = new RosterPacking(chance)
                .Pack([.. Rosters.People(connection, vault, site).Select(person => Rosters.Opened(person, vault))], before: null);
            roster.Table.Number = Rosters.NumberAfter(number);
            Put(connection, vault, site, roster, importedMs);
        }
    }

    private static void Put(DbConnection connection, Vault vault, string site, PackedRoster roster, long importedMs)
    {
        Sql.Execute(connection, "INSERT INTO rosters VALUES (@site, @number, @people, @imported) ON CONFLICT (site) DO UPDATE SET number "
            + "= excluded.number, people = excluded.people, imported_ms = excluded.imported_ms",
                new
                {
                    site,
                    number = (int)roster.Number,
                    people = vault.Wrap(roster.Write(), Secrets.Roster(site)),
                    imported = importedMs
                });
    }

    private sealed class Counts
    {
        public int Added { get; set; }

        public int Changed { get; set; }

        public int Same { get; set; }

        public int Moved { get; set; }

        public int Removed { get; set; }

        public RosterChange Change(string site, PackedRoster packed) => new(site, Added, Changed, Same, Moved, Removed, packed);
    }
}
