using FieldNode.Log;
using FieldNode.Log.Database;
using FieldNode.Log.Store;
using System.Collections.Concurrent;

namespace FieldNode.Host.Http;

/// <summary>Limits the epochs of a node. A node begins one each time its log is formatted: a few times in its life. Anyone with its key
/// could begin one with every batch, and each costs the host memory and time permanently.</summary>
internal sealed class EpochLimit(HostStore store)
{
    /// <summary>Maximum number of epochs per node.</summary>
    public const int EpochsMax = 256;

    private readonly ConcurrentDictionary<ulong, HashSet<uint>> _known = new();

    /// <summary>Whether the store has no record of this epoch yet.</summary>
    /// <param name="count">Number of the node's stored epochs; set only if this one is new.</param>
    /// <exception cref="HostFault">The store cannot be read.</exception>
    public bool IsNew(ulong node, uint epoch, out int count)
    {
        count = 0;
        if (_known.TryGetValue(node, out var known) && known.Contains(epoch))
        {
            return false;
        }

        known = store.Guard(() =>
        {
            using var connection = store.Connect();
            return Sql.Query(connection, "SELECT epoch FROM epochs WHERE node = @node", reader => (uint)reader.GetInt64(0),
                new { node = (long)node }).ToHashSet();
        });
        _known[node] = known; // the set is never modified, only replaced
        count = known.Count;
        return !known.Contains(epoch);
    }
}
