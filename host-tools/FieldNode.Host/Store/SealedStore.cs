using System.Data.Common;

namespace FieldNode.Host.Store;

/// <summary>Seals what a store of before version 5 kept in the clear; its records and batches stay as they came, because they are evidence.</summary>
internal static class SealedStore
{
    public static void Seal(DbConnection connection, Vault vault)
    {
        foreach (var (node, key) in Sql.Query(connection, "SELECT node, key FROM nodes WHERE key IS NOT NULL", reader => (reader.GetInt64(0), (byte[])reader[1])))
        {
            Sql.Execute(connection, "UPDATE nodes SET key = $key WHERE node = $node", ("$node", node), ("$key", vault.Wrap(key, Secrets.NodeKey)));
        }

        foreach (var (node, claim) in Sql.Query(connection, "SELECT node, claim FROM claims", reader => (reader.GetInt64(0), (byte[])reader[1])))
        {
            Sql.Execute(connection, "UPDATE claims SET claim = $claim WHERE node = $node", ("$node", node), ("$claim", vault.Wrap(claim, Secrets.Claim)));
        }

        foreach (var (person, name, phone) in Sql.Query(connection, "SELECT person, name, phone FROM roster_people", reader => (reader.GetString(0), reader.GetString(1), reader.GetString(2))))
        {
            Sql.Execute(connection, "UPDATE roster_people SET person = $sealed, name = $name, phone = $phone WHERE person = $person",
                ("$person", person), ("$sealed", vault.Seal(person)), ("$name", vault.WrapText(name, Secrets.Roster)), ("$phone", vault.WrapText(phone, Secrets.Roster)));
        }

        foreach (var (site, people) in Sql.Query(connection, "SELECT site, people FROM rosters", reader => (reader.GetString(0), (byte[])reader[1])))
        {
            Sql.Execute(connection, "UPDATE rosters SET people = $people WHERE site = $site", ("$site", site), ("$people", vault.Wrap(people, Secrets.Roster)));
        }
    }
}
