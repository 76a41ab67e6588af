using FieldNode.Host.Store;
using FieldNode.Protocol;

namespace FieldNode.Host.Merge;

/// <summary>What opens the seals of one key of a node, on its way from host to host.</summary>
/// <param name="Key">Which key of the node (<see cref="SealStart.Key"/>).</param>
public sealed record SealKeyOf(string Node, byte Key, byte[] Reserve);

/// <summary>
/// The keys that open the codes of people in nodes' records. A log alone opens nothing: a host that merges another's logs needs these from it too.
/// </summary>
public sealed class SealKeys(HostStore store)
{
    /// <summary>All that this host has.</summary>
    public IReadOnlyList<SealKeyOf> All()
    {
        return store.Guard(() =>
        {
            using var connection = store.Connect();
            return Sql.Query(connection, "SELECT node, key, reserve FROM seal_keys ORDER BY node, key", reader =>
                new SealKeyOf(((ulong)reader.GetInt64(0)).ToString("X16"), reader.GetByte(1), store.Vault.Unwrap((byte[])reader[2], Secrets.SealReserve)));
        });
    }

    /// <summary>Takes in keys that this host has not, and opens with them what is here already; how many were new.</summary>
    /// <exception cref="InvalidDataException">One of them is no key.</exception>
    public int Add(IReadOnlyList<SealKeyOf> keys)
    {
        ArgumentNullException.ThrowIfNull(keys);
        using var session = new MergeSession(store);
        var added = 0;
        session.Merge((connection, merger) =>
        {
            foreach (var key in keys)
            {
                if (key is not { Node: not null, Reserve.Length: NodeKeys.Bytes } || !ulong.TryParse(key.Node, System.Globalization.NumberStyles.AllowHexSpecifier, System.Globalization.CultureInfo.InvariantCulture, out var node))
                {
                    throw new InvalidDataException("a key of a node cannot be read");
                }

                // A key that is here is never replaced: nobody closes what is open by sending another.
                if (Sql.Execute(connection, "INSERT INTO seal_keys VALUES ($node, $key, $reserve) ON CONFLICT DO NOTHING", ("$node", (long)node), ("$key", (int)key.Key), ("$reserve", store.Vault.Wrap(key.Reserve, Secrets.SealReserve))) == 0)
                {
                    continue;
                }

                added++;
                foreach (var epoch in Sql.Query(connection, "SELECT DISTINCT epoch FROM seal_starts WHERE node = $node AND key = $key", reader => (uint)reader.GetInt64(0), ("$node", (long)node), ("$key", (int)key.Key)))
                {
                    merger.MarkStale(node, epoch);
                }
            }
        });
        return added;
    }
}
