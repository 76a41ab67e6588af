using FieldNode.Log;
using FieldNode.Log.Database;
using FieldNode.Log.Store;
using System.Collections.Concurrent;

namespace FieldNode.Host.Http;

/// <summary>
/// Which epochs of each node there are. A node begins one when its log is formatted: a few times in its life. Who holds its key could begin
/// one with every batch, and each costs the host memory and time for good.
/// </summary>
internal sealed class EpochLimit(HostStore store)
{
    /// <summary>Epochs that a node may have.</summary>
    public const int EpochsMax = 256;

    private readonly ConcurrentDictionary<ulong, HashSet<uint>> _known = new();

    /// <summary>Whether no record of this epoch was taken in before.</summary>
    /// <param name="count">How many other epochs of the node there are.</param>
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
        _known[node] = known; // never changed: another one takes its place
        count = known.Count;
        return !known.Contains(epoch);
    }
}
