using System.Data.Common;
using System.Security.Cryptography;
using FieldNode.Log.Database;
using FieldNode.Log.Keys;
using FieldNode.Log.Store;
using FieldNode.Protocol;

namespace FieldNode.Log.Nodes;

/// <summary>Gives nodes their keys: a claim is traded once, and a ticket restores a key that this host has lost.</summary>
public sealed class NodeClaims(HostStore store, TimeProvider time)
{
    /// <summary>Trades a claim for a key (<see cref="ClaimMessage"/>), once and before it expires; the same request again gets the same
    /// answer.</summary>
    public (ClaimResult Result, byte[] Answer) Trade(byte[] request)
    {
        ArgumentNullException.ThrowIfNull(request);
        return store.Guard(() =>
        {
            using var connection = store.Connect();
            using var transaction = Sql.BeginWrite(connection);
            var id = ClaimMessage.NodeOf(request);
            if (NodeRegistry.Find(connection, store.Vault, id) is not { Claim: not null } node)
            {
                return (ClaimResult.UnknownNode, []);
            }

            if (node.IsRevoked)
            {
                return (ClaimResult.Revoked, []);
            }

            if (!IsTagged(request, ClaimMessage.RequestTagged, node.Claim))
            {
                return (ClaimResult.BadTag, []);
            }

            var (isTraded, untilMs, earlier, answered) = Exchange(connection, node);
            if (isTraded)
            {
                return earlier is not null && earlier.AsSpan().SequenceEqual(request) ? (ClaimResult.Answered, answered!)
                    : (ClaimResult.Used, []);
            }

            if (time.GetUtcNow().ToUnixTimeMilliseconds() > untilMs)
            {
                return (ClaimResult.Expired, []);
            }

            var answer = Answer(connection, node, request);
            transaction.Commit();
            return (ClaimResult.Answered, answer);
        });
    }

    /// <summary>Takes a node back by the ticket that this host gave it (<see cref="RejoinMessage"/>), no matter how old the backup is from
    /// which the host was restored.</summary>
    public (ClaimResult Result, byte[] Answer) Rejoin(byte[] request)
    {
        ArgumentNullException.ThrowIfNull(request);
        return store.Guard(() =>
        {
            using var connection = store.Connect();
            using var transaction = Sql.BeginWrite(connection);
            var id = RejoinMessage.NodeOf(request);
            var node = NodeRegistry.Find(connection, store.Vault, id);
            if (Ticket.TryOpen(store.Vault, RejoinMessage.TicketOf(request)) is not { } ticket || ticket.Node != id)
            {
                return (ClaimResult.BadTag, []);
            }

            var keys = new LinkKeys(HmacTags.Instance, NodeKeys.Link(HmacTags.Instance, ticket.Key));
            if (!IsTagged(request, RejoinMessage.RequestTagged, keys.Rejoin))
            {
                return (ClaimResult.BadTag, []);
            }

            if (node is { IsRevoked: true })
            {
                return (ClaimResult.Revoked, []);
            }

            // Another box has taken its place, or the node has a newer card: that key stays in force.
            if (node is not null && (node.Enrolment > ticket.Enrolment
                || (node.Enrolment == ticket.Enrolment && node.Key is not null && !node.Key.AsSpan().SequenceEqual(ticket.Key))))
            {
                return (ClaimResult.Used, []);
            }

            TakeBack(connection, ticket, isKnown: node is not null);
            transaction.Commit();
            var answer = new byte[RejoinMessage.AnswerBytes];
            RejoinMessage.WriteAnswer(answer, request);
            HMACSHA256.HashData(keys.Rejoin, answer.AsSpan(0, RejoinMessage.AnswerTagged), answer.AsSpan(RejoinMessage.AnswerTagged));
            return (ClaimResult.Answered, answer);
        });
    }

    /// <summary>Called when a node uses its key: deletes the exchange that gave the key and would give it again to anyone with the
    /// card.</summary>
    public void ForgetExchange(ulong node)
    {
        store.Guard(() =>
        {
            using var connection = store.Connect();
            using var transaction = Sql.BeginWrite(connection);
            Sql.Execute(connection, "UPDATE claims SET request = NULL, answer = NULL WHERE node = @node AND request IS NOT NULL",
                new { node = (long)node });
            transaction.Commit();
        });
    }

    private static bool IsTagged(byte[] message, int tagged, byte[] key)
    {
        return CryptographicOperations.FixedTimeEquals(HMACSHA256.HashData(key, message.AsSpan(0, tagged)), message.AsSpan(tagged));
    }

