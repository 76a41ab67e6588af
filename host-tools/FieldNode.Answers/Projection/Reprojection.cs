using System.Data.Common;
using FieldNode.Answers.Sightings;
using FieldNode.Log.Database;
using FieldNode.Log.Keys;
using FieldNode.Log.Parts;
using FieldNode.Log;
using FieldNode.Protocol;

namespace FieldNode.Answers.Projection;

/// <summary>Rebuilds everything derived from records.</summary>
internal static class Reprojection
{
    private static readonly string[] s_tables = ["doubles", "unlisted", "households", "coverage", "tallies", "unreadable", "facts",
        "folds", "decisions"];

    /// <summary>Projects all records in the caller's transaction: decisions first, because other epochs depend on them.</summary>
    public static void Run(DbConnection connection, Vault vault, IScheduler work)
    {
        foreach (var table in s_tables)
        {
            Sql.Execute(connection, $"DELETE FROM {table}");
        }

        SightingTable.Clear(connection);
        var epochs = Sql.Query(connection, "SELECT DISTINCT node, epoch FROM spans",
            reader => (Node: (ulong)reader.GetInt64(0), Epoch: (uint)reader.GetInt64(1)));
        using var statements = new Statements(connection);
        using var projector = new Projector(connection, vault, work, new FoldCache(FoldCache.Few), isBulk: true);
        var held = new SpanSet(statements);
        foreach (var (node, epoch) in epochs.OrderBy(epoch => !HostNode.IsHost(epoch.Node)))
        {
            projector.Rebuild(held, node, epoch);
            held.Forget();
        }
    }
}
