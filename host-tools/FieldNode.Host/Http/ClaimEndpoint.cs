using FieldNode.Host.Store;
using FieldNode.Protocol;
using Microsoft.AspNetCore.Http;

namespace FieldNode.Host.Http;

/// <summary><c>POST /v1/claims</c>: a node trades the claim on its card for its key (<see cref="ClaimMessage"/>).</summary>
/// <param name="traded">Told of each node that has its key now.</param>
public sealed class ClaimEndpoint(HostStore store, NodeRegistry nodes, Action<ulong> traded)
{
    public const string Path = "/v1/claims";
    public const string ContentType = "application/vnd.fieldnode.claim";
    public const string AnswerContentType = "application/vnd.fieldnode.key";

    public async Task Handle(HttpContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        await RequestBody.Exchange(context, ContentType, ClaimMessage.RequestBytes, AnswerContentType, body => Task.FromResult(Answer(body)));
    }

    /// <summary>Answers the bytes of a request, or tells the problem.</summary>
    public (byte[] Answer, Problem? Problem) Answer(byte[] body)
    {
        ArgumentNullException.ThrowIfNull(body);
        if (!ClaimMessage.IsRequest(body, body.Length))
        {
            return ([], Problem.Malformed($"a claim has {ClaimMessage.RequestBytes} bytes and begins with FNC2"));
        }

        if (ClaimMessage.HostOf(body) != store.HostId)
        {
            return ([], Problem.WrongHost(ClaimMessage.HostOf(body), store.HostId));
        }

        try
        {
            var (result, answer) = nodes.Trade(body);
            var node = ClaimMessage.NodeOf(body);
            if (result == ClaimResult.Answered)
            {
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
