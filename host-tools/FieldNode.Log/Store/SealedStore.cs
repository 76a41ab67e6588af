using FieldNode.Log.Database;
using FieldNode.Log.Keys;
using System.Data.Common;

namespace FieldNode.Log.Store;

/// <summary>Seals what stores before version 5 kept in the clear, and binds what stores before version 11 sealed to its row. Records and
/// batches stay as they arrived, because they are evidence.</summary>
internal static class SealedStore
{
    public static void Seal(DbConnection connection, Vault vault)
    {
        foreach (var (node, key) in Sql.Query(connection, "SELECT node, key FROM nodes WHERE key IS NOT NULL",
            reader => (reader.GetInt64(0), (byte[])reader[1])))
        {
            Sql.Execute(connection, "UPDATE nodes SET key = @key WHERE node = @node",
                new { node, key = vault.Wrap(key, Secrets.Unbound.NodeKey) });
        }

        foreach (var (node, claim) in Sql.Query(connection, "SELECT node, claim FROM claims",
            reader => (reader.GetInt64(0), (byte[])reader[1])))
        {
            Sql.Execute(connection, "UPDATE claims SET claim = @claim WHERE node = @node",
                new { node, claim = vault.Wrap(claim, Secrets.Unbound.Claim) });
        }

        foreach (var (person, name, phone) in Sql.Query(connection, "SELECT person, name, phone FROM roster_people",
            reader => (reader.GetString(0), reader.GetString(1), reader.GetString(2))))
        {
            Sql.Execute(connection, "UPDATE roster_people SET person = @sealed, name = @name, phone = @phone WHERE person = @person",
                new
                {
                    person,
                    @sealed = vault.Seal(person),
                    name = vault.WrapText(name, Secrets.Unbound.Roster),
                    phone = vault.WrapText(phone, Secrets.Unbound.Roster)
                });
        }

        foreach (var (site, people) in Sql.Query(connection, "SELECT site, people FROM rosters",
            reader => (reader.GetString(0), (byte[])reader[1])))
        {
            Sql.Execute(connection, "UPDATE rosters SET people = @people WHERE site = @site",
                new { site, people = vault.Wrap(people, Secrets.Unbound.Roster) });
        }
    }

    /// <summary>Rewraps each secret of a store before version 11 for its own row, and signs its accounts. Signed-in users must sign in
    /// again.</summary>
    public static void Bind(DbConnection connection, Vault vault)
    {
        foreach (var (node, key) in Sql.Query(connection, "SELECT node, key FROM nodes WHERE key IS NOT NULL",
            reader => (reader.GetInt64(0), (byte[])reader[1])))
        {
            Sql.Execute(connection, "UPDATE nodes SET key = @key WHERE node = @node",
                new { node, key = Again(vault, key, Secrets.Unbound.NodeKey, Secrets.NodeKey((ulong)node)) });
        }

        foreach (var (node, enrolment, claim, request, answer) in Sql.Query(connection, "SELECT node, enrolment, claim, request, answer "
            + "FROM claims",
            reader => (reader.GetInt64(0), reader.GetInt32(1), (byte[])reader[2], reader[3] as byte[], reader[4] as byte[])))
        {
            byte[]? Exchanged(byte[]? wrapped, string purpose) => wrapped is null ? null
                : Again(vault, wrapped, Secrets.Unbound.Exchange, purpose);
            Sql.Execute(connection, "UPDATE claims SET claim = @claim, request = @request, answer = @answer WHERE node = @node AND "
                + "enrolment = @enrolment",
                    new
                    {
                        node,
                        enrolment,
                        claim = Again(vault, claim, Secrets.Unbound.Claim, Secrets.Claim((ulong)node, enrolment)),
                        request = Exchanged(request, Secrets.Request((ulong)node, enrolment)),
                        answer = Exchanged(answer, Secrets.Answer((ulong)node, enrolment))
                    });
        }

        foreach (var (node, key, check, reserve) in Sql.Query(connection, "SELECT node, key, seal_check, reserve FROM seal_keys",
            reader => (reader.GetInt64(0), reader.GetByte(1), reader.GetInt64(2), (byte[])reader[3])))
        {
            Sql.Execute(connection, "UPDATE seal_keys SET reserve = @reserve WHERE node = @node AND key = @key AND seal_check = @check",
                new
                {
                    node,
                    key = (int)key,
                    check,
                    reserve = Again(vault, reserve, Secrets.Unbound.SealReserve, Secrets.SealReserve((ulong)node, key, (uint)check))
                });
        }

        BindRosters(connection, vault);
        AccountMacs.SignAll(connection, vault);
    }

    private static void BindRosters(DbConnection connection, Vault vault)
    {
        string Text(string wrapped, string purpose) => vault.WrapText(vault.UnwrapText(wrapped, Secrets.Unbound.Roster), purpose);
        foreach (var (person, name, phone) in Sql.Query(connection, "SELECT person, name, phone FROM roster_people",
            reader => (reader.GetString(0), reader.GetString(1), reader.GetString(2))))
        {
            Sql.Execute(connection, "UPDATE roster_people SET name = @name, phone = @phone WHERE person = @person",
                new { person, name = Text(name, Secrets.Name(person)), phone = Text(phone, Secrets.Phone(person)) });
        }

        foreach (var (site, people) in Sql.Query(connection, "SELECT site, people FROM rosters",
            reader => (reader.GetString(0), (byte[])reader[1])))
        {
            Sql.Execute(connection, "UPDATE rosters SET people = @people WHERE site = @site",
                new { site, people = Again(vault, people, Secrets.Unbound.Roster, Secrets.Roster(site)) });
        }
    }

    private static byte[] Again(Vault vault, byte[] wrapped, string before, string now) => vault.Wrap(vault.Unwrap(wrapped, before), now);
}
