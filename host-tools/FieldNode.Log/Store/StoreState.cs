using System.Data.Common;
using FieldNode.Log.Database;

namespace FieldNode.Log.Store;

/// <summary>A store that is being moved, and its tables on their way.</summary>
internal static class StoreState
{
    /// <summary>In a store's meta: it is being filled; it was left.</summary>
    public const string Filling = "filling";
    public const string Left = "left";

    public static bool Is(DbConnection connection, string state) =>
        Sql.Scalar(connection, "SELECT count(*) FROM meta WHERE name = $name", ("$name", state)) > 0;

    /// <summary>Copies a table's rows into an empty one: by the columns' names, because a store that was brought up from an early version
    /// has them in another order.</summary>
    public static void Copy(DbConnection from, DbConnection to, string table)
    {
        using var select = Sql.Command(from, $"SELECT * FROM {table}");
        using var reader = select.ExecuteReader();
        string[] columns = [.. Enumerable.Range(0, reader.FieldCount).Select(reader.GetName)];
        using var owned = new Statements();
        var insert = Sql.Prepare(to, owned, $"INSERT INTO {table} ({string.Join(", ", columns)}) VALUES "
            + $"({string.Join(", ", columns.Select(column => "$" + column))})", [.. columns.Select(column => "$" + column)]);
        var row = new object[columns.Length];
        while (reader.Read())
        {
            reader.GetValues(row);
            Sql.Run(insert, row);
        }
    }
}
