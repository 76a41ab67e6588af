using FieldNode.Log.Database;
using FieldNode.Log.Store;

namespace FieldNode.Host.Export;

/// <summary>
/// Writes the batches as they arrived, one after another: a .fnlog file that another host can merge. What came from a flash image carries
/// no tag, and gets none here: nobody answers for it.
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
