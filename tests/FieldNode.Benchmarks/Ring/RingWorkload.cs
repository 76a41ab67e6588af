using System.Text;
using FieldNode.Core.Log;
using FieldNode.Lane;
using FieldNode.Protocol;
using FieldNode.Protocol.Records;
using FieldNode.Simulator.Boards;
using FieldNode.Simulator.Flash;

namespace FieldNode.Benchmarks.Ring;

/// <summary>
/// Records of 48 bytes (type 1, ticks 4, content 43) are appended one by one. The host acknowledges 50 at a time, and the lane has idle
/// time between scans. Each head holds the real state of a lane: one that saw only these records, or one in mid-day.
/// </summary>
internal sealed class RingWorkload
{
    public const int RecordBytes = 48;
    public const int AcknowledgeEvery = 50;

    private const ulong NodeId = 0x0123456789ABCDEF;
    private const int ContentBytes = RecordBytes - 5;
    private const byte UnknownType = 200; // stored like any record, and does not change the lane's state
    private const int PeopleBefore = 2000;

    private readonly MemorySealRoots _seals = new(new byte[NodeKeys.Bytes]);

    /// <param name="people">People in the lane's tube: 0 for a lane without any, 10 for a tube just closed, fewer for an open one.</param>
    public RingWorkload(int bytes, int people = 0)
    {
        Flash = new NorFlash(bytes);
        Log = new RingLog(Flash, State, HmacTags.Instance, _seals);
        Check(Log.Format(NodeId, 0xA1B2C3D4));
        if (people > 0)
        {
            LiveThroughAMorning(people);
        }
    }

    public NorFlash Flash { get; }

    public RingLog Log { get; private set; }

    public LaneState State { get; private set; } = new();

    /// <summary>Program calls made by <see cref="RingLog.Append"/> itself.</summary>
    public long AppendCalls { get; private set; }

    /// <summary>Most program calls of one append.</summary>
    public long AppendCallsMax { get; private set; }

    /// <summary>
    /// Most program calls and bytes of one acknowledgement; one that finds its sector full has none and is written with the next head.
    /// </summary>
    public long AcknowledgeCallsMax { get; private set; }

    public long AcknowledgeBytesMax { get; private set; }

    public long AcknowledgeBytes { get; private set; }

    /// <summary>Most read calls and bytes of one append.</summary>
    public long AppendReadsMax { get; private set; }

    /// <summary>Appends records, by default with acknowledgements and with idle time before each.</summary>
    public void Append(int count, bool acknowledge = true)
    {
        for (var i = 1; i <= count; i++)
        {
            while (Log.PrepareNext())
            {
            }

            Check(AppendOne());
            if (acknowledge && i % AcknowledgeEvery == 0)
            {
                Acknowledge(Log.LastSequence);
            }
        }
    }

    public byte AppendOne()
    {
        var calls = Flash.ProgramCalls;
        var reads = Flash.ReadCalls;
        new Random((int)Log.LastSequence).NextBytes(Log.ContentBuffer.AsSpan(RingLog.ContentOffset, ContentBytes));
        var result = Log.Append(UnknownType, Log.LastSequence * 1000, ContentBytes);
        AppendCalls += Flash.ProgramCalls - calls;
        AppendCallsMax = Math.Max(AppendCallsMax, Flash.ProgramCalls - calls);
        AppendReadsMax = Math.Max(AppendReadsMax, Flash.ReadCalls - reads);
        return result;
    }

    public void Acknowledge(uint upTo)
    {
        var (calls, bytes) = (Flash.ProgramCalls, Flash.ProgrammedBytes);
        Check(Log.Acknowledge(upTo));
        AcknowledgeCallsMax = Math.Max(AcknowledgeCallsMax, Flash.ProgramCalls - calls);
        AcknowledgeBytesMax = Math.Max(AcknowledgeBytesMax, Flash.ProgrammedBytes - bytes);
        AcknowledgeBytes += Flash.ProgrammedBytes - bytes;
    }

    /// <summary>
    /// Mounts after a power loss and reads the first unacknowledged record, if any; returns the read calls and bytes of both.
    /// </summary>
    public (long Reads, long Bytes) Mount()
    {
        Flash.PowerOn();
        var (reads, bytes) = (Flash.ReadCalls, Flash.ReadBytes);
        State = new LaneState();
        Log = new RingLog(Flash, State, HmacTags.Instance, _seals);
        Check(Log.Mount(NodeId));
        var frame = new byte[Frame.BytesMax];
        new LogReader(Log).Collect(Log.AcknowledgedUpTo + 1, frame, 0, frame.Length, 1);
        return (Flash.ReadCalls - reads, Flash.ReadBytes - bytes);
    }

    private static void Check(byte result)
    {
        if (result != LogResult.Ok)
        {
            throw new InvalidOperationException($"the ring answered {result}");
        }
    }

    // Gives the lane counters as high as in a day, a badge, and a tube.
    private void LiveThroughAMorning(int people)
    {
        Write(new Booted { BootCount = 12, Lane = "L1"u8.ToArray() });
        Write(new OperatorSet(), "zhang.san");
        for (var i = 0; i < PeopleBefore; i += 10)
        {
            Write(new Arrived { People = 10 });
            Tube(i, 10);
            Write(new TubeClosed { People = 10 });
            Log.Acknowledge(Log.LastSequence);
        }

        if (people < 10)
        {
            Tube(PeopleBefore, people);
        }
    }

    private void Tube(int number, int people)
    {
        Write(new TubeOpened { Round = 1, GroupSize = 10 }, $"ZZ{number:D8}");
        for (var i = 1; i <= people; i++)
        {
            Write(new PersonSampled { Position = (byte)i, Round = 1 }, $"1101051949{number + i:D8}");
        }
    }

    private void Write(CodeContent content, string code)
    {
        var bytes = Encoding.ASCII.GetBytes(code);
        content.SetCode(bytes, 0, bytes.Length);
        Write(content);
    }

    private void Write(RecordContent content)
    {
        while (Log.PrepareNext())
        {
        }

        Check(Log.Append(content.Type, 0, content.Write(Log.ContentBuffer, RingLog.ContentOffset) - RingLog.ContentOffset));
    }
}
