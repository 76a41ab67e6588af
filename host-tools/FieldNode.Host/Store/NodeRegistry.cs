using Microsoft.Data.Sqlite;

namespace FieldNode.Host.Store;

/// <summary>An enrolled node. <see cref="Key"/> is null when it is known from files only and cannot upload.</summary>
public sealed record EnrolledNode(ulong Id, string Name, string Site, string Lane, byte[]? Key)
{
    public string IdText => Id.ToString("X16");
}

/// <summary>The nodes that belong to this host.</summary>
public sealed class NodeRegistry(HostStore store, TimeProvider time)
{
    /// <summary>Adds a node; <paramref name="handOver"/> hands its card over. When that throws, the node is not added.</summary>
    /// <exception cref="HostFault">The name, id or key is taken.</exception>
    public void Add(EnrolledNode node, Action? handOver = null)
    {
        ArgumentNullException.ThrowIfNull(node);
        store.Guard(() =>
        {
            using var connection = store.Connect();
            using var transaction = connection.BeginTransaction(deferred: false);
            if (List(connection).FirstOrDefault(other => IsTaken(other, node)) is { } taken)
            {
                throw new HostFault("node-exists", ExitCode.Refused,
                    $"node '{node.Name}' is not added: node '{taken.Name}' ({taken.IdText}) has the same name, id or key; choose another name",
                    $"未添加节点 '{node.Name}'：节点 '{taken.Name}'（{taken.IdText}）的名称、编号或密钥相同，请换一个名称");
            }

            using var command = connection.CreateCommand();
            command.CommandText = "INSERT INTO nodes (node, name, site, lane, key, added_ms) VALUES ($node, $name, $site, $lane, $key, $added)";
            command.Parameters.AddWithValue("$node", (long)node.Id);
            command.Parameters.AddWithValue("$name", node.Name);
            command.Parameters.AddWithValue("$site", node.Site);
            command.Parameters.AddWithValue("$lane", node.Lane);
            command.Parameters.AddWithValue("$key", (object?)node.Key ?? DBNull.Value);
            command.Parameters.AddWithValue("$added", time.GetUtcNow().ToUnixTimeMilliseconds());
            command.ExecuteNonQuery();
            handOver?.Invoke();
            transaction.Commit();
        });
    }

    /// <summary>All nodes by name.</summary>
    public IReadOnlyList<EnrolledNode> List()
    {
        return store.Guard(() =>
        {
            using var connection = store.Connect();
            return List(connection);
        });
    }

    internal static IReadOnlyList<EnrolledNode> List(SqliteConnection connection)
    {
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT node, name, site, lane, key FROM nodes ORDER BY name";
        using var reader = command.ExecuteReader();
        var nodes = new List<EnrolledNode>();
        while (reader.Read())
        {
            nodes.Add(new EnrolledNode((ulong)reader.GetInt64(0), reader.GetString(1), reader.GetString(2), reader.GetString(3),
                reader.IsDBNull(4) ? null : (byte[])reader[4]));
        }

        return nodes;
    }

    private static bool IsTaken(EnrolledNode other, EnrolledNode node)
    {
        return other.Name == node.Name || other.Id == node.Id || (other.Key is not null && node.Key is not null && other.Key.AsSpan().SequenceEqual(node.Key));
    }
}
