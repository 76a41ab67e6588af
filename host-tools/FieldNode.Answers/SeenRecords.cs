using FieldNode.Answers.Projection;
using FieldNode.Answers.Sightings;
using FieldNode.Log.Database;
using FieldNode.Log.Keys;
using System.Data.Common;

namespace FieldNode.Answers;

/// <summary>A record that contains a code.</summary>
internal readonly record struct SeenRecord(byte Kind, int Round, RecordId Id);

/// <summary>Looks up codes in the index that merging maintains. Reads in the caller's snapshot, because a sighting may move from one table
/// to the other between two statements.</summary>
internal sealed class SeenRecords : IDisposable
{
    private readonly Statements _statements;
    private readonly SightingTable _sightings;

    public SeenRecords(DbConnection connection)
    {
        _statements = new Statements(connection);
        _sightings = new SightingTable(_statements);
    }

    /// <summary>All records in effect that contain a code, by kind, round and identity.</summary>
    public static List<SeenRecord> Find(DbConnection connection, string code) =>
        SightingTable.Find(connection, CodeKey.Compute(code)).ConvertAll(Read);

    /// <summary>All records of a code as typed; if there are none, those of the code in capitals. Returns the spelling that was looked up
    /// last.</summary>
    public static (string Code, List<SeenRecord> Records) FindTyped(DbConnection connection, string typed)
    {
        var code = typed.Trim();
        return Find(connection, code) is { Count: > 0 } records ? (code, records)
            : (code.ToUpperInvariant(), Find(connection, code.ToUpperInvariant()));
    }

    /// <inheritdoc cref="Find(byte, IEnumerable{ValueTuple{string, int}})"/>
    public static Dictionary<(string Code, int Round), List<SeenRecord>> Find(DbConnection connection, byte kind,
        IEnumerable<(string Code, int Round)> codes)
    {
        using var seen = new SeenRecords(connection);
        return seen.Find(kind, codes);
    }

    /// <summary>For each person, the rounds in which the person was sampled.</summary>
    public static Dictionary<string, List<ushort>> RoundsOf(DbConnection connection, IEnumerable<string> people)
    {
        using var seen = new SeenRecords(connection);
        return RosterIndex.Sampled(seen._sightings, people, RosterIndex.Rounds(connection));
    }

    /// <summary>For each code and round, the records of a kind that contain the code, by identity; codes without records are left
    /// out.</summary>
    public Dictionary<(string Code, int Round), List<SeenRecord>> Find(byte kind, IEnumerable<(string Code, int Round)> codes)
    {
        var keys = codes.Distinct().ToDictionary(code => new SeenKey(CodeKey.Compute(code.Code), kind, (ushort)code.Round));
        return _sightings.Find([.. keys.Keys.Order()]).ToDictionary(found => keys[found.Key], found => found.Value.ConvertAll(Read));
    }

    public void Dispose() => _statements.Dispose();

    private static SeenRecord Read(Sighting sighting)
    {
        return new SeenRecord(sighting.Key.Kind, sighting.Key.Round, new RecordId((ulong)sighting.Node, sighting.Epoch, sighting.Sequence));
    }
}
