using FieldNode.Log;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace FieldNode.Cli.Verbs;

/// <summary>Reads certificates from files.</summary>
internal static class Certificates
{
    /// <summary>Reads a certificate as DER.</summary>
    /// <param name="option">The option that names the file, for the message.</param>
    /// <exception cref="HostFault">The file cannot be read or is not a certificate.</exception>
    public static byte[] Read(string option, string path)
    {
        try
        {
            using var certificate = X509CertificateLoader.LoadCertificateFromFile(path);
            return certificate.RawData;
        }
        catch (Exception e) when (e is CryptographicException or IOException or UnauthorizedAccessException)
        {
            throw new HostFault("bad-anchor", ExitCode.Usage,
                $"{option} {path} is not a certificate ({e.Message}): give a .pem or .der file",
                $"{option} {path} 不是证书（{e.Message}）：请给出 .pem 或 .der 文件");
        }
    }
}
