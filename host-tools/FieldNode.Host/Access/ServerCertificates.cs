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
/// What this host shows of itself in a TLS handshake. The keys are drawn when it starts and with each renewal, and kept in memory alone. A
/// client that offers nothing above TLS 1.2 is a node, whose clock may never have been set: it is shown a certificate without an end. All
/// others get one of a year, renewed in time.
/// </summary>
public sealed class ServerCertificates : IDisposable
{
    private const string OffersTls13 = "fieldnode-offers-tls13";

    private static readonly TimeSpan s_handshake = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan s_validity = TimeSpan.FromDays(397); // what browsers accept of public authorities is right for ours
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

    /// <param name="trust">What browsers believe: they are shown no name that it does not cover.</param>
    /// <param name="names">By which it is reached, beside this computer's own names and addresses.</param>
    public ServerCertificates(SiteAuthority authority, BrowserAuthority trust, IReadOnlyCollection<string> names, TimeProvider time)
    {
        _authority = authority;
        _trust = trust;
        _names = names;
        _time = time;
    }

    /// <summary>Sets how an endpoint's handshakes are answered.</summary>
    public void Use(HttpsConnectionAdapterOptions https)
    {
        ArgumentNullException.ThrowIfNull(https);
        https.SslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13;
        https.HandshakeTimeout = s_handshake;
        https.TlsClientHelloBytesCallback = (connection, greeting) =>
            connection.Items[OffersTls13] = ClientGreeting.OffersTls13(greeting.IsSingleSegment ? greeting.FirstSpan : greeting.ToArray());
        https.ServerCertificateSelector = (_, _) => null; // there has to be one, and the next line knows more
        https.OnAuthenticate = (connection, options) => (options.ServerCertificateSelectionCallback, options.ServerCertificateContext) =
            (null, For(connection));
    }

    private SslStreamCertificateContext For(ConnectionContext connection)
    {
        var address = (connection.LocalEndPoint as IPEndPoint)?.Address;
        lock (_lock)
        {
            // A laptop that moved to another network has another address.
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
        _covered.UnionWith([.. _names, .. OwnNames()]); // and those it was reached by before
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

    /// <summary>This computer's names and addresses that stay: public IPv6 addresses, which systems change each day, are not among
    /// them.</summary>
    public static IEnumerable<string> LastingNames() =>
        OwnNames().Where(name => !IPAddress.TryParse(name, out var address) || address.AddressFamily == AddressFamily.InterNetwork);

    private static IEnumerable<string> OwnNames()
    {
        return ["localhost", Dns.GetHostName(),
            .. OwnAddresses().Where(address => address.AddressFamily is AddressFamily.InterNetwork or AddressFamily.InterNetworkV6)
            .Select(Text)];
    }

    // A sandbox can hide them: the address that a client has reached is known anyway.
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

    // Without the zone of a link-local address, which is of this computer alone, and without IPv6's form of an IPv4 address.
    private static string Text(IPAddress address)
    {
        var plain = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        return plain.AddressFamily == AddressFamily.InterNetworkV6 ? new IPAddress(plain.GetAddressBytes()).ToString() : plain.ToString();
    }
}
