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
            using var command = connection.CreateCommand();
            command.CommandText = "SELECT bytes, source, key FROM batches LEFT JOIN nodes USING (node) ORDER BY node, epoch, first, bytes";
            using var reader = command.ExecuteReader();
            var count = 0;
            while (reader.Read())
            {
                stream.Write(LogPart.Tagged((byte[])reader[0], (LogSource)reader.GetInt32(1), reader[2] as byte[]));
                count++;
            }

            return count;
        });
    }
}
