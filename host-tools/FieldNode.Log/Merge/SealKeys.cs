using FieldNode.Log.Database;
using FieldNode.Log.Keys;
using FieldNode.Log.Store;
using FieldNode.Protocol;

namespace FieldNode.Log.Merge;

/// <summary>The reserve that opens the seals of one key of a node, as exchanged between hosts.</summary>
/// <param name="Key">The number of the key (<see cref="SealStart.Key"/>).</param>
/// <param name="Check">Distinguishes keys with the same number (<see cref="SealStart.Check"/>); 0 from an earlier FieldNode.</param>
public sealed record SealKeyOf(string Node, byte Key, byte[] Reserve, uint Check = 0);

/// <summary>
/// The keys that open people's codes in nodes' records. A log alone opens nothing: a host that merges another host's logs also needs its
/// keys.
/// </summary>
public sealed class SealKeys(HostStore store)
{
    /// <summary>All keys of this host.</summary>
    public IReadOnlyList<SealKeyOf> All()
    {
        return store.Guard(() =>
        {
            using var connection = store.Connect();
            return Sql.Query(connection, "SELECT node, key, reserve, seal_check FROM seal_keys ORDER BY node, key, seal_check", reader =>
                new SealKeyOf(((ulong)reader.GetInt64(0)).ToString("X16"), reader.GetByte(1),
                    store.Vault.Unwrap((byte[])reader[2],
                    Secrets.SealReserve((ulong)reader.GetInt64(0), reader.GetByte(1), (uint)reader.GetInt64(3))),
                    (uint)reader.GetInt64(3)));
        });
    }

    /// <summary>Adds keys that this host does not have, and opens stored records with them; returns the number of new keys.</summary>
    /// <exception cref="InvalidDataException">One of the keys is invalid.</exception>
    public int Add(IReadOnlyList<SealKeyOf> keys)
    {
        ArgumentNullException.ThrowIfNull(keys);
        using var session = new MergeSession(store);
        var added = 0;
        session.Merge((connection, merger) =>
        {
            foreach (var key in keys)
            {
                if (key is not { Node: not null, Reserve.Length: NodeKeys.Bytes }
                    || !ulong.TryParse(key.Node, System.Globalization.NumberStyles.AllowHexSpecifier,
                    System.Globalization.CultureInfo.InvariantCulture, out var node))
                {
                    throw new InvalidDataException("a key of a node cannot be read");
                }

                if (key.Check != 0 && key.Check != NodeKeys.SealCheck(HmacTags.Instance, key.Reserve))
                {
                    throw new InvalidDataException("a key of a node does not pass its check");
                }

                if (SealReserves.Keep(connection, store.Vault, node, key.Key, key.Check, key.Reserve))
                {
                    added++;
                    merger.ArrivedKeys(node);
                }
            }
        });
        return added;
    }

    /// <summary>Opens records that waited for a node's keys, which have arrived.</summary>
    public void OpenWaiting(ulong node)
    {
        using var session = new MergeSession(store);
        session.Merge((_, merger) => merger.ArrivedKeys(node));
    }
}
