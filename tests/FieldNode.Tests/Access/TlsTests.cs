using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using FieldNode.Answers;
using FieldNode.Core.Ports;
using FieldNode.Host.Access;
using FieldNode.Host.Cards;
using FieldNode.Host.Http;
using FieldNode.Host.Operations;
using FieldNode.Log.Merge;
using FieldNode.Log.Nodes;
using FieldNode.Log.Store;
using FieldNode.Protocol;
using FieldNode.Protocol.Records;
using FieldNode.Simulator.PcBoard;
using FieldNode.Tests.Support;

namespace FieldNode.Tests.Access;

/// <summary>The host's TLS certificate, and which clients trust it.</summary>
public sealed partial class TlsTests : IAsyncLifetime
{
    private static readonly DateTimeOffset s_now = DateTimeOffset.UtcNow;

    private readonly TemporaryDirectory _directory = new();
    private readonly SetTime _time = new() { Now = s_now };
    private HostStore _store = null!;
    private HostServer _server = null!;
    private SiteAuthority _authority = null!;

    private Uri Address => new(_server.Urls.First());

    public async ValueTask InitializeAsync()
    {
        _store = AnsweringStore.Open(_directory.File("data"));
        _authority = SiteAuthority.LoadOrCreate(_store);
        _server = await HostServer.Start(_store, "https://127.0.0.1:0", _time, AccessKey.LoadOrCreate(_directory.File("data")),
            new HostSettings { Names = ["site.example"] });
    }

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        _authority.Dispose();
        _directory.Dispose();
    }

    [Fact]
    public void The_authority_is_drawn_once_and_survives_a_backup()
    {
        using var again = SiteAuthority.LoadOrCreate(AnsweringStore.Open(_directory.File("data")));
        Assert.Equal(_authority.Certificate, again.Certificate);
        using var other = SiteAuthority.LoadOrCreate(AnsweringStore.Open(_directory.File("other")));
        Assert.NotEqual(_authority.Certificate, other.Certificate);
        using var certificate = X509CertificateLoader.LoadCertificate(_authority.Certificate);
        Assert.Equal("ECC", certificate.PublicKey.Oid.FriendlyName);
        Assert.True(certificate.Extensions.OfType<X509BasicConstraintsExtension>()
            .Single() is { CertificateAuthority: true, PathLengthConstraint: 0 });
    }

    [Fact]
    public async Task Only_the_right_authority_is_believed_and_only_for_the_hosts_own_names()
    {
        Assert.Equal("healthy\n", await Ask(_authority.Certificate, Address.Host));
        using var other = SiteAuthority.LoadOrCreate(AnsweringStore.Open(_directory.File("other")));
        await Assert.ThrowsAsync<AuthenticationException>(() => Handshake(other.Certificate, Address.Host, SslProtocols.Tls13));
        // The computer's own root authorities do not know it.
        await Assert.ThrowsAsync<AuthenticationException>(() => Handshake([], Address.Host, SslProtocols.Tls13));
        await Assert.ThrowsAsync<AuthenticationException>(() => Handshake(_authority.Certificate, "another.example", SslProtocols.Tls13));
        foreach (var name in new[] { "127.0.0.1", "localhost", "site.example", Dns.GetHostName() })
        {
            using var certificate = await Handshake(_authority.Certificate, name, SslProtocols.Tls13);
            Assert.Equal("CN=FieldNode", certificate.Subject);
        }
    }

    [Fact]
    public async Task A_stolen_authority_impersonates_no_other_site_to_a_browser()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;
        foreach (var (name, isBelieved) in new[] { ("bank.example", false), ("8.8.8.8", false), ("site.example", true), ("10.9.8.7", true),
            ("box.local", true) })
        {
            var serving = ServeOnce(listener, _authority.Issue([name], s_now.AddDays(-1), s_now.AddDays(300)));
            var handshake = Handshake(_server.Trust.Certificate, name, SslProtocols.Tls13, port);
            if (isBelieved)
            {
                using var certificate = await handshake;
            }
            else
            {
                await Assert.ThrowsAsync<AuthenticationException>(() => handshake);
            }

            await serving;
        }
    }

    [Fact]
    public async Task What_browsers_trust_is_believed_for_each_of_the_hosts_names_and_ends_in_ten_years()
    {
        foreach (var name in new[] { "127.0.0.1", "localhost", "site.example", Dns.GetHostName() })
        {
            using var certificate = await Handshake(_server.Trust.Certificate, name, SslProtocols.Tls13);
            Assert.Equal("CN=FieldNode", certificate.Subject);
        }

        using var trust = X509CertificateLoader.LoadCertificate(_server.Trust.Certificate);
        Assert.InRange((trust.NotAfter - s_now.UtcDateTime).TotalDays, 9 * 365, 10 * 366);
        Assert.True(trust.Extensions["2.5.29.30"] is { Critical: true });
    }

    [Fact]
    public async Task A_node_tells_a_host_of_another_authority_nothing_and_claims_its_key_from_its_own()
    {
        var node = EnrolmentCards.NewNode("lane-1", "S", "L1");
        new NodeRegistry(_store, _time).Add(node);
        using var other = SiteAuthority.LoadOrCreate(AnsweringStore.Open(_directory.File("other")));

        Assert.Equal(UplinkState.Failed, await Claim(node, other.Certificate));
        Assert.Null(new NodeRegistry(_store, _time).Find(node.Id)!.Key);
        Assert.Equal(UplinkState.Answered, await Claim(node, _authority.Certificate));
        Assert.NotNull(new NodeRegistry(_store, _time).Find(node.Id)!.Key);
    }

    [Fact]
    public async Task A_pull_over_tls_brings_the_keys_too_and_believes_no_other_authority()
    {
        new NodeRegistry(_store, _time).Add(new EnrolledNode(5, "lane-1", "S", "L1", null));
        await using (var queue = new MergeQueue(_store, _time))
        {
            await Logs.Merge(queue, Logs.BatchOf(_store.HostId, 5, 1, 1, new byte[32], Logs.FrameOf(1, 1, 0, new Arrived { People = 3 })));
        }

        var key = AccessKey.LoadOrCreate(_directory.File("data")).Text;
        var target = AnsweringStore.Open(_directory.File("target"));
        using var stranger = TrustedClient.Create(SiteAuthority.LoadOrCreate(target).Certificate);
        Assert.Equal("pull-untrusted",
            (await Assert.ThrowsAsync<FieldNode.Log.HostFault>(() => new SitePull(target, _time, stranger)
            .Run(Address, key, (_, _) => { }, TestContext.Current.CancellationToken))).Code);
        using var client = TrustedClient.Create(_authority.Certificate);
        var result = await new SitePull(target, _time, client).Run(Address, key, (_, _) => { }, TestContext.Current.CancellationToken);

        Assert.Equal((1, true), (result.Records, result.HasKeys));
    }

    [Fact]
    public async Task At_an_https_address_plain_http_takes_what_nodes_sign_and_no_more()
    {
        new NodeRegistry(_store, _time).Add(new EnrolledNode(5, "lane-1", "S", "L1", new byte[32]));
        var plain = new UriBuilder(Address) { Scheme = Uri.UriSchemeHttp }.Uri;
        using var client = new HttpClient(new HttpClientHandler { AllowAutoRedirect = false });
        async Task<HttpResponseMessage> Post(string path, byte[] body, string type)
        {
            using var content = new ByteArrayContent(body);
            content.Headers.ContentType = new(type);
            return await client.PostAsync(new Uri(plain, path), content, TestContext.Current.CancellationToken);
        }

        using var batch = await Post(BatchEndpoint.Path,
            Logs.BatchOf(_store.HostId, 5, 1, 1, new byte[32], Logs.FrameOf(1, 1, 0, new Arrived { People = 3 })),
            BatchEndpoint.ContentType);
        Assert.Equal(HttpStatusCode.OK, batch.StatusCode);
        foreach (var path in (string[])[ClaimEndpoint.Path, "/api/session", "/v1/anything"])
        {
            using var refused = await Post(path, new byte[8], "application/json");
            Assert.Equal(HttpStatusCode.Forbidden, refused.StatusCode);
            Assert.Contains("tls-required", await refused.Content.ReadAsStringAsync(TestContext.Current.CancellationToken),
                StringComparison.Ordinal);
        }

        foreach (var path in (string[])["/", "/board?x=1", "/v1/log", "/-/healthy"])
        {
            using var sent = await client.GetAsync(new Uri(plain, path), TestContext.Current.CancellationToken);
            Assert.Equal((HttpStatusCode.TemporaryRedirect, new Uri(Address, path)), (sent.StatusCode, sent.Headers.Location!));
        }

        Assert.Equal("healthy\n", await Ask(_authority.Certificate, Address.Host)); // and TLS still works
    }

    // Result of a node's claim over the uplink of 'fieldnode node'.
    private async Task<byte> Claim(EnrolledNode node, byte[] authority)
    {
        using var uplink = new HttpUplink(Address, TrustedClient.Create(authority));
        var request = new byte[ClaimMessage.RequestBytes];
        ClaimMessage.WriteRequest(request, _store.HostId, node.Id, new byte[16]);
        HMACSHA256.HashData(node.Claim!, request.AsSpan(0, ClaimMessage.RequestTagged), request.AsSpan(ClaimMessage.RequestTagged));
        uplink.Begin(UplinkKind.Claim, request, request.Length);
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(5));
        while (true)
        {
            if (uplink.Poll() is not UplinkState.Pending and var state)
            {
                return state;
            }

            await timer.WaitForNextTickAsync(TestContext.Current.CancellationToken);
        }
    }

    private async Task<string> Ask(byte[] authority, string name)
    {
        using var client = TrustedClient.Create(authority);
        return await client.GetStringAsync(new UriBuilder(Address) { Host = name, Path = "/-/healthy" }.Uri,
            TestContext.Current.CancellationToken);
    }

    // The certificate that a client accepts; throws AuthenticationException if the client refuses it.
    private async Task<X509Certificate2> Handshake(byte[] authority, string name, SslProtocols version, int? port = null,
        DateTimeOffset? at = null)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, port ?? Address.Port, TestContext.Current.CancellationToken);
        await using var stream = new SslStream(client.GetStream());
        var policy = new X509ChainPolicy
        {
            TrustMode = authority.Length > 0 ? X509ChainTrustMode.CustomRootTrust
            : X509ChainTrustMode.System,
            RevocationMode = X509RevocationMode.NoCheck
        };
        if (authority.Length > 0)
        {
            policy.CustomTrustStore.Add(X509CertificateLoader.LoadCertificate(authority));
        }

        if (at is { } then)
        {
            (policy.VerificationTime, policy.VerificationTimeIgnored) = (then.UtcDateTime, false);
        }

        await stream.AuthenticateAsClientAsync(new SslClientAuthenticationOptions
        {
            TargetHost = name,
            EnabledSslProtocols = version,
            CertificateChainPolicy = policy
        }, TestContext.Current.CancellationToken);
        return X509CertificateLoader.LoadCertificate(stream.RemoteCertificate!.GetRawCertData());
    }

    private static async Task ServeOnce(TcpListener listener, X509Certificate2 certificate)
    {
        using var client = await listener.AcceptTcpClientAsync(TestContext.Current.CancellationToken);
        await using var stream = new SslStream(client.GetStream());
        try
        {
            await stream.AuthenticateAsServerAsync(certificate);
        }
        catch (Exception e) when (e is AuthenticationException or IOException)
        {
            // The client has closed the connection, as it should.
        }
    }
}
