using FieldNode.Log.Database;
using FieldNode.Log.Keys;
using FieldNode.Log.Store;
using System.Formats.Asn1;
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace FieldNode.Host.Access;

/// <summary>
/// The site's own certificate authority: a P-256 key that is generated once and kept wrapped in the store. Its certificate is on every
/// card; browsers and other hosts get a restricted one (<see cref="BrowserAuthority"/>). It signs only this host's certificates.
/// </summary>
public sealed class SiteAuthority : IDisposable
{
    // Valid from before any clock that was never set, until after the system's lifetime (docs/decisions/0012-tls-and-accounts.md).
    private static readonly DateTimeOffset s_from = DateTimeOffset.UnixEpoch;
    private static readonly DateTimeOffset s_until = new(2099, 12, 31, 0, 0, 0, TimeSpan.Zero);

    private readonly X509Certificate2 _own;

    private SiteAuthority(X509Certificate2 own)
    {
        _own = own;
    }

    /// <summary>The authority's certificate, DER.</summary>
    public byte[] Certificate => _own.RawData;

    /// <summary>The authority of a store; generated if absent.</summary>
    public static SiteAuthority LoadOrCreate(HostStore store)
    {
        ArgumentNullException.ThrowIfNull(store);
        return store.Guard(() =>
        {
            using var connection = store.Connect();
            if (Sql.Scalar(connection, "SELECT count(*) FROM authority") == 0)
            {
                var (certificate, key) = Draw(store.HostId);
                Sql.Execute(connection, "INSERT INTO authority VALUES (1, @certificate, @key) ON CONFLICT DO NOTHING",
                    new { certificate, key = store.Vault.Wrap(key, Secrets.Authority) });
            }

            return Sql.Query(connection, "SELECT certificate, key FROM authority",
                reader => Open((byte[])reader[0], store.Vault.Unwrap((byte[])reader[1], Secrets.Authority))).Single();
        });
    }

    /// <summary>A restricted certificate for this authority's key and name.</summary>
    internal X509Certificate2 Restrict(X509Extension constraint, DateTimeOffset from, DateTimeOffset until)
    {
        using var key = _own.GetECDsaPrivateKey()!;
        var request = RequestOf(_own.SubjectName, key);
        request.CertificateExtensions.Add(constraint);
        return request.CreateSelfSigned(from, until);
    }

    /// <summary>Whether this authority's key has signed a certificate. Building a chain would not show this: it accepts a trusted root
    /// without checking its signature.</summary>
    internal bool HasSigned(X509Certificate2 other)
    {
        using var key = _own.GetECDsaPublicKey()!;
        var parts = new AsnReader(other.RawData, AsnEncodingRules.DER).ReadSequence(); // RFC 5280, 4.1: signed part, algorithm, signature
        var signed = parts.ReadEncodedValue();
        parts.ReadEncodedValue();
        return key.VerifyData(signed.Span, parts.ReadBitString(out _), HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence);
    }

    /// <summary>Issues a certificate, with its key, for a host that is reached by these names and addresses.</summary>
    /// <param name="until">When it ends; null: it begins and ends with the authority.</param>
    public X509Certificate2 Issue(IReadOnlyCollection<string> names, DateTimeOffset from, DateTimeOffset? until)
    {
        ArgumentNullException.ThrowIfNull(names);
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=FieldNode", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(false, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, critical: true));
        // for server authentication (RFC 5280, 4.2.1.12)
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid("1.3.6.1.5.5.7.3.1")], critical: false));
        request.CertificateExtensions.Add(X509AuthorityKeyIdentifierExtension.CreateFromCertificate(_own, true, false));
        var alternatives = new SubjectAlternativeNameBuilder();
        foreach (var name in names)
        {
            var isAddress = IPAddress.TryParse(name, out var address);
            if (isAddress)
            {
                alternatives.AddIpAddress(address!);
            }

            // Nodes have mbed TLS before 3.5, which compares an address with DNS names only: for them it is entered as both.
            if (!isAddress || until is null)
            {
                alternatives.AddDnsName(name);
            }
        }

        request.CertificateExtensions.Add(alternatives.Build());
        using var signed = request.Create(_own, until is null ? s_from : from, until ?? s_until, RandomNumberGenerator.GetBytes(16));
        using var whole = signed.CopyWithPrivateKey(key);
        // Windows serves TLS only with loaded keys, not with ephemeral ones
        return X509CertificateLoader.LoadPkcs12(whole.Export(X509ContentType.Pkcs12), password: null);
    }

    public void Dispose()
    {
        _own.Dispose();
    }

    private static (byte[] Certificate, byte[] Key) Draw(uint host)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var own = RequestOf(new X500DistinguishedName($"CN=FieldNode {host:X8}"), key).CreateSelfSigned(s_from, s_until);
        return (own.RawData, key.ExportPkcs8PrivateKey());
    }

    private static CertificateRequest RequestOf(X500DistinguishedName name, ECDsa key)
    {
        var request = new CertificateRequest(name, key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, true, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign, critical: true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, false));
        return request;
    }

    private static SiteAuthority Open(byte[] certificate, byte[] key)
    {
        using var bare = X509CertificateLoader.LoadCertificate(certificate);
        using var ecdsa = ECDsa.Create();
        ecdsa.ImportPkcs8PrivateKey(key, out _);
        return new SiteAuthority(bare.CopyWithPrivateKey(ecdsa));
    }
}
