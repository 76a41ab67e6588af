using FieldNode.Log;
using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace FieldNode.Host.Access;

/// <summary>
/// The site's authority certificate for browsers and other hosts. It has the same key and name as the one on the cards, but is limited to
/// this site's names and to closed networks (name constraints, RFC 5280, 4.2.1.10), and to ten years. A stolen key cannot impersonate other
/// sites to them.
/// </summary>
public sealed class BrowserAuthority
{
    /// <summary>The certificate's file in the data directory; not secret.</summary>
    public const string FileName = "site-ca.pem";

    private const int YearsOfUse = 10;
    private const int YearsAtLeast = 1;

    /// <summary>Certificates become valid this much earlier, because a device's clock may be slow.</summary>
    internal static readonly TimeSpan ClockError = TimeSpan.FromDays(1);

    private readonly NameConstraints _constraints;

    private BrowserAuthority(X509Certificate2 certificate, NameConstraints constraints)
    {
        Certificate = certificate.RawData;
        _constraints = constraints;
    }

    /// <summary>DER.</summary>
    public byte[] Certificate { get; }

    /// <summary>SHA-256 of the certificate, in pairs of hex digits, for two people to compare.</summary>
    public string Fingerprint =>
        string.Join(':', Convert.ToHexString(SHA256.HashData(Certificate)).Chunk(2).Select(pair => new string(pair)));

    /// <summary>
    /// Reads it from a data directory. Issues and writes a new one if it is missing, belongs to another authority, ends within a year or
    /// does not cover a name; the new one also covers what the old one covered.
    /// </summary>
    /// <param name="names">Names and addresses by which the host is reached.</param>
    /// <param name="directory">Null if it is not to be written to a file.</param>
    /// <exception cref="HostFault">The file cannot be written.</exception>
    public static BrowserAuthority LoadOrCreate(SiteAuthority authority, IEnumerable<string> names, string? directory, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(authority);
        var path = directory is null ? null : Path.Combine(directory, FileName);
        using var kept = path is null ? null : Kept(path, authority);
        var before = kept?.Extensions[NameConstraints.Oid]?.RawData;
        var constraints = ((before is null ? null : NameConstraints.Read(before)) ?? NameConstraints.OfClosedNetworks).With(names);
        var extension = constraints.Write();
        if (kept is not null && extension.AsSpan().SequenceEqual(before) && kept.NotAfter > now.AddYears(YearsAtLeast).UtcDateTime)
        {
            return new BrowserAuthority(kept, constraints);
        }

        var from = now - ClockError;
        var until = from.AddYears(YearsOfUse);
        using var certificate = authority.Restrict(new X509Extension(NameConstraints.Oid, extension, critical: true), from, until);
        if (path is not null)
        {
            Write(path, certificate);
        }

        return new BrowserAuthority(certificate, constraints);
    }

    /// <summary>Whether the constraints permit a name or address. A host's certificate that contains any other name is refused as a
    /// whole.</summary>
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
            // missing or not a certificate: the caller writes a new one
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
