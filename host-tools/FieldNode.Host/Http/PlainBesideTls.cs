using FieldNode.Host.Access;
using FieldNode.Host.Web;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace FieldNode.Host.Http;

/// <summary>
/// An https address takes plain http as well, but only what nodes sign and seal themselves: a TLS handshake stops a node's whole program
/// for a second, in which it would read no scan (docs/threats.md, "Transport"). Whoever opens a page is sent on to https; anything else is
/// refused.
/// </summary>
internal static class PlainBesideTls
{
    private const string IsPlain = "fieldnode-plain";
    private const byte TlsHandshake = 22; // RFC 8446, 5.1: type of a handshake record

    private static readonly TimeSpan s_firstByte = TimeSpan.FromSeconds(5);

    /// <summary>Looks at the first byte of each connection, which tells which of the two it is.</summary>
    public static void UseTlsOrPlain(this ListenOptions endpoint, ServerCertificates certificates)
    {
        ConnectionDelegate? behindTls = null;
        endpoint.Use(tls => async connection =>
        {
            var first = await FirstByte(connection);
            if (first is TlsHandshake)
            {
                await tls(connection);
            }
            else if (first is not null)
            {
                connection.Items[IsPlain] = true;
                await behindTls!(connection);
            }
        });
        endpoint.UseHttps(certificates.Use);
        endpoint.Use(next => behindTls = next);
    }

    /// <summary>Refuses over plain http, at an https address, what is not a node's.</summary>
    public static Task Check(HttpContext context, RequestDelegate next)
    {
        if (context.Features.Get<IConnectionItemsFeature>()?.Items.ContainsKey(IsPlain) is not true || IsOfNode(context.Request))
        {
            return next(context);
        }

        if (HttpMethods.IsGet(context.Request.Method) || HttpMethods.IsHead(context.Request.Method))
        {
            var asked = context.Request;
            context.Response.Redirect($"https://{asked.Host}{asked.PathBase}{asked.Path}{asked.QueryString}", permanent: false,
                preserveMethod: true);
            return Task.CompletedTask;
        }

        return Problem.TlsRequired().Write(context);
    }

    // Each of these is tagged under the node's key, and so is its answer; people in it are sealed. A claim is not among them: it makes the
    // key.
    private static bool IsOfNode(HttpRequest request)
    {
        return HttpMethods.IsPost(request.Method)
            && (request.Path == BatchEndpoint.Path || request.Path == StatusEndpoint.Path || request.Path == RosterEndpoint.Path
                || request.Path == ClaimEndpoint.RejoinPath);
    }

    // Null: it was closed, or nothing came in time.
    private static async Task<byte?> FirstByte(ConnectionContext connection)
    {
        using var late = CancellationTokenSource.CreateLinkedTokenSource(connection.ConnectionClosed);
        late.CancelAfter(s_firstByte);
        try
        {
            var input = connection.Transport.Input;
            var read = await input.ReadAsync(late.Token);
            var first = read.Buffer.IsEmpty ? (byte?)null : read.Buffer.FirstSpan[0];
            input.AdvanceTo(read.Buffer.Start); // it is read again by whoever it is for
            return first;
        }
        catch (OperationCanceledException)
        {
            connection.Abort();
            return null;
        }
    }
}
