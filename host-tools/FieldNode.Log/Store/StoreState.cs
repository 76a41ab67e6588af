using System.Data.Common;
using FieldNode.Log.Database;

namespace FieldNode.Log.Store;

/// <summary>The state of a store that is being moved, and the copying of its tables.</summary>
internal static class StoreState
{
    /// <summary>Names in a store's meta table: the store is being filled, or was moved away.</summary>
    public const string Filling = "filling";
    public const string Left = "left";

    public static bool Is(DbConnection connection, string state) =>
        Sql.Scalar(connection, "SELECT count(*) FROM meta WHERE name = @name", new { name = state }) > 0;

    /// <summary>Copies a table's rows into an empty table, by column name: in a store that was migrated from an early version, the columns
    /// are in another order.</summary>
    public static void Copy(DbConnection from, DbConnection to, string table)
    {
        using var select = from.CreateCommand();
#pragma warning disable CA2100 // a constant
        select.CommandText = $"SELECT * FROM {table}";
#pragma warning restore CA2100
        using var reader = select.ExecuteReader();
        string[] columns = [.. Enumerable.Range(0, reader.FieldCount).Select(reader.GetName)];
        var insert = $"INSERT INTO {table} ({string.Join(", ", columns)}) VALUES "
            + $"({string.Join(", ", columns.Select(column => "@" + column))})";
        while (reader.Read())
        {
            Sql.Execute(to, insert, columns.Index().ToDictionary(column => column.Item, column => reader.IsDBNull(column.Index) ? null
                : reader[column.Index]));
        }
    }
}
