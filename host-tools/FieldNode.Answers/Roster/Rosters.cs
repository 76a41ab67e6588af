using FieldNode.Log;
using FieldNode.Log.Database;
using FieldNode.Log.Keys;
using FieldNode.Log.Store;
using System.Data.Common;

namespace FieldNode.Answers.Roster;

/// <summary>What an import does to one site's roster.</summary>
/// <param name="Moved">People who were on another site's roster.</param>
/// <param name="Removed">People of the site who are not in the import, if it replaces the roster.</param>
public sealed record RosterChange(string Site, int Added, int Changed, int Same, int Moved, int Removed, PackedRoster Packed)
{
    public int People => Packed.Count;
}

/// <summary>
/// The people expected at each site; each person is expected at one site. Changes reach the site's nodes at their next upload, and the
/// answers at once.
/// </summary>
/// <param name="keys">Draws the keys of the nodes' rosters; null for random keys.</param>
public sealed class Rosters(HostStore store, TimeProvider? time = null, Func<ulong>? keys = null)
{
    private const int NumberMax = 255;
    internal const string Columns = "site, person, household, building, name, phone, category, mobility";

    /// <summary>Imports people: known people are updated, others are added.</summary>
    /// <param name="slots">Slots in which buildings are scheduled, by site and building.</param>
    /// <param name="replace">Removes everyone who is on the roster of one of these sites but not among the people.</param>
    /// <param name="dryRun">Only counts what would change.</param>
    /// <param name="importedAt">When the roster was imported at its origin; null for now, on this host.</param>
    /// <exception cref="HostFault">A site would have more people than a node can carry; nothing is changed.</exception>
    public IReadOnlyList<RosterChange> Import(IReadOnlyList<RosterPerson> people,
        IReadOnlyDictionary<(string Site, string Building), string> slots, bool replace, bool dryRun, Action<int>? progress = null,
        DateTimeOffset? importedAt = null)
    {
        ArgumentNullException.ThrowIfNull(people);
        return store.Guard(() =>
        {
            using var connection = store.Connect();
            using var transaction = Sql.BeginWrite(connection);
            using var import = new RosterImport(connection, store.Vault, keys is null ? new RosterPacking(store.Outside.Chance)
                : new RosterPacking(keys), progress);
            var changes = import.Run(people, slots, replace, importedAt ?? (time ?? store.Outside.Time).GetUtcNow());
            if (!dryRun)
            {
                transaction.Commit();
            }

            return changes;
        });
    }

    /// <summary>Replaces a site's roster.</summary>
    /// <exception cref="HostFault">There are more people than a node can carry.</exception>
    public PackedRoster Set(string site, IReadOnlyList<RosterPerson> people)
    {
        return Import(people, new Dictionary<(string, string), string>(), replace: true, dryRun: false)
            .Single(change => change.Site == site).Packed;
    }

    /// <summary>Sets the slots of buildings. Returns the buildings that are on no roster.</summary>
    public IReadOnlyList<(string Site, string Building)> Schedule(IReadOnlyDictionary<(string Site, string Building), string> slots)
    {
        return store.Guard(() =>
        {
            using var connection = store.Connect();
            using var transaction = Sql.BeginWrite(connection);
            var unknown = slots.Where(slot => Sql.Execute(connection, "UPDATE buildings SET slot = @slot WHERE site = @site AND building "
                + "= @building", new { slot = slot.Value, site = slot.Key.Site, building = slot.Key.Building }) == 0)
                .Select(slot => slot.Key).ToList();
            foreach (var site in slots.Keys.Select(slot => slot.Site).Distinct())
            {
                // so that other hosts pull the change
                Sql.Execute(connection, "UPDATE rosters SET imported_ms = @now WHERE site = @site",
                    new { now = (time ?? store.Outside.Time).GetUtcNow().ToUnixTimeMilliseconds(), site });
            }

            transaction.Commit();
            return unknown;
        });
    }

    /// <summary>The roster for a site's nodes; null if the site has none.</summary>
    public PackedRoster? Find(string site)
    {
        return store.Guard(() =>
        {
            using var connection = store.Connect();
            return Find(connection, store.Vault, site);
        });
    }

    /// <summary>Sites that have a roster.</summary>
    public IReadOnlyList<string> Sites()
    {
        return store.Guard(() =>
        {
            using var connection = store.Connect();
            return Sql.Query(connection, "SELECT site FROM rosters ORDER BY site", reader => reader.GetString(0));
        });
    }

    /// <summary>When a site's roster was imported, in milliseconds since 1970; 0 if never.</summary>
    public long ImportedMs(string site)
    {
        return store.Guard(() =>
        {
            using var connection = store.Connect();
            return Sql.Scalar(connection, "SELECT imported_ms FROM rosters WHERE site = @site", new { site });
        });
    }

    /// <summary>All people expected, with their codes, by site and in import order.</summary>
    public IReadOnlyList<RosterPerson> People()
    {
        return store.Guard(() =>
        {
            using var connection = store.Connect();
            return Sql.Query(connection, $"SELECT {Columns} FROM roster_people ORDER BY site, place",
                reader => Opened(Read(reader.GetString, store.Vault), store.Vault));
        });
    }

    /// <summary>A site's people, with their pseudonyms.</summary>
    internal static List<RosterPerson> People(DbConnection connection, Vault vault, string site)
    {
        return Sql.Query(connection, $"SELECT {Columns} FROM roster_people WHERE site = @site ORDER BY place",
            reader => Read(reader.GetString, vault), new { site });
    }

    /// <summary>The roster entry of a pseudonym; null if none.</summary>
    internal static RosterPerson? PersonOf(DbConnection connection, Vault vault, string person)
    {
        return Sql.Query(connection, $"SELECT {Columns} FROM roster_people WHERE person = @person", reader => Read(reader.GetString, vault),
            new { person }).FirstOrDefault();
    }

    /// <summary>The person with the code in place of the pseudonym.</summary>
    internal static RosterPerson Opened(RosterPerson person, Vault vault) => person with { Person = vault.Open(person.Person) };

    internal static PackedRoster? Find(DbConnection connection, Vault vault, string site)
    {
        return Sql.Query(connection, "SELECT people FROM rosters WHERE site = @site",
            reader => PackedRoster.Read(vault.Unwrap((byte[])reader[0], Secrets.Roster(site))), new { site }).FirstOrDefault();
    }

    /// <summary>The next number: it differs between successive rosters of a site.</summary>
    internal static byte NumberAfter(int number) => (byte)(number % NumberMax + 1);

    /// <param name="text">Reads one of the <see cref="Columns"/>.</param>
    internal static RosterPerson Read(Func<int, string> text, Vault vault)
    {
        return new RosterPerson(text(0), text(1), text(2), text(3))
        {
            Name = vault.UnwrapText(text(4), Secrets.Name(text(1))),
            Phone = vault.UnwrapText(text(5), Secrets.Phone(text(1))),
            Category = text(6),
            Mobility = text(7),
        };
    }
}
