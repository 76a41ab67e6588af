using FieldNode.Log.Store;
using Microsoft.Data.Sqlite;

namespace FieldNode.Tests.Support;

/// <summary>The connections that one store keeps open; those of the tests that run beside it are left alone.</summary>
internal static class Pool
{
    /// <summary>Closes them; the last one that closes brings the log into the database.</summary>
    public static void Close(HostStore store)
    {
        using var connection = store.Connect();
        SqliteConnection.ClearPool((SqliteConnection)connection);
    }
}
