using Microsoft.Extensions.Logging;

namespace FieldNode.Host.Http;

/// <summary>Settings of a host other than its addresses.</summary>
public sealed record HostSettings
{
    /// <summary>Configures the log of refusals and failures; null for no log.</summary>
    public Action<ILoggingBuilder>? Logging { get; init; }

    /// <summary>Names by which it is reached over TLS, in addition to this computer's own name and addresses.</summary>
    public IReadOnlyCollection<string> Names { get; init; } = [];

    /// <summary>Directory of the certificate that browsers install; null for a new certificate at each start.</summary>
    public string? TrustDirectory { get; init; }

    /// <summary>Disk space that uploads leave free, in bytes.</summary>
    public long ReserveBytes { get; init; } = DiskReserve.DefaultBytes;

    /// <summary>Limits of requests; null for the defaults. The host disposes of it.</summary>
    public RequestLimit? Requests { get; init; }

    /// <summary>Returns the free disk space in bytes; null to query the disk.</summary>
    public Func<long>? FreeBytes { get; init; }
}
