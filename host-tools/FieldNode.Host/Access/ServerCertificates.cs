using System.Buffers;
using System.Net;
using System.Net.NetworkInformation;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Https;

namespace FieldNode.Host.Access;

/// <summary>
/// The certificates that this host presents in TLS handshakes. Their keys are generated at start and at each renewal, and kept only in
/// memory. A client that offers nothing above TLS 1.2 is a node, whose clock may never have been set: it gets a certificate that ends only
/// with the authority. All other clients get one valid for 397 days, renewed 30 days before it ends.
/// </summary>
public sealed class ServerCertificates : IDisposable
{
    private const string OffersTls13 = "fieldnode-offers-tls13";

    private static readonly TimeSpan s_handshake = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan s_validity = TimeSpan.FromDays(397); // the maximum that browsers accept from public authorities
    private static readonly TimeSpan s_renewal = TimeSpan.FromDays(30);

    private readonly SiteAuthority _authority;
    private readonly BrowserAuthority _trust;
    private readonly IReadOnlyCollection<string> _names;
    private readonly TimeProvider _time;
    private readonly Lock _lock = new();
    private HashSet<string> _covered = [];
    private DateTimeOffset _until;
    private SslStreamCertificateContext? _browsers;
    private SslStreamCertificateContext? _nodes;

    /// <param name="trust">The authority that browsers trust. Their certificate contains only names that it covers.</param>
    /// <param name="names">Names by which the host is reached, in addition to this computer's own names and addresses.</param>
    public ServerCertificates(SiteAuthority authority, BrowserAuthority trust, IReadOnlyCollection<string> names, TimeProvider time)
    {
        _authority = authority;
        _trust = trust;
        _names = names;
        _time = time;
    }

    /// <summary>Configures an endpoint's TLS handshakes.</summary>
    public void Use(HttpsConnectionAdapterOptions https)
    {
        ArgumentNullException.ThrowIfNull(https);
        https.SslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13;
        https.HandshakeTimeout = s_handshake;
        https.TlsClientHelloBytesCallback = (connection, greeting) =>
            connection.Items[OffersTls13] = ClientHello.OffersTls13(greeting.IsSingleSegment ? greeting.FirstSpan : greeting.ToArray());
        https.ServerCertificateSelector = (_, _) => null; // Kestrel requires a selector; OnAuthenticate below replaces it
        https.OnAuthenticate = (connection, options) => (options.ServerCertificateSelectionCallback, options.ServerCertificateContext) =
            (null, For(connection));
    }

    private SslStreamCertificateContext For(ConnectionContext connection)
    {
        var address = (connection.LocalEndPoint as IPEndPoint)?.Address;
        lock (_lock)
        {
            // Reissue for a new address: a laptop may have moved to another network.
            if (_browsers is null || _nodes is null || _time.GetUtcNow() > _until - s_renewal
                || (address is not null && !_covered.Contains(Text(address))))
            {
                (_browsers, _nodes) = Issue(address);
            }

            return connection.Items.TryGetValue(OffersTls13, out var offers) && offers is true ? _browsers : _nodes;
        }
    }

    public void Dispose()
    {
        _browsers?.TargetCertificate.Dispose();
        _nodes?.TargetCertificate.Dispose();
        _authority.Dispose();
    }

    private (SslStreamCertificateContext Browsers, SslStreamCertificateContext Nodes) Issue(IPAddress? address)
    {
        _covered.UnionWith([.. _names, .. OwnNames()]); // names from before stay covered
        if (address is not null)
        {
            _covered.Add(Text(address));
        }

        var now = _time.GetUtcNow();
        _until = now + s_validity;
        return (SslStreamCertificateContext.Create(_authority.Issue([.. _covered.Where(_trust.Covers)], now - BrowserAuthority.ClockError,
            _until), additionalCertificates: null, offline: true),
            SslStreamCertificateContext.Create(_authority.Issue(_covered, now, until: null), additionalCertificates: null, offline: true));
    }

    /// <summary>This computer's lasting names and addresses. IPv6 addresses are left out, because systems change public ones every
    /// day.</summary>
    public static IEnumerable<string> LastingNames() =>
        OwnNames().Where(name => !IPAddress.TryParse(name, out var address) || address.AddressFamily == AddressFamily.InterNetwork);

    private static IEnumerable<string> OwnNames()
    {
        return ["localhost", Dns.GetHostName(),
            .. OwnAddresses().Where(address => address.AddressFamily is AddressFamily.InterNetwork or AddressFamily.InterNetworkV6)
            .Select(Text)];
    }

    // A sandbox can hide the interfaces; the address that a client has reached is known anyway.
    private static IEnumerable<IPAddress> OwnAddresses()
    {
        try
        {
            return [.. NetworkInterface.GetAllNetworkInterfaces().SelectMany(card => card.GetIPProperties().UnicastAddresses)
                .Select(unicast => unicast.Address)];
        }
        catch (NetworkInformationException)
        {
            return [];
        }
    }

    // Removes the zone of a link-local address, which is valid only on this computer, and maps an IPv4-mapped IPv6 address to IPv4.
    private static string Text(IPAddress address)
    {
        var plain = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        return plain.AddressFamily == AddressFamily.InterNetworkV6 ? new IPAddress(plain.GetAddressBytes()).ToString() : plain.ToString();
    }
}
