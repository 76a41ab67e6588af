using System.Data.Common;
using Microsoft.Data.Sqlite;

namespace FieldNode.Tests.Support;

/// <summary>Holds the write lock of a transaction, so that another writer has to wait.</summary>
internal static class StoreLock
{
    public static DbTransaction Take(DbConnection connection)
    {
        if (connection is SqliteConnection sqlite)
        {
            return sqlite.BeginTransaction(deferred: false);
        }

        var transaction = connection.BeginTransaction();
        using var command = connection.CreateCommand();
        command.CommandText = "UPDATE meta SET value = value WHERE name = 'changes'";
        Assert.Equal(1, command.ExecuteNonQuery());
        return transaction;
    }
}
