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
    private const int None = -1;
    private const string MovedName = "sightings_moved"; // in meta: the number of the last change that is not here any more
    private const string Columns = SightingTable.Columns;

    private static readonly (string, Is)[] s_number = [("number", Is.Number)];

    private readonly DbConnection _connection;
    private readonly int _max;
    private readonly Rows _add;
    private readonly Rows _drop;
    private readonly Rows _read;
    private readonly List<Pending> _all = [];
    private readonly Dictionary<SeenKey, int> _newest = []; // of each key, its place
    private long _moved = None;
    private long _last;

    private PendingSightings(Statements statements, int max)
    {
        (_connection, _max) = (statements.Connection, max);
        _add = Rows.Insert(statements, "sightings_pending",
            [.. $"{Columns}, number, is_gone".Split(", ").Select(name => (name, Is.Number))]);
        _drop = Rows.Of(statements, "DELETE FROM sightings_pending WHERE number IN (SELECT k.number FROM {k})", s_number);
        _read = Rows.Find(statements, "sightings_pending", "s.number > k.number", $"{Columns}, number, is_gone", s_number);
    }

    /// <summary>Null: the database has no need of them.</summary>
    /// <param name="max">As many wait; null: as many as is best for uploads.</param>
    public static PendingSightings? Of(Statements statements, int? max) =>
        Dialect.Of(statements.Connection).WritesPages ? new PendingSightings(statements, max ?? Max) : null;

    /// <summary>Deletes all: they have moved, or everything is rebuilt.</summary>
    public static void Clear(DbConnection connection)
    {
        if (Dialect.Of(connection).WritesPages)
        {
            Sql.Execute(connection, "INSERT INTO meta SELECT @name, number FROM sightings_pending ORDER BY number DESC LIMIT 1 "
                + "ON CONFLICT (name) DO UPDATE SET value = excluded.value; DELETE FROM sightings_pending", new { name = MovedName });
        }
    }

    /// <summary>Sees what others have written.</summary>
    public void Refresh()
    {
        var moved = Sql.Scalar(_connection, "SELECT value FROM meta WHERE name = @name", new { name = MovedName });
        if (moved != _moved)
        {
            Forget(moved);
        }

        _read.Add(_last);
        foreach (var (sighting, number, isGone) in _read.Query(row => (SightingTable.Read(row), row.Number(7), row.Number(8) != 0)))
        {
            if (!isGone)
            {
                Put(sighting, number);
            }
            else if (PlaceOf(sighting) is var place and not None)
            {
                _all[place] = _all[place] with { IsGone = true };
            }

            _last = number;
        }
    }

    /// <summary>Those of keys.</summary>
    public IEnumerable<Sighting> Of(IEnumerable<SeenKey> keys)
    {
        foreach (var key in keys)
        {
            for (var place = _newest.GetValueOrDefault(key, None); place != None; place = _all[place].Before)
            {
                if (!_all[place].IsGone)
                {
                    yield return _all[place].Sighting;
                }
            }
        }
    }

    /// <summary>Adds sightings; when they are too many, all move.</summary>
    public void Add(IReadOnlyList<Sighting> sightings)
    {
        foreach (var sighting in sightings)
        {
            Put(sighting, ++_last);
            Write(sighting, isGone: false);
        }

        _add.Run();
        if (_all.Count > _max)
        {
            Sql.Execute(_connection, $"INSERT INTO sightings ({Columns}) SELECT {Columns} FROM sightings_pending WHERE is_gone = 0 "
                + $"ORDER BY {Columns}");
            Clear(_connection);
            Forget(_last);
        }
    }

    /// <summary>Takes a sighting back; false when it does not wait.</summary>
    public bool Remove(Sighting sighting)
    {
        var place = PlaceOf(sighting);
        if (place == None)
        {
            return false;
        }

        _drop.Add(_all[place].Number);
        _drop.Run();
        _last++;
        Write(sighting, isGone: true);
        _add.Run();
        _all[place] = _all[place] with { IsGone = true };
        return true;
    }

    private void Write(Sighting sighting, bool isGone)
    {
        var ((code, kind, round), node, epoch, sequence) = sighting;
        _add.Add((long)code.High, code.Low, kind, round, node, epoch, sequence, _last, isGone ? 1 : 0);
    }

    private int PlaceOf(Sighting sighting)
    {
        var place = _newest.GetValueOrDefault(sighting.Key, None);
        while (place != None && (_all[place].IsGone || _all[place].Sighting != sighting))
        {
            place = _all[place].Before;
        }

        return place;
    }

    private void Put(Sighting sighting, long number)
    {
        _all.Add(new Pending(sighting, number, _newest.GetValueOrDefault(sighting.Key, None), IsGone: false));
        _newest[sighting.Key] = _all.Count - 1;
    }

    private void Forget(long moved)
    {
        _all.Clear();
        _newest.Clear();
        (_moved, _last) = (moved, moved);
    }

    /// <param name="Before">The place of the one before with the same key.</param>
    private readonly record struct Pending(Sighting Sighting, long Number, int Before, bool IsGone);
}
