using FieldNode.Log.Database;
using FieldNode.Log.Keys;
using System.Data.Common;

namespace FieldNode.Answers.Sightings;

/// <summary>The index from codes to records: a row for each sighting that stands. In SQLite new ones wait (<see cref="PendingSightings"/>);
/// the view <c>all_sightings</c> is all of them.</summary>
internal sealed class SightingTable
{
    internal const string Columns = "code_high, code_low, kind, round, node, epoch, sequence";

    private static readonly (string, Is)[] s_key = [("code_high", Is.Number), ("code_low", Is.Number), ("kind", Is.Number),
        ("round", Is.Number)];
    private static readonly (string, Is)[] s_row = [.. s_key, ("node", Is.Number), ("epoch", Is.Number), ("sequence", Is.Number)];

    private readonly Rows _find;
    private readonly Rows _add;
    private readonly Rows _remove;
    private readonly PendingSightings? _pending;

    /// <param name="cache">Keeps what waits from one commit to the next; null: for one transaction.</param>
    /// <param name="pendingMax">So many may wait; null: as many as is best for uploads.</param>
    public SightingTable(Statements statements, PendingCache? cache = null, int? pendingMax = null)
    {
        _find = Rows.Find(statements, "sightings",
            "s.code_high = k.code_high AND s.code_low = k.code_low AND s.kind = k.kind AND s.round = k.round", Columns, s_key);
        _add = Rows.Insert(statements, "sightings", s_row);
        _remove = Rows.Of(statements, $"DELETE FROM sightings WHERE ({Columns}) IN (SELECT {Columns} FROM {{k}})", s_row);
        _pending = PendingSightings.Of(statements, cache, pendingMax);
    }

    /// <summary>The sightings of each key, in their order; of keys without any, nothing.</summary>
    public Dictionary<SeenKey, List<Sighting>> Find(IReadOnlyCollection<SeenKey> keys)
    {
        foreach (var key in keys)
        {
            _find.Add((long)key.Code.High, key.Code.Low, key.Kind, key.Round);
        }

        var found = new Dictionary<SeenKey, List<Sighting>>();
        foreach (var sightings in _find.Query(Read).Concat(_pending?.Of(keys) ?? []).GroupBy(sighting => sighting.Key))
        {
            found.Add(sightings.Key, [.. sightings.Order()]);
        }

        return found;
    }

    /// <summary>All sightings of a code, in their order.</summary>
    public static List<Sighting> Find(DbConnection connection, CodeKey code)
    {
        return Sql.Query(connection, $"SELECT {Columns} FROM all_sightings WHERE code_high = @high AND code_low = @low",
            reader => new Sighting(new SeenKey(code, reader.GetByte(2), (ushort)reader.GetInt64(3)), reader.GetInt64(4),
                (uint)reader.GetInt64(5), (uint)reader.GetInt64(6)), new { high = (long)code.High, low = code.Low }).Order().ToList();
    }

    /// <summary>Adds and takes away, after <see cref="Find(IReadOnlyCollection{SeenKey})"/> in the same transaction.</summary>
    /// <param name="added">None of them is there.</param>
    public void Change(List<Sighting> added, List<Sighting> removed)
    {
        foreach (var sighting in removed.Where(sighting => _pending?.Remove(sighting) is not true))
        {
            Write(_remove, sighting);
        }

        _remove.Run();
        if (_pending is not null)
        {
            _pending.Add(added);
            return;
        }

        foreach (var sighting in added)
        {
            Write(_add, sighting);
        }

        _add.Run();
    }

    /// <summary>The transaction is on disk.</summary>
    public void Keep() => _pending?.Keep();

    internal static Sighting Read(IRow row)
    {
        return new Sighting(new SeenKey(new CodeKey((ulong)row.Number(0), (uint)row.Number(1)), (byte)row.Number(2), (ushort)row.Number(3)),
            row.Number(4), (uint)row.Number(5), (uint)row.Number(6));
    }

    private static void Write(Rows rows, Sighting sighting)
    {
        var ((code, kind, round), node, epoch, sequence) = sighting;
        rows.Add((long)code.High, code.Low, kind, round, node, epoch, sequence);
    }
}
