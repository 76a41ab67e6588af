using System.Security.Cryptography;
using System.Text;
using FieldNode.Log.Merge;
using FieldNode.Log.Parts;
using FieldNode.Protocol.Records;
using FieldNode.Protocol;

namespace FieldNode.Tests.Support;

/// <summary>Makes frames and batches for tests.</summary>
internal static class Logs
{
    public static byte[] FrameOf(uint epoch, uint sequence, uint ticks, RecordContent content)
    {
        var buffer = new byte[Frame.BytesMax];
        var end = content.Write(buffer, Frame.HeadBytes);
        return buffer[..Frame.Seal(buffer, 0, epoch, sequence, content.Type, ticks, end - Frame.HeadBytes)];
    }

    /// <summary>The same frame under another sequence number.</summary>
    public static byte[] Resealed(byte[] frame, uint epoch, uint sequence)
    {
        var copy = frame.ToArray();
        Frame.Seal(copy, 0, epoch, sequence, Frame.Type(copy, 0), Frame.Ticks(copy, 0), Frame.ContentCount(copy, 0));
        return copy;
    }

    /// <summary>A frame with its code sealed under its record's key.</summary>
    public static byte[] Sealed(SealChain chain, byte[] frame, uint epoch, uint sequence)
    {
        var copy = frame.ToArray();
        var count = SealedPart.Find(copy, 0, out var at);
        chain.MoveTo(sequence);
        chain.Apply(copy, 0, at, count);
        return Resealed(copy, epoch, sequence);
    }

    public static byte[] BatchOf(uint hostId, ulong node, uint epoch, uint first, byte[] key, params byte[][] frames)
    {
        return BatchOf(hostId, node, epoch, first, key, frames, new SealStart());
    }

    /// <summary>A batch whose frames are sealed.</summary>
    public static byte[] BatchOf(uint hostId, ulong node, uint epoch, uint first, byte[] key, byte[][] frames, SealStart seals)
    {
        var joined = frames.SelectMany(frame => frame).ToArray();
        var batch = new Batch
        {
            HostId = hostId,
            NodeId = node,
            Epoch = epoch,
            FirstSequence = first,
            FrameCount = frames.Length,
            FramesBytes = joined.Length,
            TicksNow = 5000
        };
        batch.Seals.CopyFrom(seals);
        var bytes = new byte[batch.TotalBytes];
        batch.WriteHead(bytes, 0);
        joined.CopyTo(bytes, Batch.HeadBytes);
        HMACSHA256.HashData(KeysOf(key).Batch, bytes.AsSpan(0, batch.TaggedBytes), bytes.AsSpan(batch.TaggedBytes));
        return bytes;
    }

    /// <summary>The subkeys of a node's key.</summary>
    public static LinkKeys KeysOf(byte[] key) => new(HmacTags.Instance, NodeKeys.Link(HmacTags.Instance, key));

    /// <summary>Merges a batch as if it came from a log file.</summary>
    public static async Task Merge(MergeQueue queue, byte[] bytes)
    {
        Assert.True(queue.TryAdd(PartOf(bytes, LogSource.LogFile), out var merging));
        await merging;
    }

    /// <summary>A whole batch as a part to merge.</summary>
    public static LogPart PartOf(byte[] bytes, LogSource source)
    {
        var batch = new Batch();
        Assert.Equal(BatchFault.None, batch.TryRead(bytes, 0, bytes.Length));
        return LogPart.FromBatch(batch, bytes, source);
    }

    public static T WithCode<T>(this T content, string code)
        where T : CodeContent
    {
        var bytes = Encoding.ASCII.GetBytes(code);
        content.SetCode(bytes, 0, bytes.Length);
        return content;
    }

    /// <summary>The kind of papers that a node infers from a code.</summary>
    public static byte KindOf(string code)
    {
        return ResidentId.Judge(Encoding.ASCII.GetBytes(code), 0, code.Length) == ResidentId.Valid ? PersonSampled.KindResidentId
            : PersonSampled.KindOtherPaper;
    }

    /// <summary>A short, valid log: a start, a clock, a tube and people; frames in order from sequence 1.</summary>
    public static List<byte[]> Morning(uint epoch, string lane, string tube, params string[] people)
    {
        var frames = new List<byte[]>
        {
            FrameOf(epoch, 1, 0, new Booted { BootCount = 1, Firmware = 1, Lane = Encoding.UTF8.GetBytes(lane),
                Site = Encoding.UTF8.GetBytes("正飞") }),
            FrameOf(epoch, 2, 1000, new ClockSet { UtcMs = 1_636_237_801_000, Source = ClockSet.SourceHost, ErrorMs = 20 }),
            FrameOf(epoch, 3, 2000, new TubeOpened { Round = 1, GroupSize = 10 }.WithCode(tube)),
        };
        for (var i = 0; i < people.Length; i++)
        {
            frames.Add(FrameOf(epoch, (uint)(4 + i), (uint)(3000 + 1000 * i),
                new PersonSampled { Tube = 3, Position = (byte)(i + 1), Round = 1, Kind = KindOf(people[i]) }.WithCode(people[i])));
        }

        return frames;
    }
}
