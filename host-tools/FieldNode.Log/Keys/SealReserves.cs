using System.Data.Common;
using FieldNode.Log.Database;
using FieldNode.Protocol;

namespace FieldNode.Log.Keys;

/// <summary>The reserves of this host, which open the seals of nodes' records: found by node, key number and check.</summary>
internal static class SealReserves
{
    /// <summary>Stores a reserve. A stored reserve is never replaced: no one can close open records by sending another reserve.</summary>
    /// <param name="check">0 for a reserve from before checks existed.</param>
    /// <returns>True if the reserve is new.</returns>
    public static bool Keep(DbConnection connection, Vault vault, ulong node, byte key, uint check, byte[] reserve)
    {
        return Sql.Execute(connection, "INSERT INTO seal_keys (node, key, seal_check, reserve) VALUES (@node, @key, @check, @reserve) ON "
            + "CONFLICT DO NOTHING",
            new
            {
                node = (long)node,
                key = (int)key,
                check = (long)check,
                reserve = vault.Wrap(reserve, Secrets.SealReserve(node, key, check))
            }) > 0;
    }

    /// <summary>Stores a reserve that was derived here.</summary>
    public static void Keep(DbConnection connection, Vault vault, ulong node, byte key, byte[] reserve)
    {
        Keep(connection, vault, node, key, NodeKeys.SealCheck(HmacTags.Instance, reserve), reserve);
    }

    /// <summary>The reserve of a chain; null if this host does not have it.</summary>
    public static byte[]? Find(DbConnection connection, Vault vault, ulong node, SealStart seals)
    {
        // A chain in the earlier format does not name its reserve: use the one from before checks existed, or the only one.
        return Sql.Query(connection, "SELECT reserve, seal_check FROM seal_keys WHERE node = @node AND key = @key AND (seal_check = "
            + "@check OR @check = 0) ORDER BY seal_check LIMIT 1",
            reader => vault.Unwrap((byte[])reader[0], Secrets.SealReserve(node, seals.Key, (uint)reader.GetInt64(1))),
                new { node = (long)node, key = (int)seals.Key, check = (long)seals.Check }).FirstOrDefault();
    }
}
