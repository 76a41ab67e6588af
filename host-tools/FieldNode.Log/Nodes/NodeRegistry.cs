using FieldNode.Log.Database;
using FieldNode.Log.Keys;
using FieldNode.Log.Store;
using FieldNode.Protocol;
using System.Data.Common;

namespace FieldNode.Log.Nodes;

/// <summary>The nodes that belong to this host.</summary>
public sealed class NodeRegistry(HostStore store, TimeProvider time)
{
    private const string Rows = """
        SELECT nodes.node, name, site, lane, key, claim, nodes.enrolment, revoked_ms, request IS NOT NULL
        FROM nodes LEFT JOIN claims ON claims.node = nodes.node AND claims.enrolment = nodes.enrolment
        """;

    /// <summary>The lifetime of a claim. A card is scanned where it is printed; a card that is found later opens nothing.</summary>
    public static readonly TimeSpan ClaimMax = TimeSpan.FromMinutes(15);

    /// <summary>Adds a node; <paramref name="handOver"/> hands its card over. If it throws, the node is not added.</summary>
    /// <exception cref="HostFault">The name, id or key is in use.</exception>
    public void Add(EnrolledNode node, Action? handOver = null) => Add([node], handOver);

    /// <summary>Adds nodes, all of them or none.</summary>
    /// <exception cref="HostFault">A name, id or key is in use.</exception>
    public void Add(IReadOnlyList<EnrolledNode> nodes, Action? handOver = null)
    {
        ArgumentNullException.ThrowIfNull(nodes);
        if (nodes.Count == 0)
        {
            return;
        }

        store.Guard(() =>
        {
            using var connection = store.Connect();
            using var transaction = Sql.BeginWrite(connection);
            var known = List(connection, store.Vault).ToList();
            foreach (var node in nodes)
            {
                if (known.Find(other => IsTaken(other, node)) is { } taken)
                {
                    throw new HostFault("node-exists", ExitCode.Refused,
                        $"node '{node.Name}' is not added: node '{taken.Name}' ({taken.IdText}) has the same name, id or key; choose "
                            + "another name",
                        $"未添加节点 '{node.Name}'：节点 '{taken.Name}'（{taken.IdText}）的名称、编号或密钥相同，请换一个名称");
                }

                Insert(connection, node);
                known.Add(node);
            }

            handOver?.Invoke();
            transaction.Commit();
        });
    }

    private void Insert(DbConnection connection, EnrolledNode node)
    {
        Sql.Execute(connection, "INSERT INTO nodes (node, name, site, lane, key, added_ms, enrolment) VALUES (@node, @name, @site, @lane, "
            + "@key, @added, @enrolment)",
            new
            {
                node = (long)node.Id,
                name = node.Name,
                site = node.Site,
                lane = node.Lane,
                key = node.Key is null ? null
                : store.Vault.Wrap(node.Key, Secrets.NodeKey(node.Id)),
                added = NowMs,
                enrolment = node.Enrolment
            });
        if (node.Claim is not null)
        {
            InsertClaim(connection, node);
        }

        if (node.Key is not null)
        {
            SealReserves.Keep(connection, store.Vault, node.Id, SealStart.OfClaim(node.Enrolment),
                NodeKeys.Seal(HmacTags.Instance, node.Key));
        }
    }

    private void InsertClaim(DbConnection connection, EnrolledNode node)
    {
        Sql.Execute(connection, "INSERT INTO claims (node, enrolment, claim, until_ms, is_traded) VALUES (@node, @enrolment, @claim, "
            + "@until, 0)",
            new
            {
                node = (long)node.Id,
                enrolment = node.Enrolment,
                claim = store.Vault.Wrap(node.Claim!, Secrets.Claim(node.Id, node.Enrolment)),
                until = NowMs
                + (long)ClaimMax.TotalMilliseconds
            });
    }

