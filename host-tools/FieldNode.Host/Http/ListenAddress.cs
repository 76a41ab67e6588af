using FieldNode.Log;
using System.Net;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace FieldNode.Host.Http;

/// <summary>An address that a host listens on.</summary>
/// <param name="Ip">Null: all of this computer's.</param>
public sealed record ListenAddress(bool IsTls, bool IsLocalhost, IPAddress? Ip, int Port)
{
    /// <summary>Reads addresses separated by ";".</summary>
    /// <exception cref="HostFault">One is none.</exception>
    public static IReadOnlyList<ListenAddress> Parse(string urls)
    {
        ArgumentNullException.ThrowIfNull(urls);
        return [.. urls.Split(';').Select(url => One(url.Trim()))];
    }

    /// <summary>Listens there.</summary>
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
        // Wildcards http://*:8080 and http://+:8080 are no URIs.
        var isWildcard = url.Contains("://*", StringComparison.Ordinal) || url.Contains("://+", StringComparison.Ordinal);
        var plain = isWildcard ? url.Replace("://*", "://localhost", StringComparison.Ordinal)
            .Replace("://+", "://localhost", StringComparison.Ordinal) : url;
        if (!Uri.TryCreate(plain, UriKind.Absolute, out var uri) || uri.Scheme is not ("http" or "https") || uri.AbsolutePath != "/")
        {
            throw new HostFault("bad-url", ExitCode.Usage,
                $"--urls '{url}' is no address to listen on: give for example https://0.0.0.0:8443",
                $"--urls '{url}' 不是监听地址：例如 https://0.0.0.0:8443");
        }

        // A name is whatever this computer is called: it listens on all its addresses.
        var ip = IPAddress.TryParse(uri.Host.Trim('[', ']'), out var address) ? address : null;
        return new ListenAddress(uri.Scheme == Uri.UriSchemeHttps, !isWildcard && uri.Host == "localhost", ip, uri.Port);
    }
}
