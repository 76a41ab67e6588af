namespace FieldNode.Host.Access;

/// <summary>Parses a TLS ClientHello (RFC 8446, 4.1.2). The platform exposes only its server name.</summary>
public static class ClientHello
{
    private const int SupportedVersions = 43; // RFC 8446, 4.2.1
    private const int Tls13 = 0x0304;
    private const int RecordHead = 5;
    private const int MessageHead = 4;
    private const int VersionAndRandom = 2 + 32;

    /// <summary>Whether a client offers TLS 1.3; false if the ClientHello cannot be parsed.</summary>
    public static bool OffersTls13(ReadOnlySpan<byte> greeting)
    {
        var rest = greeting;
        var isRead = TryTake(ref rest, RecordHead + MessageHead + VersionAndRandom, out _)
            && TryTakeCounted(ref rest, 1, out _) // session
            && TryTakeCounted(ref rest, 2, out _) // ciphers
            && TryTakeCounted(ref rest, 1, out _); // compression
        if (!isRead || !TryTakeCounted(ref rest, 2, out var extensions))
        {
            return false;
        }

        while (TryTakeNumber(ref extensions, 2, out var type) && TryTakeCounted(ref extensions, 2, out var body))
        {
            if (type == SupportedVersions)
            {
                return HasTls13(body);
            }
        }

        return false;
    }

    private static bool HasTls13(ReadOnlySpan<byte> extension)
    {
        if (!TryTakeCounted(ref extension, 1, out var versions))
        {
            return false;
        }

        while (TryTakeNumber(ref versions, 2, out var version))
        {
            if (version == Tls13)
            {
                return true;
            }
        }

        return false;
    }

    private static bool TryTakeCounted(ref ReadOnlySpan<byte> rest, int countBytes, out ReadOnlySpan<byte> taken)
    {
        taken = [];
        return TryTakeNumber(ref rest, countBytes, out var count) && TryTake(ref rest, count, out taken);
    }

    private static bool TryTake(ref ReadOnlySpan<byte> rest, int count, out ReadOnlySpan<byte> taken)
    {
        var isThere = rest.Length >= count;
        taken = isThere ? rest[..count] : [];
        rest = isThere ? rest[count..] : [];
        return isThere;
    }

    // Big-endian, as everywhere in TLS.
    private static bool TryTakeNumber(ref ReadOnlySpan<byte> rest, int bytes, out int number)
    {
        number = 0;
        if (!TryTake(ref rest, bytes, out var taken))
        {
            return false;
        }

        foreach (var next in taken)
        {
            number = (number << 8) | next;
        }

        return true;
    }
}