    /// <summary>Gives a node a new claim, for a new card. Earlier claims can no longer be traded, but are kept: people may have been sealed
    /// under their cards.</summary>
    /// <param name="name">The node's name.</param>
    /// <param name="keepsKey">True if the same box takes the card: its key stays valid until the claim is traded. False if the box is gone:
    /// nothing more is accepted from it.</param>
    /// <param name="handOver">Hands the card over; if it throws, nothing is changed.</param>
    /// <exception cref="HostFault">No node has this name, or the node has had too many cards.</exception>
    public EnrolledNode Renew(string name, byte[] claim, bool keepsKey, Action<EnrolledNode> handOver)
    {
        ArgumentNullException.ThrowIfNull(handOver);
        return store.Guard(() =>
        {
            using var connection = store.Connect();
            using var transaction = Sql.BeginWrite(connection);
            var node = Find(connection, name);
            if (node.Enrolment == SealStart.EnrolmentsMax)
            {
                throw new HostFault("enrolled-too-often", ExitCode.Refused,
                    $"node '{name}' had {SealStart.EnrolmentsMax} cards: add it again under another name",
                    $"节点 '{name}' 已有 {SealStart.EnrolmentsMax} 张卡：请用新名称重新登记");
            }

            var renewed = node with { Claim = claim, Enrolment = node.Enrolment + 1, IsRevoked = false };
            Sql.Execute(connection, $"UPDATE nodes SET enrolment = @enrolment, revoked_ms = NULL {(keepsKey ? "" : ", key = NULL")} WHERE "
                + "node = @node",
                new { node = (long)node.Id, enrolment = renewed.Enrolment });
            InsertClaim(connection, renewed);
            handOver(renewed);
            transaction.Commit();
            return renewed;
        });
    }

    /// <summary>Revokes a node: nothing more is accepted from it; its records are kept.</summary>
    /// <exception cref="HostFault">No node has this name.</exception>
    public EnrolledNode Revoke(string name)
    {
        return store.Guard(() =>
        {
            using var connection = store.Connect();
            using var transaction = Sql.BeginWrite(connection);
            var node = Find(connection, name);
            Sql.Execute(connection, "UPDATE nodes SET revoked_ms = coalesce(revoked_ms, @now) WHERE node = @node",
                new { node = (long)node.Id, now = NowMs });
            transaction.Commit();
            return node;
        });
    }

    /// <summary>All nodes by name.</summary>
    public IReadOnlyList<EnrolledNode> List()
    {
        return [.. ListWithHosts().Where(node => !HostNode.IsHost(node.Id))];
    }

    /// <summary>All nodes, and the hosts whose own logs are stored here.</summary>
    public IReadOnlyList<EnrolledNode> ListWithHosts()
    {
        return store.Guard(() =>
        {
            using var connection = store.Connect();
            return List(connection, store.Vault);
        });
    }

    /// <summary>The node with an identity; null if it is not enrolled here.</summary>
    public EnrolledNode? Find(ulong id)
    {
        return store.Guard(() =>
        {
            using var connection = store.Connect();
            return Find(connection, store.Vault, id);
        });
    }

    internal static EnrolledNode? Find(DbConnection connection, Vault vault, ulong id)
    {
        return Sql.Query(connection, $"{Rows} WHERE nodes.node = @node", reader => Read(reader, vault), new { node = (long)id })
            .FirstOrDefault();
    }

    internal static List<EnrolledNode> List(DbConnection connection, Vault vault)
    {
        return Sql.Query(connection, $"{Rows} ORDER BY name", reader => Read(reader, vault));
    }

    private static EnrolledNode Read(DbDataReader reader, Vault vault)
    {
        var (id, enrolment) = ((ulong)reader.GetInt64(0), reader.GetInt32(6));
        byte[]? Unwrapped(int column, string purpose) => reader.IsDBNull(column) ? null : vault.Unwrap((byte[])reader[column], purpose);
        return new EnrolledNode(id, reader.GetString(1), reader.GetString(2), reader.GetString(3), Unwrapped(4, Secrets.NodeKey(id)),
            Unwrapped(5, Secrets.Claim(id, enrolment)))
        {
            Enrolment = enrolment,
            IsRevoked = !reader.IsDBNull(7),
            HoldsExchange = Convert.ToBoolean(reader[8], System.Globalization.CultureInfo.InvariantCulture),
        };
    }

    private long NowMs => time.GetUtcNow().ToUnixTimeMilliseconds();

    private EnrolledNode Find(DbConnection connection, string name)
    {
        return List(connection, store.Vault).FirstOrDefault(known => known.Name == name && !HostNode.IsHost(known.Id))
            ?? throw new HostFault("unknown-name", ExitCode.Usage, $"there is no node '{name}': fieldnode nodes list shows them",
                $"没有节点 '{name}'：用 fieldnode nodes list 查看");
    }

    private static bool IsTaken(EnrolledNode other, EnrolledNode node)
    {
        return other.Name == node.Name || other.Id == node.Id
            || (other.Key is not null && node.Key is not null && other.Key.AsSpan().SequenceEqual(node.Key));
    }
}
