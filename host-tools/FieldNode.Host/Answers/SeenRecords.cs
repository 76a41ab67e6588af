using FieldNode.Host.Store;
using System.Data.Common;

namespace FieldNode.Host.Answers;

/// <summary>A record in which a code was seen.</summary>
internal readonly record struct SeenRecord(byte Kind, int Round, RecordId Id);

/// <summary>Looks codes up in the index that merging keeps.</summary>
internal static class SeenRecords
{
    /// <summary>A code as it stands in records: what is on no record as it was typed may be there in capitals.</summary>
    public static string AsRecorded(DbConnection connection, string code)
    {
        var typed = code.Trim();
        return Sql.Scalar(connection, "SELECT EXISTS (SELECT 1 FROM seen WHERE code = $code)", ("$code", typed)) != 0 ? typed : typed.ToUpperInvariant();
    }

    /// <summary>All records that stand and carry a code, by kind, round and identity.</summary>
    public static List<SeenRecord> Of(DbConnection connection, string code)
    {
        return Sql.Query(connection, "SELECT kind, round, node, epoch, sequence FROM seen WHERE code = $code ORDER BY kind, round, node, epoch, sequence", Read, ("$code", code));
    }

    public static List<SeenRecord> Of(DbConnection connection, string code, byte kind, int round)
    {
        return Sql.Query(connection, "SELECT kind, round, node, epoch, sequence FROM seen WHERE code = $code AND kind = $kind AND round = $round ORDER BY node, epoch, sequence", Read, ("$code", code), ("$kind", (int)kind), ("$round", round));
    }

    /// <summary>The rounds in which a person was sampled.</summary>
    public static List<long> RoundsOf(DbConnection connection, string person)
    {
        return Sql.Query(connection, "SELECT DISTINCT round FROM seen WHERE code = $code AND kind = 7 ORDER BY round", reader => reader.GetInt64(0), ("$code", person));
    }

    private static SeenRecord Read(DbDataReader reader)
    {
        return new SeenRecord(reader.GetByte(0), reader.GetInt32(1), new RecordId((ulong)reader.GetInt64(2), (uint)reader.GetInt64(3), (uint)reader.GetInt64(4)));
    }
}
