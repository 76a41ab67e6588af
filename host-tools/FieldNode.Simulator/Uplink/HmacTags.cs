using System.Security.Cryptography;
using FieldNode.Core.Ports;

namespace FieldNode.Simulator.Uplink;

/// <summary>The platform's HMAC-SHA256 .</summary>
public sealed class HmacTags : ITags
{
    public void Compute(byte[] key, byte[] buffer, int offset, int count, byte[] tag, int tagOffset)
    {
        HMACSHA256.HashData(key, buffer.AsSpan(offset, count), tag.AsSpan(tagOffset, HMACSHA256.HashSizeInBytes));
    }
}
