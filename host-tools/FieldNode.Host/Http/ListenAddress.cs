using FieldNode.Log;
using System.Net;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace FieldNode.Host.Http;

/// <summary>An address that a host listens on.</summary>
/// <param name="Ip">Null for all addresses of this computer.</param>
public sealed record ListenAddress(bool IsTls, bool IsLocalhost, IPAddress? Ip, int Port)
{
    /// <summary>Reads addresses separated by ";".</summary>
    /// <exception cref="HostFault">An address is invalid.</exception>
    public static IReadOnlyList<ListenAddress> Parse(string urls)
    {
        ArgumentNullException.ThrowIfNull(urls);
        return [.. urls.Split(';').Select(url => One(url.Trim()))];
    }

    /// <summary>Adds this address to Kestrel's endpoints.</summary>
    public void AddTo(KestrelServerOptions options, Action<ListenOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(options);
        if (IsLocalhost)
        {
            options.ListenLocalhost(Port, configure);
        }
        else if (Ip is null)
        {
            options.ListenAnyIP(Port, configure);
        }
        else
        {
            options.Listen(Ip, Port, configure);
        }
    }

    private static ListenAddress One(string url)
    {
        // The wildcards http://*:8080 and http://+:8080 are not valid URIs.
        var isWildcard = url.Contains("://*", StringComparison.Ordinal) || url.Contains("://+", StringComparison.Ordinal);
        var plain = isWildcard ? url.Replace("://*", "://localhost", StringComparison.Ordinal)
            .Replace("://+", "://localhost", StringComparison.Ordinal) : url;
        if (!Uri.TryCreate(plain, UriKind.Absolute, out var uri) || uri.Scheme is not ("http" or "https") || uri.AbsolutePath != "/")
        {
            throw new HostFault("bad-url", ExitCode.Usage,
                $"--urls '{url}' is not an address to listen on; for example https://0.0.0.0:8443",
                $"--urls '{url}' 不是监听地址：例如 https://0.0.0.0:8443");
        }

        // Any other host name means this computer: listen on all its addresses.
        var ip = IPAddress.TryParse(uri.Host.Trim('[', ']'), out var address) ? address : null;
        return new ListenAddress(uri.Scheme == Uri.UriSchemeHttps, !isWildcard && uri.Host == "localhost", ip, uri.Port);
    }
}
