using System.Globalization;
using System.Reflection;
using FieldNode.Answers.Facts;
using FieldNode.Answers.Projection;
using FieldNode.Lane;
using FieldNode.Log;
using FieldNode.Log.Parts;
using FieldNode.Protocol;
using FieldNode.Protocol.Flash;
using FieldNode.Protocol.Records;
using FieldNode.Tests.Support;

namespace FieldNode.Tests.Answers;

/// <summary>The fold was written for a node's own records; a host has to fold anything that the holder of a node's key sends.</summary>
public sealed class EpochLaneTests
{
    private static readonly int s_records = Sweep.Count(3_000_000, 100_000);

    [Fact]
    public void No_record_that_a_hostile_node_writes_stops_the_fold()
    {
        var random = new Random(Seed.Take(nameof(No_record_that_a_hostile_node_writes_stops_the_fold)));
        var contents = RecordContents.All().ToArray();
        var person = contents.Single(content => content.Type == RecordType.PersonSampled);
        var lane = new EpochLane();
        var sequence = 0u;
        var largest = 0;
        for (var i = 0; i < s_records; i++)
        {
            if (random.Next(2000) == 0)
            {
                (lane, sequence) = (new EpochLane(), random.Next(2) == 0 ? 0 : uint.MaxValue - 500_000_000);
            }

            sequence += random.Next(2000) == 0 ? (uint)random.Next(2, 100_000) : 1; // after a gap, the compared state stays the same
            if (random.Next(1000) == 0)
            {
                lane.Pass(sequence);
                continue;
            }

            var content = random.Next(3) == 0 ? person : contents[random.Next(contents.Length)]; // a full tube has the largest state
            lane.Add(sequence, random.Next(4) == 0 ? Noise(random, content.Type, sequence) : Extreme(random, content, sequence),
                isOpen: random.Next(2) == 0);
            if (i % 20 == 0)
            {
                lane.Tell(new LaneReport(1, 1, sequence, [1, 2, 3]));
                largest = Math.Max(largest, lane.Checkpoint().Length);
                Assert.InRange(lane.Shown(new LaneNow()).InTube, 0, LaneLimits.GroupSizeMax);
            }
        }

        TestContext.Current.TestOutputHelper?.WriteLine($"largest state {largest} bytes; a node's own has at most "
            + $"{SectorHead.StateBytesMax}");
        Assert.True(largest > 200, "the records made no large state");
    }

    // Unstructured random bytes.
    private static byte[] Noise(Random random, byte type, uint sequence)
    {
        var frame = new byte[Frame.BytesMax];
        var count = random.Next(0, Frame.BytesMax - Frame.HeadBytes - 8);
        var content = frame.AsSpan(Frame.HeadBytes, count);
        random.NextBytes(content);
        if (random.Next(2) == 0)
        {
            content.Fill(random.Next(2) == 0 ? (byte)0xFF : (byte)0);
        }

        return frame[..Frame.Seal(frame, 0, 1, sequence, type, (uint)random.NextInt64(), count)];
    }

    // A well-formed record whose numbers are often at their limits, and whose texts are as long as the format allows.
    private static byte[] Extreme(Random random, RecordContent content, uint sequence)
    {
        foreach (var field in content.GetType().GetFields(BindingFlags.Public | BindingFlags.Instance))
        {
            if (field.GetValue(content) is byte[] bytes && bytes.Length > 0)
            {
                random.NextBytes(bytes);
            }
            else if (field.FieldType == typeof(bool))
            {
                field.SetValue(content, random.Next(2) == 0);
            }
            else if (field.FieldType == typeof(int)) // length of a text
            {
                field.SetValue(content, field.Name == nameof(CodeContent.CodeCount) ? random.Next(CodeContent.CodeBytesMax + 1)
                    : random.Next(OperatorSet.BadgeBytesMax + 1));
            }
            else if (field.FieldType.IsPrimitive)
            {
                field.SetValue(content, Number(random, field.FieldType, sequence));
            }
        }

        var frame = new byte[Frame.BytesMax];
        var end = content.Write(frame, Frame.HeadBytes);
        return frame[..Frame.Seal(frame, 0, 1, sequence, content.Type, (uint)random.NextInt64(), end - Frame.HeadBytes)];
    }

    private static object Number(Random random, Type type, uint sequence)
    {
        var value = random.Next(5) switch
        {
            0 => 0UL,
            1 => ulong.MaxValue,
            2 => (ulong)random.NextInt64(),
            3 => (ulong)random.Next(30),
            _ => sequence - (uint)random.Next(30),
        };
        var size = Type.GetTypeCode(type) switch { TypeCode.Byte => 8, TypeCode.UInt16 => 16, TypeCode.UInt32 => 32, _ => 64 };
        return Convert.ChangeType(size == 64 ? value : value & ((1UL << size) - 1), type, CultureInfo.InvariantCulture);
    }
}
