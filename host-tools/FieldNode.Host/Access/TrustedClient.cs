using System.Net.Security;
using System.Security.Cryptography.X509Certificates;

namespace FieldNode.Host.Access;

/// <summary>HTTP clients that trust a single authority.</summary>
public static class TrustedClient
{
    /// <param name="authority">The certificate (DER) that must have signed the host's; empty: the computer's trusted authorities.</param>
    public static HttpClient Create(byte[] authority)
    {
        ArgumentNullException.ThrowIfNull(authority);
        var handler = new SocketsHttpHandler { PooledConnectionLifetime = TimeSpan.FromMinutes(2) };
        if (authority.Length > 0)
        {
            var policy = new X509ChainPolicy
            {
                TrustMode = X509ChainTrustMode.CustomRootTrust,
                RevocationMode = X509RevocationMode.NoCheck
            };
            policy.CustomTrustStore.Add(X509CertificateLoader.LoadCertificate(authority));
            handler.SslOptions = new SslClientAuthenticationOptions { CertificateChainPolicy = policy };
        }

        return new HttpClient(handler);
    }
}
