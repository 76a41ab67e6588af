using FieldNode.Host.Reports;
using FieldNode.Protocol;
using Microsoft.Data.Sqlite;

namespace FieldNode.Host.Store;

/// <summary>A site's roster as its nodes carry it (<see cref="RosterMessage"/>).</summary>
public sealed record PackedRoster(byte Number, byte[] People)
{
    public int Count => People.Length / RosterMessage.PersonBytes;

    public uint Crc { get; } = Crc32.Of(People, 0, People.Length);
}

/// <summary>Who is expected at each site. A new roster replaces the site's old one, on the nodes too.</summary>
public sealed class Rosters(HostStore store)
{
    private const int NumberMax = 255;

    /// <summary>Replaces a site's roster.</summary>
    /// <exception cref="HostFault">There are more people than a node can carry.</exception>
    public PackedRoster Set(string site, IReadOnlyList<RosterPerson> people)
    {
        ArgumentNullException.ThrowIfNull(people);
        if (people.Count > RosterMessage.PeopleMax)
        {
            throw new HostFault("roster-too-large", ExitCode.Usage, $"the roster of '{site}' has {people.Count} people: a node carries at most {RosterMessage.PeopleMax}; divide the site", $"'{site}' 的名册有 {people.Count} 人：节点最多存 {RosterMessage.PeopleMax} 人，请拆分站点");
        }

        var packed = Pack(people);
        return store.Guard(() =>
        {
            using var connection = store.Connect();
            using var transaction = connection.BeginTransaction(deferred: false);
            var number = (byte)((Find(connection, site)?.Number ?? 0) % NumberMax + 1);
            Run(connection, "INSERT INTO rosters VALUES ($site, $number, $people) ON CONFLICT (site) DO UPDATE SET number = $number, people = $people", ("$site", site), ("$number", (int)number), ("$people", packed));
            Run(connection, "DELETE FROM roster_people WHERE site = $site", ("$site", site));
            for (var i = 0; i < people.Count; i++)
            {
                Run(connection, "INSERT INTO roster_people VALUES ($site, $place, $person, $household, $building)", ("$site", site), ("$place", i), ("$person", people[i].Person), ("$household", people[i].Household), ("$building", people[i].Building));
            }

            transaction.Commit();
            return new PackedRoster(number, packed);
        });
    }

    /// <summary>The roster that a site's nodes are to carry; null when it has none.</summary>
    public PackedRoster? Find(string site)
    {
        return store.Guard(() =>
        {
            using var connection = store.Connect();
            return Find(connection, site);
        });
    }

    /// <summary>Everybody who is expected, in the order of the imports.</summary>
    public IReadOnlyList<RosterPerson> People()
    {
        return store.Guard(() =>
        {
            using var connection = store.Connect();
            using var command = connection.CreateCommand();
            command.CommandText = "SELECT site, person, household, building FROM roster_people ORDER BY site, place";
            using var reader = command.ExecuteReader();
            var people = new List<RosterPerson>();
            while (reader.Read())
            {
                people.Add(new RosterPerson(reader.GetString(0), reader.GetString(1), reader.GetString(2), reader.GetString(3)));
            }

            return people;
        });
    }

    /// <summary>Six bytes a person, in the order of their check values; "next" leads through the household.</summary>
    public static byte[] Pack(IReadOnlyList<RosterPerson> people)
    {
        ArgumentNullException.ThrowIfNull(people);
        var sorted = people.Select(person => (Hash: Hash(person.Person), Home: (person.Building, person.Household))).DistinctBy(person => person.Hash).OrderBy(person => person.Hash).ToList();
        var homes = sorted.Select((person, place) => (person.Home, place)).GroupBy(person => person.Home, person => person.place).ToDictionary(home => home.Key, home => home.ToList());
        var bytes = new byte[sorted.Count * RosterMessage.PersonBytes];
        for (var i = 0; i < sorted.Count; i++)
        {
            var home = homes[sorted[i].Home];
            LittleEndian.WriteUInt32(bytes, i * RosterMessage.PersonBytes, sorted[i].Hash);
            LittleEndian.WriteUInt16(bytes, i * RosterMessage.PersonBytes + 4, (ushort)home[(home.IndexOf(i) + 1) % home.Count]);
        }

        return bytes;
    }

    private static uint Hash(string person)
    {
        var code = Text.Ascii(person.ToUpperInvariant());
        return Crc32.Of(code, 0, code.Length);
    }

    private static PackedRoster? Find(SqliteConnection connection, string site)
    {
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT number, people FROM rosters WHERE site = $site";
        command.Parameters.AddWithValue("$site", site);
        using var reader = command.ExecuteReader();
        return reader.Read() ? new PackedRoster((byte)reader.GetInt32(0), (byte[])reader[1]) : null;
    }

    private static void Run(SqliteConnection connection, string sql, params ReadOnlySpan<(string Name, object Value)> values)
    {
        using var command = connection.CreateCommand();
#pragma warning disable CA2100 // constant statements only
        command.CommandText = sql;
#pragma warning restore CA2100
        foreach (var (name, value) in values)
        {
            command.Parameters.AddWithValue(name, value);
        }

        command.ExecuteNonQuery();
    }
}
