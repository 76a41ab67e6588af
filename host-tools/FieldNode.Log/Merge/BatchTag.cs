using System.Security.Cryptography;
using FieldNode.Log.Nodes;
using FieldNode.Protocol;

namespace FieldNode.Log.Merge;

/// <summary>The tag at the end of a batch: under the node's batch key, or, in version 1, under the node's key itself.</summary>
internal static class BatchTag
{
    /// <summary>True if the batch's tag matches the node, which must have its key.</summary>
    public static bool Fits(byte[] batch, bool isVersion1, EnrolledNode node)
    {
        Span<byte> tag = stackalloc byte[Batch.TagBytes];
        HMACSHA256.HashData(KeyOf(isVersion1, node), batch.AsSpan(0, batch.Length - tag.Length), tag);
        return CryptographicOperations.FixedTimeEquals(tag, batch.AsSpan(batch.Length - tag.Length));
    }

    /// <summary>Writes the tag at the end of a batch.</summary>
    public static void Write(byte[] batch, bool isVersion1, EnrolledNode node)
    {
        var tagged = batch.Length - Batch.TagBytes;
        HMACSHA256.HashData(KeyOf(isVersion1, node), batch.AsSpan(0, tagged), batch.AsSpan(tagged));
    }

    private static byte[] KeyOf(bool isVersion1, EnrolledNode node) => isVersion1 ? node.Key! : node.Links!.Batch;
}
