using System.Security.Cryptography;
using FieldNode.Protocol;
using Microsoft.Data.Sqlite;

namespace FieldNode.Host.Store;

/// <summary>
/// An enrolled node. Its key is null until it traded its claim for one, and when it is known from files only and cannot upload.
/// </summary>
public sealed record EnrolledNode(ulong Id, string Name, string Site, string Lane, byte[]? Key, byte[]? Claim = null)
{
    public string IdText => Id.ToString("X16");
}

/// <summary>How a claim was answered.</summary>
public enum ClaimResult
{
    Answered,
    UnknownNode,

    /// <summary>Its tag does not fit the claim on the node's card.</summary>
    BadTag,

    /// <summary>The claim was traded already: the card was scanned on two boxes, or the box lost its memory. Print a new card.</summary>
    Used,
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
            command.CommandText = "INSERT INTO nodes (node, name, site, lane, key, added_ms, claim) VALUES ($node, $name, $site, $lane, $key, $added, $claim)";
            command.Parameters.AddWithValue("$node", (long)node.Id);
            command.Parameters.AddWithValue("$name", node.Name);
            command.Parameters.AddWithValue("$site", node.Site);
            command.Parameters.AddWithValue("$lane", node.Lane);
            command.Parameters.AddWithValue("$key", (object?)node.Key ?? DBNull.Value);
            command.Parameters.AddWithValue("$added", time.GetUtcNow().ToUnixTimeMilliseconds());
            command.Parameters.AddWithValue("$claim", (object?)node.Claim ?? DBNull.Value);
            command.ExecuteNonQuery();
            handOver?.Invoke();
            transaction.Commit();
        });
    }

    /// <summary>Gives a node a new claim, for a new card; the key it had stays until the claim is traded.</summary>
    /// <exception cref="HostFault">There is no node of this name.</exception>
    public EnrolledNode Renew(string name, byte[] claim, Action<EnrolledNode> handOver)
    {
        ArgumentNullException.ThrowIfNull(handOver);
        return store.Guard(() =>
        {
            using var connection = store.Connect();
            using var transaction = connection.BeginTransaction(deferred: false);
            var node = List(connection).FirstOrDefault(known => known.Name == name)
                ?? throw new HostFault("unknown-name", ExitCode.Usage, $"there is no node '{name}': fieldnode nodes list shows them", $"没有节点 '{name}'：用 fieldnode nodes list 查看");
            using var command = connection.CreateCommand();
            command.CommandText = "UPDATE nodes SET claim = $claim, claim_request = NULL, claim_answer = NULL WHERE node = $node";
            command.Parameters.AddWithValue("$node", (long)node.Id);
            command.Parameters.AddWithValue("$claim", claim);
            command.ExecuteNonQuery();
            handOver(node with { Claim = claim });
            transaction.Commit();
            return node;
        });
    }

    /// <summary>Trades a claim for a key (<see cref="ClaimMessage"/>): once; the same request again gets the same answer.</summary>
    public (ClaimResult Result, byte[] Answer) Trade(byte[] request)
    {
        ArgumentNullException.ThrowIfNull(request);
        return store.Guard(() =>
        {
            using var connection = store.Connect();
            using var transaction = connection.BeginTransaction(deferred: false);
            var (claim, earlier, answer) = FindClaim(connection, ClaimMessage.NodeOf(request));
            if (claim is null)
            {
                return (ClaimResult.UnknownNode, []);
            }

            if (!CryptographicOperations.FixedTimeEquals(HMACSHA256.HashData(claim, request.AsSpan(0, ClaimMessage.RequestTagged)), request.AsSpan(ClaimMessage.RequestTagged)))
            {
                return (ClaimResult.BadTag, []);
            }

            if (earlier is not null)
            {
                return earlier.AsSpan().SequenceEqual(request) ? (ClaimResult.Answered, answer!) : (ClaimResult.Used, []);
            }

            answer = new byte[ClaimMessage.AnswerBytes];
            ClaimMessage.WriteAnswer(answer, request, RandomNumberGenerator.GetBytes(ClaimMessage.NonceBytes));
            HMACSHA256.HashData(claim, answer.AsSpan(0, ClaimMessage.AnswerTagged), answer.AsSpan(ClaimMessage.AnswerTagged));
            using var command = connection.CreateCommand();
            command.CommandText = "UPDATE nodes SET key = $key, claim_request = $request, claim_answer = $answer WHERE node = $node";
            command.Parameters.AddWithValue("$node", (long)ClaimMessage.NodeOf(request));
            command.Parameters.AddWithValue("$key", HMACSHA256.HashData(claim, ClaimMessage.KeyInput(request, answer)));
            command.Parameters.AddWithValue("$request", request);
            command.Parameters.AddWithValue("$answer", answer);
            command.ExecuteNonQuery();
            transaction.Commit();
            return (ClaimResult.Answered, answer);
        });
    }

    /// <summary>All nodes by name.</summary>
    public IReadOnlyList<EnrolledNode> List()
    {
        return [.. ListWithHosts().Where(node => !HostNode.IsHost(node.Id))];
    }

    /// <summary>All nodes, and the hosts whose own logs are here.</summary>
    public IReadOnlyList<EnrolledNode> ListWithHosts()
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
        command.CommandText = "SELECT node, name, site, lane, key, claim FROM nodes ORDER BY name";
        using var reader = command.ExecuteReader();
        var nodes = new List<EnrolledNode>();
        while (reader.Read())
        {
            nodes.Add(new EnrolledNode((ulong)reader.GetInt64(0), reader.GetString(1), reader.GetString(2), reader.GetString(3), Blob(reader, 4), Blob(reader, 5)));
        }

        return nodes;
    }

    private static (byte[]? Claim, byte[]? Request, byte[]? Answer) FindClaim(SqliteConnection connection, ulong node)
    {
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT claim, claim_request, claim_answer FROM nodes WHERE node = $node";
        command.Parameters.AddWithValue("$node", (long)node);
        using var reader = command.ExecuteReader();
        return reader.Read() ? (Blob(reader, 0), Blob(reader, 1), Blob(reader, 2)) : (null, null, null);
    }

    private static byte[]? Blob(SqliteDataReader reader, int column)
    {
        return reader.IsDBNull(column) ? null : (byte[])reader[column];
    }

    private static bool IsTaken(EnrolledNode other, EnrolledNode node)
    {
        return other.Name == node.Name || other.Id == node.Id || (other.Key is not null && node.Key is not null && other.Key.AsSpan().SequenceEqual(node.Key));
    }
}
