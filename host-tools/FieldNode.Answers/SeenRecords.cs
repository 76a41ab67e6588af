using FieldNode.Answers.Projection;
using FieldNode.Answers.Sightings;
using FieldNode.Log.Database;
using FieldNode.Log.Keys;
using System.Data.Common;

namespace FieldNode.Answers;

/// <summary>A record in which a code was seen.</summary>
internal readonly record struct SeenRecord(byte Kind, int Round, RecordId Id);

/// <summary>Looks codes up in the index that merging keeps; in the caller's snapshot, for a sighting may move from one table to the other
/// between two statements.</summary>
internal sealed class SeenRecords : IDisposable
{
    private readonly Statements _statements;
    private readonly SightingTable _sightings;

    public SeenRecords(DbConnection connection)
    {
        _statements = new Statements(connection);
        _sightings = new SightingTable(_statements);
    }

    /// <summary>All records that stand and carry a code, by kind, round and identity.</summary>
    public static List<SeenRecord> Of(DbConnection connection, string code) =>
        SightingTable.Find(connection, CodeKey.Of(code)).ConvertAll(Read);

    /// <summary>All records of a code as somebody typed it: what is on no record so may be there in capitals. The code is told as it stands
    /// there.</summary>
    public static (string Code, List<SeenRecord> Records) OfTyped(DbConnection connection, string typed)
    {
        var code = typed.Trim();
        return Of(connection, code) is { Count: > 0 } records ? (code, records)
            : (code.ToUpperInvariant(), Of(connection, code.ToUpperInvariant()));
    }

    /// <inheritdoc cref="Of(byte, IEnumerable{ValueTuple{string, int}})"/>
    public static Dictionary<(string Code, int Round), List<SeenRecord>> Of(DbConnection connection, byte kind,
        IEnumerable<(string Code, int Round)> codes)
    {
        using var seen = new SeenRecords(connection);
        return seen.Of(kind, codes);
    }

    /// <summary>For each of some people the rounds in which they were sampled.</summary>
    public static Dictionary<string, List<ushort>> RoundsOf(DbConnection connection, IEnumerable<string> people)
    {
        using var seen = new SeenRecords(connection);
        return RosterIndex.Sampled(seen._sightings, people, RosterIndex.Rounds(connection));
    }

    /// <summary>For each code that was seen in records of a kind in a round, which these are, by identity.</summary>
    public Dictionary<(string Code, int Round), List<SeenRecord>> Of(byte kind, IEnumerable<(string Code, int Round)> codes)
    {
        var keys = codes.Distinct().ToDictionary(code => new SeenKey(CodeKey.Of(code.Code), kind, (ushort)code.Round));
        return _sightings.Find([.. keys.Keys.Order()]).ToDictionary(found => keys[found.Key], found => found.Value.ConvertAll(Read));
    }

    public void Dispose() => _statements.Dispose();

    private static SeenRecord Read(Sighting sighting)
    {
        return new SeenRecord(sighting.Key.Kind, sighting.Key.Round, new RecordId((ulong)sighting.Node, sighting.Epoch, sighting.Sequence));
    }
}
