using FieldNode.Log.Database;
using System.Data.Common;

namespace FieldNode.Answers.Sightings;

/// <summary>
/// Sightings that wait, in the order in which they came, and in memory by what was seen. Codes are spread evenly, so that nearly every new
/// row of <c>sightings</c> lies in a page of its own, and SQLite writes whole pages: of many that come together, sorted, several share one.
/// PostgreSQL writes rows, and needs none of this. Each change has a number above all before it, by which others catch up.
/// </summary>
internal sealed class PendingSightings
{
    /// <summary>For whole logs, whose commits are large.</summary>
    public const int MaxBulk = 131_072;

    private const int Max = 65_536;
    private const string MovedName = "sightings_moved"; // in meta: the number of the last change that is not here any more
    private const string Columns = SightingTable.Columns;

    private static readonly (string, Is)[] s_number = [("number", Is.Number)];

    private readonly DbConnection _connection;
    private readonly PendingCache? _cache;
    private readonly int _max;
    private readonly Rows _add;
    private readonly Rows _drop;
    private readonly Rows _read;
    private PendingMemory? _memory;

    private PendingSightings(Statements statements, PendingCache? cache, int max)
    {
        (_connection, _cache, _max) = (statements.Connection, cache, max);
        _add = Rows.Insert(statements, "sightings_pending",
            [.. $"{Columns}, number, is_gone".Split(", ").Select(name => (name, Is.Number))]);
        _drop = Rows.Of(statements, "DELETE FROM sightings_pending WHERE number IN (SELECT k.number FROM {k})", s_number);
        _read = Rows.Find(statements, "sightings_pending", "s.number > k.number", $"{Columns}, number, is_gone", s_number);
    }

    private PendingMemory Memory => _memory ??= _cache?.Take() ?? new PendingMemory();

    /// <summary>Null: the database has no need of them.</summary>
    /// <param name="cache">Null: for one transaction.</param>
    /// <param name="max">As many wait; null: as many as is best for uploads.</param>
    public static PendingSightings? Of(Statements statements, PendingCache? cache, int? max) =>
        Dialect.Of(statements.Connection).WritesPages ? new PendingSightings(statements, cache, max ?? Max) : null;

    /// <summary>Deletes all: they have moved, or everything is rebuilt.</summary>
    public static void Clear(DbConnection connection)
    {
        if (Dialect.Of(connection).WritesPages)
        {
            Sql.Execute(connection, "INSERT INTO meta SELECT @name, number FROM sightings_pending ORDER BY number DESC LIMIT 1 "
                + "ON CONFLICT (name) DO UPDATE SET value = excluded.value; DELETE FROM sightings_pending", new { name = MovedName });
        }
    }

    /// <summary>Those of keys, with what others have written.</summary>
    public IEnumerable<Sighting> Of(IEnumerable<SeenKey> keys)
    {
        var moved = Sql.Scalar(_connection, "SELECT value FROM meta WHERE name = @name", new { name = MovedName });
        if (moved != Memory.Moved)
        {
            Memory.Forget(moved);
        }

        _read.Add(Memory.Last);
        foreach (var (sighting, number, isGone) in _read.Query(row => (SightingTable.Read(row), row.Number(7), row.Number(8) != 0)))
        {
            if (isGone)
            {
                Memory.Remove(sighting);
            }
            else
            {
                Memory.Put(sighting, number);
            }

            Memory.Last = number;
        }

        return Memory.Of(keys);
    }

    /// <summary>Adds sightings; when they are too many, all move.</summary>
    public void Add(IReadOnlyList<Sighting> sightings)
    {
        foreach (var sighting in sightings)
        {
            Write(sighting, isGone: false);
            Memory.Put(sighting, Memory.Last);
        }

        _add.Run();
        if (Memory.Count > _max)
        {
            Sql.Execute(_connection, $"INSERT INTO sightings ({Columns}) SELECT {Columns} FROM sightings_pending WHERE is_gone = 0 "
                + $"ORDER BY {Columns}");
            Clear(_connection);
            Memory.Forget(Memory.Last);
        }
    }

    /// <summary>Takes a sighting back; false when it does not wait.</summary>
    public bool Remove(Sighting sighting)
    {
        if (Memory.Remove(sighting) is not { } number)
        {
            return false;
        }

        _drop.Add(number);
        _drop.Run();
        Write(sighting, isGone: true);
        _add.Run();
        return true;
    }

    /// <summary>The transaction is on disk: what is in memory may be kept.</summary>
    public void Keep()
    {
        _cache?.Put(_memory);
        _memory = null;
    }

    private void Write(Sighting sighting, bool isGone)
    {
        var ((code, kind, round), node, epoch, sequence) = sighting;
        _add.Add((long)code.High, code.Low, kind, round, node, epoch, sequence, ++Memory.Last, isGone ? 1 : 0);
    }
}
