using FieldNode.Host.Access;
using FieldNode.Host.Web;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace FieldNode.Host.Http;

/// <summary>
/// An https address also accepts plain http, but only for requests that nodes sign and seal themselves: a TLS handshake blocks a node's
/// whole program for a second, in which it could not read a scan (docs/threats.md, "Transport"). GET and HEAD requests are redirected to
/// https; anything else is refused.
/// </summary>
internal static class PlainHttpOnTlsPort
{
    private const string IsPlain = "fieldnode-plain";
    private const byte TlsHandshake = 22; // RFC 8446, 5.1: type of a handshake record

    private static readonly TimeSpan s_firstByte = TimeSpan.FromSeconds(10);

    /// <summary>Distinguishes TLS from plain http by the first byte of each connection.</summary>
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

    /// <summary>At an https address, refuses plain http requests that are not from nodes.</summary>
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

    // These requests and their answers are tagged with the node's key, and people in them are sealed. A claim is excluded, because it
    // creates the key.
    private static bool IsOfNode(HttpRequest request)
    {
        return HttpMethods.IsPost(request.Method)
            && (request.Path == BatchEndpoint.Path || request.Path == StatusEndpoint.Path || request.Path == RosterEndpoint.Path
                || request.Path == ClaimEndpoint.RejoinPath);
    }

    // Null if the connection was closed or no byte arrived in time.
    private static async Task<byte?> FirstByte(ConnectionContext connection)
    {
        using var late = CancellationTokenSource.CreateLinkedTokenSource(connection.ConnectionClosed);
        late.CancelAfter(s_firstByte);
        try
        {
            var input = connection.Transport.Input;
            var read = await input.ReadAsync(late.Token);
            var first = read.Buffer.IsEmpty ? (byte?)null : read.Buffer.FirstSpan[0];
            input.AdvanceTo(read.Buffer.Start); // leave the byte unread for the next handler
            return first;
        }
        catch (OperationCanceledException)
        {
            connection.Abort();
            return null;
        }
    }
}
