using System.Net;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using FieldNode.Answers;
using FieldNode.Host.Access;
using FieldNode.Log.Nodes;
using FieldNode.Log.Pull;
using FieldNode.Log.Store;
using FieldNode.Protocol;
using FieldNode.Protocol.Records;
using FieldNode.Simulator.PcBoard;
using FieldNode.Tests.Support;

namespace FieldNode.Tests.Access;

// The host's certificate.
public sealed partial class TlsTests
{
    [Fact]
    public void It_stays_the_same_until_a_name_is_new_or_its_end_is_near_and_then_covers_both()
    {
        Directory.CreateDirectory(_directory.File("trust"));
        BrowserAuthority Of(DateTimeOffset now, params string[] names) =>
            BrowserAuthority.LoadOrCreate(_authority, names, _directory.File("trust"), now);
        var first = Of(s_now, "a.example", "192.168.1.5");
        Assert.Equal(first.Fingerprint, Of(s_now, "a.example", "192.168.7.7", "x.a.example").Fingerprint);

        var second = Of(s_now, "b.example", "203.0.113.5");
        Assert.NotEqual(first.Fingerprint, second.Fingerprint);
        Assert.Equal([true, true, true, false, false],
            new[] { "a.example", "b.example", "203.0.113.5", "203.0.113.6", "c.example" }.Select(second.Covers));

        Assert.Equal(second.Fingerprint, Of(s_now.AddYears(8)).Fingerprint);
        Assert.NotEqual(second.Fingerprint, Of(s_now.AddYears(9).AddDays(30)).Fingerprint);
    }

    [Fact]
    public void A_file_that_is_something_else_is_written_again()
    {
        Directory.CreateDirectory(_directory.File("trust"));
        using var other = SiteAuthority.LoadOrCreate(AnsweringStore.Open(_directory.File("other")));
        using var plain = X509CertificateLoader.LoadCertificate(_authority.Certificate);
        var foreign = BrowserAuthority.LoadOrCreate(other, ["a.example"], directory: null, s_now);
        foreach (var content in new[] { "", "nonsense", plain.ExportCertificatePem(),
            X509CertificateLoader.LoadCertificate(foreign.Certificate).ExportCertificatePem() })
        {
            File.WriteAllText(_directory.File("trust/site-ca.pem"), content);
            var trust = BrowserAuthority.LoadOrCreate(_authority, ["a.example"], _directory.File("trust"), s_now);
            Assert.Equal(trust.Certificate, X509Certificate2.CreateFromPem(File.ReadAllText(_directory.File("trust/site-ca.pem"))).RawData);
            Assert.True(trust.Covers("a.example"));
        }
    }

    [Fact]
    public void A_file_that_somebody_changed_is_not_trusted()
    {
        Directory.CreateDirectory(_directory.File("trust"));
        var changed = BrowserAuthority.LoadOrCreate(_authority, ["shop.example"], directory: null, s_now).Certificate;
        "bank"u8.CopyTo(changed.AsSpan(changed.AsSpan().IndexOf("shop.example"u8)));
        using var certificate = X509CertificateLoader.LoadCertificate(changed);
        File.WriteAllText(_directory.File("trust/site-ca.pem"), certificate.ExportCertificatePem());

        Assert.False(BrowserAuthority.LoadOrCreate(_authority, ["shop.example"], _directory.File("trust"), s_now).Covers("bank.example"));
    }

    [Fact]
    public async Task A_node_that_knows_no_time_is_shown_a_certificate_without_an_end_and_a_browser_one_of_a_year()
    {
        using var node = await Handshake(_authority.Certificate, Address.Host, SslProtocols.Tls12);
        using var browser = await Handshake(_authority.Certificate, Address.Host, SslProtocols.Tls13);

        Assert.Equal((1970, 2099), (node.NotBefore.ToUniversalTime().Year, node.NotAfter.ToUniversalTime().Year));
        Assert.InRange((browser.NotAfter - browser.NotBefore).TotalDays, 300, 398);
    }

    [Fact]
    public async Task A_host_that_runs_for_years_shows_a_certificate_that_is_still_good()
    {
        using var first = await Handshake(_authority.Certificate, Address.Host, SslProtocols.Tls13);
        using var same = await Handshake(_authority.Certificate, Address.Host, SslProtocols.Tls13);
        Assert.Equal(first.SerialNumber, same.SerialNumber);

        _time.Now += TimeSpan.FromDays(370); // less than a month before it expires
        using var next = await Handshake(_authority.Certificate, Address.Host, SslProtocols.Tls13, at: _time.Now);

        Assert.NotEqual(first.SerialNumber, next.SerialNumber);
        Assert.True(next.NotAfter > first.NotAfter.AddDays(300));
    }

    [Fact]
    public async Task An_expired_certificate_is_not_believed()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var serving = ServeOnce(listener, _authority.Issue(["127.0.0.1"], s_now.AddDays(-400), s_now.AddDays(-1)));

        await Assert.ThrowsAsync<AuthenticationException>(() =>
            Handshake(_authority.Certificate, "127.0.0.1", SslProtocols.Tls13, ((IPEndPoint)listener.LocalEndpoint).Port));
        await serving;
    }
}
