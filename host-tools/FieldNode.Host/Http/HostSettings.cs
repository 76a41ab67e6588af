using Microsoft.Extensions.Logging;

namespace FieldNode.Host.Http;

/// <summary>What a host may be told beside where it listens.</summary>
public sealed record HostSettings
{
    /// <summary>Where it reports what it refused and what failed; null: nowhere.</summary>
    public Action<ILoggingBuilder>? Logging { get; init; }

    /// <summary>By which it is reached over TLS, beside this computer's own name and addresses.</summary>
    public IReadOnlyCollection<string> Names { get; init; } = [];

    /// <summary>Where the certificate that browsers install is kept; null: another one with each start.</summary>
    public string? TrustDirectory { get; init; }

    /// <summary>Room on the disk that uploads leave free, in bytes.</summary>
    public long ReserveBytes { get; init; } = DiskReserve.DefaultBytes;

    /// <summary>How many requests are worked on; null: the usual. The host disposes of it.</summary>
    public RequestLimit? Requests { get; init; }

    /// <summary>How much is free; null: the disk is asked.</summary>
    public Func<long>? FreeBytes { get; init; }
}
