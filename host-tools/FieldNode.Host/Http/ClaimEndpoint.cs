using FieldNode.Host.Web;
using FieldNode.Log;
using FieldNode.Log.Merge;
using FieldNode.Log.Nodes;
using FieldNode.Log.Store;
using FieldNode.Protocol;
using Microsoft.AspNetCore.Http;

namespace FieldNode.Host.Http;

/// <summary><c>POST /v1/claims</c>: a node exchanges the claim on its card for its key (<see cref="ClaimMessage"/>). <c>POST
/// /v1/rejoins</c>: a node gives back the ticket that it got with the key (<see cref="RejoinMessage"/>).</summary>
/// <param name="traded">Called for each node that got its key.</param>
public sealed class ClaimEndpoint(HostStore store, NodeClaims claims, Action<ulong> traded)
{
    public const string Path = "/v1/claims";
    public const string ContentType = "application/vnd.fieldnode.claim";
    public const string AnswerContentType = "application/vnd.fieldnode.key";

    public const string RejoinPath = "/v1/rejoins";
    public const string RejoinContentType = "application/vnd.fieldnode.rejoin";

    public async Task Handle(HttpContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        await RequestBody.Exchange(context, ContentType, ClaimMessage.RequestBytes, AnswerContentType,
            body => Task.FromResult(Answer(body)));
    }

    public async Task HandleRejoin(HttpContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        await RequestBody.Exchange(context, RejoinContentType, RejoinMessage.RequestBytes, AnswerContentType,
            body => Task.FromResult(AnswerRejoin(body)));
    }

    /// <summary>Handles the body of a claim; returns an answer or a problem.</summary>
    public (byte[] Answer, Problem? Problem) Answer(byte[] body)
    {
        ArgumentNullException.ThrowIfNull(body);
        return !ClaimMessage.IsRequest(body, body.Length)
            ? ([], Problem.Malformed($"a claim has {ClaimMessage.RequestBytes} bytes and begins with FNC3"))
            : Answer(body, ClaimMessage.HostOf(body), ClaimMessage.NodeOf(body), claims.Trade);
    }

    /// <summary>Handles the body of a rejoin; returns an answer or a problem.</summary>
    public (byte[] Answer, Problem? Problem) AnswerRejoin(byte[] body)
    {
        ArgumentNullException.ThrowIfNull(body);
        return !RejoinMessage.IsRequest(body, body.Length)
            ? ([], Problem.Malformed($"a rejoin has {RejoinMessage.RequestBytes} bytes and begins with FNJ3"))
            : Answer(body, RejoinMessage.HostOf(body), RejoinMessage.NodeOf(body), claims.Rejoin);
    }

    private (byte[] Answer, Problem? Problem) Answer(byte[] body, uint host, ulong node,
        Func<byte[], (ClaimResult Result, byte[] Answer)> ask)
    {
        if (host != store.HostId)
        {
            return ([], Problem.WrongHost(host, store.HostId));
        }

        try
        {
            var (result, answer) = ask(body);
            if (result == ClaimResult.Answered)
            {
                new SealKeys(store).OpenWaiting(node);
                traded(node);
            }

            return result switch
            {
                ClaimResult.Answered => (answer, null),
                ClaimResult.UnknownNode => ([], Problem.UnknownNode(node)),
                ClaimResult.Expired => ([], Problem.ClaimExpired(node)),
                ClaimResult.Revoked => ([], Problem.NodeRevoked(node)),
                ClaimResult.BadTag => ([], Problem.BadTag(node)),
                _ => ([], Problem.ClaimUsed(node)),
            };
        }
        catch (HostFault fault)
        {
            return ([], Problem.Busy(fault.English));
        }
    }
}
