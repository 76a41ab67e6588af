using FieldNode.Answers.Facts;
using FieldNode.Answers.Projection;
using FieldNode.Log.Database;
using System.Data.Common;

namespace FieldNode.Answers;

/// <summary>The part of an epoch that the board needs.</summary>
/// <param name="Version">Version of its projection when it was read.</param>
internal sealed record EpochMemory(long Version, LaneNow Now,
    IReadOnlyList<(string Site, int Round, byte Category, string LaneKind, int Hour, int People)> Tallies);

/// <summary>
/// Caches what was read of each epoch, so that a change of one epoch does not reread all: of two thousand nodes, only a few upload in any
/// second. Used by one thread at a time.
/// </summary>
internal sealed class FleetMemory
{
    // With more changed epochs than this, reading everything at once is cheaper.
    private const int SingleMax = 100;

    private readonly Dictionary<ulong, Dictionary<uint, EpochMemory>> _nodes = [];

    public IEnumerable<EpochMemory> Of(ulong node) => _nodes.TryGetValue(node, out var epochs) ? epochs.Values : [];

    /// <summary>State of a node's lane. A node that was reformatted has several epochs; the one with the latest last record is
    /// used.</summary>
    public LaneNow NewestOf(ulong node)
    {
        return Of(node).OrderBy(epoch => epoch.Now.Last.At ?? DateTimeOffset.MinValue).LastOrDefault()?.Now ?? new LaneNow();
    }

    public void Refresh(DbConnection connection)
    {
        var versions = Sql.Query(connection, "SELECT node, epoch, version FROM folds",
            reader => (Node: (ulong)reader.GetInt64(0), Epoch: (uint)reader.GetInt64(1), Version: reader.GetInt64(2)));
        var changed = versions.Where(epoch => !_nodes.TryGetValue(epoch.Node, out var epochs)
            || !epochs.TryGetValue(epoch.Epoch, out var known) || known.Version != epoch.Version).ToList();
        if (changed.Count > SingleMax)
        {
            ReadAll(connection, versions);
        }
        else
        {
            changed.ForEach(epoch =>
                Put(epoch.Node, epoch.Epoch,
                new EpochMemory(epoch.Version, FactTable.Read<LaneNow>(connection, epoch.Node, epoch.Epoch, FactKind.Now).FirstOrDefault()
                ?? new LaneNow(), Tallies(connection, "WHERE node = @node AND epoch = @epoch",
                    new { node = (long)epoch.Node, epoch = (long)epoch.Epoch }).ConvertAll(row => row.Tally))));
        }
    }

    private void ReadAll(DbConnection connection, List<(ulong Node, uint Epoch, long Version)> versions)
    {
        _nodes.Clear();
        var now = FactTable.All<LaneNow>(connection, FactKind.Now).ToDictionary(fact => (fact.Node, fact.Epoch), fact => fact.Fact);
        var tallies = Tallies(connection, "").ToLookup(row => (row.Node, row.Epoch), row => row.Tally);
        versions.ForEach(epoch =>
            Put(epoch.Node, epoch.Epoch, new EpochMemory(epoch.Version, now.GetValueOrDefault((epoch.Node, epoch.Epoch)) ?? new LaneNow(),
            [.. tallies[(epoch.Node, epoch.Epoch)]])));
    }

    private void Put(ulong node, uint epoch, EpochMemory memory)
    {
        (_nodes.TryGetValue(node, out var epochs) ? epochs : _nodes[node] = [])[epoch] = memory;
    }

    private static List<(ulong Node, uint Epoch,
        (string Site, int Round, byte Category, string LaneKind, int Hour, int People) Tally)> Tallies(DbConnection connection,
        string where, object? values = null)
    {
        return Sql.Query(connection, $"SELECT node, epoch, site, round, category, lane_kind, hour, people FROM tallies {where}",
            reader => ((ulong)reader.GetInt64(0), (uint)reader.GetInt64(1),
                (string.Intern(reader.GetString(2)), reader.GetInt32(3), reader.GetByte(4), string.Intern(reader.GetString(5)),
                reader.GetInt32(6), reader.GetInt32(7))), values);
    }
}
