using FieldNode.Protocol;

namespace FieldNode.Answers.Roster;

/// <summary>A site's roster as its nodes carry it (<see cref="RosterTable"/>).</summary>
public sealed class PackedRoster
{
    private const int DigestBytes = 32;
    private const int SecretAt = RosterTable.Bytes + DigestBytes;
    private const int BodyAt = SecretAt + sizeof(ulong);

    internal PackedRoster(RosterTable table, byte[] digest, ulong secret, byte[] body)
    {
        Table = table;
        Digest = digest;
        Secret = secret;
        Body = body;
    }

    public RosterTable Table { get; }

    /// <summary>Displacements, then places.</summary>
    public byte[] Body { get; }

    /// <summary>Digest of the people and their households; never sent to a node.</summary>
    internal byte[] Digest { get; }

    /// <summary>Determines the fingerprints of spare places; never sent to a node.</summary>
    internal ulong Secret { get; }

    public byte Number => Table.Number;

    public int Count => Table.People;

    /// <summary>Reads what <see cref="Write"/> wrote; null if the bytes are not a packed roster.</summary>
    public static PackedRoster? Read(byte[] bytes)
    {
        ArgumentNullException.ThrowIfNull(bytes);
        var table = new RosterTable();
        return bytes.Length > BodyAt && table.TryRead(bytes, 0) && bytes.Length == BodyAt + table.BodyBytes
            ? new PackedRoster(table, bytes[RosterTable.Bytes..SecretAt], BitConverter.ToUInt64(bytes, SecretAt), bytes[BodyAt..])
            : null;
    }

    public byte[] Write()
    {
        var table = new byte[RosterTable.Bytes];
        Table.Write(table, 0);
        return [.. table, .. Digest, .. BitConverter.GetBytes(Secret), .. Body];
    }

    /// <summary>A person's place; -1 if not on the roster, except that every 64th person not on it is mistaken for someone who
    /// is.</summary>
    public int Find(string person) => Find(Hash(person));

    internal int Find(uint code)
    {
        var place = Table.PlaceOf(code, LittleEndian.ReadUInt16(Body, Table.BucketOf(code) * RosterTable.DisplacementBytes));
        var at = Table.PlacesOffset + place * RosterTable.PlaceBytes;
        return Body[at] == Table.FingerprintOf(code) ? place : -1;
    }

    internal static uint Hash(string person)
    {
        var code = Text.Ascii(person.ToUpperInvariant());
        return Crc32.Compute(code, 0, code.Length);
    }
}
