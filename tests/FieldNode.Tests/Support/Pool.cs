using FieldNode.Log.Store;
using Microsoft.Data.Sqlite;

namespace FieldNode.Tests.Support;

/// <summary>Open connections of one store, without those of tests that run in parallel.</summary>
internal static class Pool
{
    /// <summary>Closes the connections; closing the last one checkpoints the WAL into the database.</summary>
    public static void Close(HostStore store)
    {
        using var connection = store.Connect();
        SqliteConnection.ClearPool((SqliteConnection)connection);
    }
}
