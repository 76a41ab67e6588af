using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace FieldNode.Host.Access;

/// <summary>
/// The site's authority as browsers and other hosts install it: the same key and name as on the cards, but good for this site's names and for addresses of closed
/// networks alone (name constraints, RFC 5280, 4.2.1.10), and for ten years. Whoever steals the authority's key impersonates nobody else to them.
/// </summary>
public sealed class BrowserAuthority
{
    /// <summary>The certificate's file in the data directory: no secret.</summary>
    public const string FileName = "site-ca.pem";

    private const int YearsOfUse = 10;
    private const int YearsAtLeast = 1;

    private static readonly TimeSpan s_clockError = TimeSpan.FromDays(1);

    private readonly NameConstraints _constraints;

    private BrowserAuthority(X509Certificate2 certificate, NameConstraints constraints)
    {
        Certificate = certificate.RawData;
        _constraints = constraints;
    }

    /// <summary>DER.</summary>
    public byte[] Certificate { get; }

    /// <summary>SHA-256 of the certificate, in pairs of hex digits: what two people compare.</summary>
    public string Fingerprint => string.Join(':', Convert.ToHexString(SHA256.HashData(Certificate)).Chunk(2).Select(pair => new string(pair)));

    /// <summary>
    /// The one in a data directory. Another is written when there is none, when it is of another authority, ends within a year or does not cover a name; it
    /// covers what that one covered, too.
    /// </summary>
    /// <param name="names">Names and addresses by which the host is reached.</param>
    /// <param name="directory">Null: it is kept nowhere.</param>
    /// <exception cref="HostFault">The file cannot be written.</exception>
    public static BrowserAuthority Of(SiteAuthority authority, IEnumerable<string> names, string? directory, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(authority);
        var path = directory is null ? null : Path.Combine(directory, FileName);
        using var kept = path is null ? null : Kept(path, authority);
        var before = kept?.Extensions[NameConstraints.Oid] is { } extension ? NameConstraints.Read(extension.RawData) : null;
        var constraints = (before ?? NameConstraints.OfClosedNetworks).With(names);
        if (before == constraints && kept!.NotAfter > now.AddYears(YearsAtLeast).UtcDateTime)
        {
            return new BrowserAuthority(kept, constraints);
        }

        var from = now - s_clockError;
        using var certificate = authority.Restrict(new X509Extension(NameConstraints.Oid, constraints.Write(), critical: true), from, from.AddYears(YearsOfUse));
        if (path is not null)
        {
            Write(path, certificate);
        }

        return new BrowserAuthority(certificate, constraints);
    }

    /// <summary>Whether it is good for a name or address: a host's certificate with any other is refused as a whole.</summary>
    public bool Covers(string name) => _constraints.Cover(name);

    private static X509Certificate2? Kept(string path, SiteAuthority authority)
    {
        try
        {
            var kept = X509Certificate2.CreateFromPem(File.ReadAllText(path));
            if (authority.HasSigned(kept))
            {
                return kept;
            }

            kept.Dispose();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or CryptographicException or AsnContentException)
        {
            // there is none, or something else stands there: it is written again
        }

        return null;
    }

    private static void Write(string path, X509Certificate2 certificate)
    {
        try
        {
            File.WriteAllText(path, certificate.ExportCertificatePem() + "\n");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new HostFault("data-not-writable", ExitCode.Failed, $"{path} cannot be written: {e.Message}", $"{path} 无法写入：{e.Message}");
        }
    }
}
