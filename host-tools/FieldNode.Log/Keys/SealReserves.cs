using System.Data.Common;
using FieldNode.Log.Database;
using FieldNode.Protocol;

namespace FieldNode.Log.Keys;

/// <summary>What opens the seals of nodes' records: the reserves that this host has, found by node, key number and check.</summary>
internal static class SealReserves
{
    /// <summary>Keeps a reserve. One that is here is never replaced: nobody closes what is open by sending another.</summary>
    /// <param name="check">0: a reserve of before there were checks.</param>
    /// <returns>Whether it was new.</returns>
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

    /// <summary>Keeps a reserve that was derived here.</summary>
    public static void Keep(DbConnection connection, Vault vault, ulong node, byte key, byte[] reserve)
    {
        Keep(connection, vault, node, key, NodeKeys.SealCheck(HmacTags.Instance, reserve), reserve);
    }

    /// <summary>The reserve that a chain is of; null: it is not here.</summary>
    public static byte[]? Find(DbConnection connection, Vault vault, ulong node, SealStart seals)
    {
        // A chain of the earlier format does not tell its reserve: the one of that time, or the only one.
        return Sql.Query(connection, "SELECT reserve, seal_check FROM seal_keys WHERE node = @node AND key = @key AND (seal_check = "
            + "@check OR @check = 0) ORDER BY seal_check LIMIT 1",
            reader => vault.Unwrap((byte[])reader[0], Secrets.SealReserve(node, seals.Key, (uint)reader.GetInt64(1))),
                new { node = (long)node, key = (int)seals.Key, check = (long)seals.Check }).FirstOrDefault();
    }
}