    private (bool IsTraded, long UntilMs, byte[]? Request, byte[]? Answer) Exchange(DbConnection connection, EnrolledNode node)
    {
        byte[]? Unwrapped(object value, string purpose) => value is byte[] wrapped ? store.Vault.Unwrap(wrapped, purpose) : null;
        return Sql.Query(connection, "SELECT is_traded, until_ms, request, answer FROM claims WHERE node = @node AND enrolment = "
            + "@enrolment",
            reader => (reader.GetInt64(0) != 0, reader.GetInt64(1), Unwrapped(reader[2], Secrets.Request(node.Id, node.Enrolment)),
                Unwrapped(reader[3], Secrets.Answer(node.Id, node.Enrolment))),
                    new { node = (long)node.Id, enrolment = node.Enrolment }).Single();
    }

    private byte[] Answer(DbConnection connection, EnrolledNode node, byte[] request)
    {
        var nonce = ClaimMessage.NonceOf(request);
        var hostNonce = store.Outside.Chance.Bytes(ClaimMessage.NonceBytes);
        var answer = new byte[ClaimMessage.AnswerBytes];
        ClaimMessage.WriteAnswer(answer, request, hostNonce, []);
        var key = HMACSHA256.HashData(node.Claim!, ClaimMessage.KeyInput(request, answer));
        ClaimMessage.WriteAnswer(answer, request, hostNonce, new Ticket(node.Id, node.Enrolment, key, nonce, node.Claim!)
            .Wrap(store.Vault));
        HMACSHA256.HashData(node.Claim!, answer.AsSpan(0, ClaimMessage.AnswerTagged), answer.AsSpan(ClaimMessage.AnswerTagged));
        Sql.Execute(connection, "UPDATE nodes SET key = @key WHERE node = @node",
            new { node = (long)node.Id, key = store.Vault.Wrap(key, Secrets.NodeKey(node.Id)) });
        Sql.Execute(connection, "UPDATE claims SET is_traded = 1, request = @request, answer = @answer WHERE node = @node AND enrolment = "
            + "@enrolment",
            new
            {
                node = (long)node.Id,
                enrolment = node.Enrolment,
                request = store.Vault.Wrap(request, Secrets.Request(node.Id, node.Enrolment)),
                answer = store.Vault.Wrap(answer, Secrets.Answer(node.Id, node.Enrolment))
            });
        KeepSeals(connection, node.Id, node.Enrolment, key, nonce);
        return answer;
    }

    // Keeps the reserve of the key and those of every card so far: a node that worked offline under cards whose claims were never traded
    // drew one nonce for all of them.
    private void KeepSeals(DbConnection connection, ulong node, int enrolment, byte[] key, byte[] nonce)
    {
        var claims = Sql.Query(connection, "SELECT enrolment, claim FROM claims WHERE node = @node AND enrolment <= @enrolment", reader =>
            (Enrolment: reader.GetInt32(0), Claim: store.Vault.Unwrap((byte[])reader[1], Secrets.Claim(node, reader.GetInt32(0)))),
                new { node = (long)node, enrolment });
        foreach (var card in claims)
        {
            SealReserves.Keep(connection, store.Vault, node, SealStart.OfCard(card.Enrolment),
                NodeKeys.CardSeal(HmacTags.Instance, card.Claim, nonce));
        }

        SealReserves.Keep(connection, store.Vault, node, SealStart.OfClaim(enrolment), NodeKeys.Seal(HmacTags.Instance, key));
    }

    private void TakeBack(DbConnection connection, Ticket ticket, bool isKnown)
    {
        if (!isKnown)
        {
            Sql.Execute(connection, "INSERT INTO nodes (node, name, site, lane, added_ms) VALUES (@node, @name, '', '', @now)",
                new { node = (long)ticket.Node, name = $"node-{ticket.Node:X16}", now = time.GetUtcNow().ToUnixTimeMilliseconds() });
        }

        Sql.Execute(connection, "UPDATE nodes SET key = @key, enrolment = @enrolment WHERE node = @node",
            new
            {
                node = (long)ticket.Node,
                key = store.Vault.Wrap(ticket.Key, Secrets.NodeKey(ticket.Node)),
                enrolment = ticket.Enrolment
            });
        Sql.Execute(connection, """
            INSERT INTO claims (node, enrolment, claim, until_ms, is_traded) VALUES (@node, @enrolment, @claim, 0, 1)
            ON CONFLICT (node, enrolment) DO UPDATE SET is_traded = 1
            """, new
        {
            node = (long)ticket.Node,
            enrolment = ticket.Enrolment,
            claim = store.Vault.Wrap(ticket.Claim, Secrets.Claim(ticket.Node, ticket.Enrolment))
        });
        KeepSeals(connection, ticket.Node, ticket.Enrolment, ticket.Key, ticket.Nonce);
    }
}
