using System.Security.Cryptography;
using System.Text;
using FieldNode.Core.Settings;
using FieldNode.Core;
using FieldNode.Core.Ports;
using FieldNode.Core.Screens;
using FieldNode.Drivers;
using FieldNode.Protocol;
using FieldNode.Simulator.Boards;
using FieldNode.Simulator.Flash;
using FieldNode.Simulator.Parts;
using FieldNode.Simulator.Worlds;
using FieldNode.Tests.Support;

namespace FieldNode.Tests.Core;

/// <summary>A lane that works all day must not create garbage: a scan goes from bytes to flash and screen without an allocation.</summary>
public sealed class NodeAllocationTests : IScanner, IButtons, ISignals
{
    private const int PeopleCount = 400;
    private const int WarmUp = 300;
    private const int Round = 100; // codes: covers each kind of card, and more than a sector

    private readonly Queue<byte[]> _codes = new();

    [Fact]
    public void A_scan_allocates_nothing_from_the_scanners_bytes_to_flash_and_panel()
    {
        var people = People.Generate(PeopleCount, new Random(5));
        for (var i = 0; i < PeopleCount; i++)
        {
            Enqueue(i % 10 == 0 ? $"ZZ{i:D8}" : people[i]);
            Enqueue((i % 50) switch
            {
                3 => "not a code",
                13 => "FN:NEXT:ELDER",
                23 => "FN:HOME:1-" + i,
                33 => "FN:DONE",
                43 => "FN:TEMPERATURE",
                _ => "FN:ARRIVED:2"
            });
        }

        var node = NewNode();
        node.Start(0);
        uint now = 0;
        Step(node, ref now, WarmUp); // one-time allocations, such as a class's constants, happen now
        var allocated = new List<long>();
        for (var i = WarmUp; i < 2 * PeopleCount; i += Round)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            Step(node, ref now, Round);
            allocated.Add(GC.GetAllocatedBytesForCurrentThread() - before);
        }

        // .NET itself may allocate once: a collection in another test may have emptied a pool. An allocation made by a scan would show in
        // each round.
        Assert.True(allocated.Count(bytes => bytes != 0) <= 1, string.Join(", ", allocated));
        Assert.Empty(_codes);
        Assert.InRange(node.State.Sampled, 100u, (uint)PeopleCount);
    }

    int IScanner.Read(byte[] buffer, int offset, int count)
    {
        if (!_codes.TryDequeue(out var code))
        {
            return 0;
        }

        code.CopyTo(buffer, offset);
        return code.Length;
    }

    byte IButtons.Take() => Button.None;

    void ISignals.Confirmed(byte recordType, uint sequence)
    {
    }

    void ISignals.GroupFull()
    {
    }

    void ISignals.Refused(byte reason)
    {
    }

    void ISignals.Attention()
    {
    }

    // A code, then a moment of silence in which the next sector is prepared and the lane screen returns.
    private static void Step(Node node, ref uint now, int codes)
    {
        for (var i = 0; i < codes; i++)
        {
            now += 2500;
            node.Step(now);
        }
    }

    private void Enqueue(string code) => _codes.Enqueue(Encoding.ASCII.GetBytes(code + "\r"));

    private Node NewNode()
    {
        var panel = new Ssd1306Panel(new ModelOledBus(new OledChip()), new ScreenPainter(ScreenWords.Chinese), Ssd1306Panel.Ssd1306Offset);
        var settings = new NodeSettings { NodeId = 1, Lane = "L1"u8.ToArray(), GatherMs = int.MaxValue };
        return new Node(settings,
            new NodePorts
            {
                Flash = new NorFlash(64 * 4096),
                Scanner = this,
                Buttons = this,
                Panel = panel,
                Signals = this,
                Uplink = new NoUplink(),
                Tags = new FreeTags(),
                SealRoots = new MemorySealRoots(new byte[NodeKeys.Bytes])
            });
    }

    // The host's tags cache a key set, for which they allocate; a device uses the platform's.
    private sealed class FreeTags : ITags
    {
        public void Compute(byte[] key, byte[] buffer, int offset, int count, byte[] tag, int tagOffset) =>
            HMACSHA256.HashData(key, buffer.AsSpan(offset, count), tag.AsSpan(tagOffset, HmacTags.TagBytes));
    }

    private sealed class NoUplink : IUplink
    {
        public byte[] Answer => [];

        public int AnswerCount => 0;

        public void Begin(byte kind, byte[] body, int count)
        {
        }

        public byte Poll() => UplinkState.Failed;
    }
}
