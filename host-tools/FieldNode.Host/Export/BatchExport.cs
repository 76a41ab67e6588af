using FieldNode.Host.Merge;
using FieldNode.Host.Store;

namespace FieldNode.Host.Export;

/// <summary>
/// Writes the batches as they arrived, one after another: a .fnlog file that another host can merge. What came from a flash image carries
/// no tag and gets one here, if this host has the node's key.
/// </summary>
public static class BatchExport
{
    /// <summary>Writes all batches; returns how many.</summary>
    public static int Write(HostStore store, Stream stream)
    {
        ArgumentNullException.ThrowIfNull(store);
        ArgumentNullException.ThrowIfNull(stream);
        return store.Guard(() =>
        {
            using var connection = store.Connect();
            using var command = Sql.Command(connection, "SELECT bytes, source, node FROM batches ORDER BY node, epoch, first, bytes");
            var nodes = NodeRegistry.List(connection, store.Vault).ToDictionary(node => node.Id);
            using var reader = command.ExecuteReader();
            var count = 0;
            while (reader.Read())
            {
                stream.Write(LogPart.Tagged((byte[])reader[0], (LogSource)reader.GetInt32(1), nodes.GetValueOrDefault((ulong)reader.GetInt64(2))));
                count++;
            }

            return count;
        });
    }
}
