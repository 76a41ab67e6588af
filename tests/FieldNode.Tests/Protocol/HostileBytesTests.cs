using FieldNode.Lane;
using FieldNode.Protocol;
using FieldNode.Protocol.Flash;
using FieldNode.Protocol.Records;
using FieldNode.Tests.Support;

namespace FieldNode.Tests.Protocol;

/// <summary>Decoders get random and mutated bytes: they return, never throw, and allocate almost nothing.</summary>
public sealed class HostileBytesTests
{
    private static readonly int s_inputs = Sweep.Count(1_000_000, 100_000);

    [Fact]
    public void Random_and_mutated_inputs_are_decoded_without_a_throw_or_an_allocation_by_their_lengths()
    {
        var seed = Seed.Take(nameof(Random_and_mutated_inputs_are_decoded_without_a_throw_or_an_allocation_by_their_lengths));
        var random = new Random(seed);
        var frames = Logs.Morning(7, "L1", "ZZ00000001", "11010519491231002X").ToArray();
        var honest = Logs.BatchOf(1, 2, 7, 1, new byte[32], frames);
        var decoders = new Decoders();
        long worst = 0;
        for (var i = 0; i < s_inputs; i++)
        {
            var input = Mutations.Next(random, honest);
            var before = GC.GetAllocatedBytesForCurrentThread();
            decoders.Decode(input);
            worst = Math.Max(worst, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        Assert.True(worst < 16 * 1024, $"one input made the decoders allocate {worst} bytes");
    }

    private sealed class Decoders
    {
        private readonly Batch _batch = new();
        private readonly Reply _reply = new();
        private readonly EnrolmentCard _card = new();
        private readonly SectorHead _head = new();
        private readonly byte[] _sector = new byte[SectorHead.BytesMax];
        private readonly LaneState _lane = new();
        private readonly Acknowledgement _acknowledgement = new();
        private readonly RecordContent[] _contents =
        [
            new Booted(), new ClockSet(), new ModeSet(), new OperatorSet(), new Arrived(), new TubeOpened(), new PersonSampled(),
                new TubeClosed(), new Undone(), new Refused(), new FlashWorn(),
        ];

        public void Decode(byte[] input)
        {
            _batch.TryRead(input, 0, input.Length);
            _reply.TryRead(input, input.Length);
            _card.TryRead(input, 0, input.Length);
            Frame.Check(input, 0, input.Length, 7, 1);
            Array.Copy(input, _sector, Math.Min(input.Length, _sector.Length));
            _head.TryReadOpen(_sector, 0);
            PassTheCrc();
            _head.TryReadOpen(_sector, 0);
            _lane.TryRestore(input, 0, input.Length);
            _acknowledgement.TryRead(_sector, 0);
            foreach (var content in _contents)
            {
                content.TryRead(input, 0, input.Length);
            }

            var walk = new SectorWalk(input, 0, input.Length, 7, 1);
            while (walk.Next())
            {
            }
        }

        // What follows a head's CRC is read only if the CRC fits, so these hostile bytes get a valid one.
        private void PassTheCrc()
        {
            SectorHead.WritePrepared(_sector, 5);
            var end = SectorHead.PreparedBytes + LittleEndian.ReadUInt16(_sector,
                SectorHead.PreparedBytes) % (SectorHead.BytesMax - SectorHead.PreparedBytes - 4);
            LittleEndian.WriteUInt16(_sector, SectorHead.PreparedBytes, (ushort)(end - SectorHead.PreparedBytes));
            LittleEndian.WriteUInt32(_sector, end, Crc32.Compute(_sector, 0, end));
        }
    }
}
