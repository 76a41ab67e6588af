using System.Security.Cryptography;
using System.Text;
using FieldNode.Log;
using FieldNode.Protocol;

namespace FieldNode.Answers.Roster;

/// <summary>
/// Packs a roster in the layout that its nodes carry. The previous roster is changed as little as possible: someone who has both learns
/// little more than from one. If the roster grew by more than a tenth or lost a sixth, it gets a new layout under another key. The
/// fingerprint of an empty place depends on a secret of the host, so that it does not change either.
/// </summary>
/// <param name="chance">Draws keys and secrets.</param>
internal sealed class RosterPacking(Func<ulong> chance)
{
    private const int PeoplePerBucket = 3;

    public RosterPacking(IRandomSource chance)
        : this(() => BitConverter.ToUInt64(chance.Bytes(sizeof(ulong))))
    {
    }

    /// <summary>Returns the previous roster if no one was added, removed or moved; else a new one with the next number.</summary>
    public PackedRoster Pack(IReadOnlyList<RosterPerson> people, PackedRoster? before)
    {
        ArgumentNullException.ThrowIfNull(people);
        var digest = DigestOf(people);
        if (before is not null && before.Digest.AsSpan().SequenceEqual(digest))
        {
            return before;
        }

        var members = people.Select(person => new Member(PackedRoster.Hash(person.Person), (person.Building, person.Household)))
            .DistinctBy(member => member.Code).ToList();
        var secret = before?.Secret ?? 0;
        var (table, body) = before is not null && Suits(before.Table, members.Count)
            ? Lay(TableLike(before.Table, members.Count), secret, members, before)
            : default;
        while (body is null || table is null)
        {
            secret = chance();
            (table, body) = Lay(NewTable(members.Count), secret, members, before: null);
        }

        table.Number = Rosters.NumberAfter(before?.Number ?? 0);
        table.Crc = Crc32.Compute(body, 0, body.Length);
        return new PackedRoster(table, digest, secret, body);
    }

    private static byte[] DigestOf(IReadOnlyList<RosterPerson> people)
    {
        var lines = people.Select(person => $"{person.Person}\0{person.Building}\0{person.Household}\n").Order(StringComparer.Ordinal);
        return SHA256.HashData(Encoding.UTF8.GetBytes(string.Concat(lines)));
    }

    private static bool Suits(RosterTable table, int people) => people <= table.Places && people * 4 >= table.Places * 3;

    private static RosterTable TableLike(RosterTable table, int people)
    {
        return new RosterTable { Key = table.Key, People = (ushort)people, Buckets = table.Buckets, Places = table.Places };
    }

    private RosterTable NewTable(int people)
    {
        var (buckets, places) = (people / PeoplePerBucket + 1, RosterTable.PlacesFor(people));
        return new RosterTable { Key = chance(), People = (ushort)people, Buckets = (ushort)buckets, Places = (ushort)places };
    }

    // The body is null if a bucket finds no places.
    private static (RosterTable Table, byte[]? Body) Lay(RosterTable table, ulong secret, List<Member> members, PackedRoster? before)
    {
        var buckets = members.GroupBy(member => table.BucketOf(member.Code), member => member.Code);
        var places = new RosterPlaces(table, buckets.ToDictionary(bucket => bucket.Key, bucket => bucket.ToArray()));
        return (table, places.TryLay(before) ? BodyOf(table, secret, members, places.Displacements) : null);
    }

    private static byte[] BodyOf(RosterTable table, ulong secret, List<Member> members, ushort[] displacements)
    {
        var body = new byte[table.BodyBytes];
        for (var i = 0; i < displacements.Length; i++)
        {
            LittleEndian.WriteUInt16(body, i * RosterTable.DisplacementBytes, displacements[i]);
        }

        for (var place = 0; place < table.Places; place++)
        {
            var hidden = SHA256.HashData([.. BitConverter.GetBytes(secret), .. BitConverter.GetBytes(place)]);
            Put(body, table, place, (byte)(hidden[0] % RosterTable.Fingerprints), place); // the place is empty, and no one can tell
        }

        foreach (var home in members.GroupBy(member => member.Home, member => member.Code))
        {
            var places = home.Select(code => (Code: code, Place: table.PlaceOf(code, displacements[table.BucketOf(code)]))).ToList();
            for (var i = 0; i < places.Count; i++)
            {
                Put(body, table, places[i].Place, table.FingerprintOf(places[i].Code), places[(i + 1) % places.Count].Place);
            }
        }

        return body;
    }

    private static void Put(byte[] body, RosterTable table, int place, byte fingerprint, int next)
    {
        var at = table.PlacesOffset + place * RosterTable.PlaceBytes;
        body[at] = fingerprint;
        LittleEndian.WriteUInt16(body, at + 1, (ushort)next);
    }

    private readonly record struct Member(uint Code, (string Building, string Household) Home);
}
