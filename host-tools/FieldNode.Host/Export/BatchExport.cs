using FieldNode.Log.Database;
using FieldNode.Log.Store;

namespace FieldNode.Host.Export;

/// <summary>Writes the batches as they arrived, one after another: a .fnlog file that another host can merge. A batch from a flash image
/// has no tag and is written without one, because no node has signed it.</summary>
public static class BatchExport
{
    /// <summary>Writes all batches; returns their number.</summary>
    public static int Write(HostStore store, Stream stream)
    {
        ArgumentNullException.ThrowIfNull(store);
        ArgumentNullException.ThrowIfNull(stream);
        return store.Guard(() =>
        {
            using var connection = store.Connect();
            var count = 0;
            foreach (var bytes in Sql.Stream(connection, "SELECT bytes FROM batches ORDER BY node, epoch, first, bytes",
                reader => (byte[])reader[0]))
            {
                stream.Write(bytes);
                count++;
            }

            return count;
        });
    }
}
