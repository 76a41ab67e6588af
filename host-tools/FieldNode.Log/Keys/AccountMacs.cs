using FieldNode.Log.Database;
using System.Data.Common;
using System.Security.Cryptography;
using System.Text;

namespace FieldNode.Log.Keys;

/// <summary>
/// Codes under the store's key over the rows that say who may sign in and who has. A row that somebody put into the database, or changed
/// there, without the key file, lets nobody in.
/// </summary>
internal static class AccountMacs
{
    private const string AccountPurpose = "account";
    private const string SessionPurpose = "session";

    public static byte[] OfAccount(Vault vault, string name, string role, string password) =>
        vault.Tag(AccountPurpose, Joined(name, role, password));

    /// <param name="token">Its hash, as it is stored.</param>
    public static byte[] OfSession(Vault vault, byte[] token, string account, long untilMs, bool isLink) =>
        vault.Tag(SessionPurpose, Joined(Convert.ToHexString(token), account, $"{untilMs}", isLink ? "link" : "session"));

    public static bool Fits(byte[] expected, object stored) =>
        stored is byte[] mac && CryptographicOperations.FixedTimeEquals(expected, mac);

    /// <summary>Signs the accounts of a store that had no codes, and ends its sessions.</summary>
    public static void SignAll(DbConnection connection, Vault vault)
    {
        foreach (var (name, role, password) in Sql.Query(connection, "SELECT name, role, password FROM accounts",
            reader => (reader.GetString(0), reader.GetString(1), reader.GetString(2))))
        {
            Sql.Execute(connection, "UPDATE accounts SET mac = @mac WHERE name = @name",
                new { name, mac = OfAccount(vault, name, role, password) });
        }

        Sql.Execute(connection, "DELETE FROM sessions");
    }

    /// <summary>How many rows were put in or changed without the store's key.</summary>
    public static long Foreign(DbConnection connection, Vault vault)
    {
        var accounts = Sql.Query(connection, "SELECT name, role, password, mac FROM accounts",
            reader => Fits(OfAccount(vault, reader.GetString(0), reader.GetString(1), reader.GetString(2)), reader[3]));
        var sessions = Sql.Query(connection, "SELECT token, account, until_ms, is_link, mac FROM sessions", reader =>
            Fits(OfSession(vault, (byte[])reader[0], reader.GetString(1), reader.GetInt64(2), reader.GetInt64(3) != 0), reader[4]));
        return accounts.Concat(sessions).Count(fits => !fits);
    }

    // Each part with its length: no two rows are joined to the same bytes.
    private static byte[] Joined(params string[] parts) =>
        Encoding.UTF8.GetBytes(string.Concat(parts.Select(part => $"{Encoding.UTF8.GetByteCount(part)}:{part}")));
}
