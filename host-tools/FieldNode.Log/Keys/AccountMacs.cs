using FieldNode.Log.Database;
using System.Data.Common;
using System.Security.Cryptography;
using System.Text;

namespace FieldNode.Log.Keys;

/// <summary>
/// MACs under the store's key over the rows of accounts and sessions. A row that was added or changed in the database without the key file
/// grants no access.
/// </summary>
internal static class AccountMacs
{
    private const string AccountPurpose = "account";
    private const string SessionPurpose = "session";

    public static byte[] OfAccount(Vault vault, string name, string role, string password) =>
        vault.Tag(AccountPurpose, Joined(name, role, password));

    /// <param name="token">The token's hash, as stored.</param>
    public static byte[] OfSession(Vault vault, byte[] token, string account, long untilMs, bool isLink) =>
        vault.Tag(SessionPurpose, Joined(Convert.ToHexString(token), account, $"{untilMs}", isLink ? "link" : "session"));

    public static bool Fits(byte[] expected, object stored) =>
        stored is byte[] mac && CryptographicOperations.FixedTimeEquals(expected, mac);

    /// <summary>Adds MACs to the accounts of a store that had none, and ends its sessions.</summary>
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

    /// <summary>The number of rows that were added or changed without the store's key.</summary>
    public static long Foreign(DbConnection connection, Vault vault)
    {
        var accounts = Sql.Query(connection, "SELECT name, role, password, mac FROM accounts",
            reader => Fits(OfAccount(vault, reader.GetString(0), reader.GetString(1), reader.GetString(2)), reader[3]));
        var sessions = Sql.Query(connection, "SELECT token, account, until_ms, is_link, mac FROM sessions", reader =>
            Fits(OfSession(vault, (byte[])reader[0], reader.GetString(1), reader.GetInt64(2), reader.GetInt64(3) != 0), reader[4]));
        return accounts.Concat(sessions).Count(fits => !fits);
    }

    // Each part is preceded by its length, so that no two rows give the same bytes.
    private static byte[] Joined(params string[] parts) =>
        Encoding.UTF8.GetBytes(string.Concat(parts.Select(part => $"{Encoding.UTF8.GetByteCount(part)}:{part}")));
}
