using System.Security.Cryptography;
using FieldNode.Log.Nodes;
using FieldNode.Protocol;
using FieldNode.Protocol.Records;

namespace FieldNode.Benchmarks.Attack;

/// <summary>
/// The most expensive batches that the holder of one node's key can send: each in its own epoch, with a record a million after the first,
/// whose key derives from a million others.
/// </summary>
internal static class FarBatches
{
    private const uint Far = 1 << 20;
    private const uint FirstEpoch = 1000;

    /// <summary>Returns <c>count</c> batches, one after another, each preceded by its length (u16).</summary>
    public static byte[] Make(EnrolledNode node, uint host, int count, int from)
    {
        var seals = new SealStart();
        seals.Set(SealStart.OfClaim(1), 0, 1, NodeKeys.SealCheck(HmacTags.Instance, NodeKeys.Seal(HmacTags.Instance, node.Key!)));
        var key = new LinkKeys(HmacTags.Instance, NodeKeys.Link(HmacTags.Instance, node.Key!)).Batch;
        using var all = new MemoryStream();
        for (var i = 0; i < count; i++)
        {
            var batch = One(node.Id, host, FirstEpoch + (uint)(from + i), seals, key);
            all.Write(BitConverter.GetBytes((ushort)batch.Length));
            all.Write(batch);
        }

        return all.ToArray();
    }

    /// <summary>Reads the batches of <see cref="Of"/>.</summary>
    public static IReadOnlyList<byte[]> Read(byte[] all)
    {
        var batches = new List<byte[]>();
        for (var at = 0; at < all.Length;)
        {
            var count = BitConverter.ToUInt16(all, at);
            batches.Add(all[(at + 2)..(at + 2 + count)]);
            at += 2 + count;
        }

        return batches;
    }

    private static byte[] One(ulong node, uint host, uint epoch, SealStart seals, byte[] key)
    {
        var person = new PersonSampled { Tube = 1, Position = 1, Round = 1 };
        var code = "E12345678"u8.ToArray();
        person.SetCode(code, 0, code.Length);
        var frame = new byte[Frame.BytesMax];
        var count = Frame.Seal(frame, 0, epoch, Far, person.Type, 1000, person.Write(frame, Frame.HeadBytes) - Frame.HeadBytes);
        var batch = new Batch { HostId = host, NodeId = node, Epoch = epoch, FirstSequence = Far, FrameCount = 1, FramesBytes = count };
        batch.Seals.CopyFrom(seals);
        var bytes = new byte[batch.TotalBytes];
        batch.WriteHead(bytes, 0);
        frame.AsSpan(0, count).CopyTo(bytes.AsSpan(Batch.HeadBytes));
        HMACSHA256.HashData(key, bytes.AsSpan(0, batch.TaggedBytes), bytes.AsSpan(batch.TaggedBytes));
        return bytes;
    }
}
