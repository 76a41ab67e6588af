using FieldNode.Core.Log;
using FieldNode.Simulator.Flash;
using FieldNode.Tests.Support;

namespace FieldNode.Tests.Core;

/// <summary>Mounting finds the newest sector in few reads, wherever it is, even when heads are damaged.</summary>
public sealed class NewestSearchTests
{
    [Theory]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(8)]
    [InlineData(13)]
    public void The_newest_sector_is_found_wherever_it_lies(int sectors)
    {
        var ring = Ring.New(sectors);
        for (var i = 0; i < sectors * 75 * 3; i += 15)
        {
            ring.AppendAcknowledged(15);
            var again = new Ring(new NorFlash((byte[])ring.Flash.Cells.Clone()));

            Assert.Equal(LogResult.Ok, again.Log.Mount(Ring.NodeId));
            Assert.Equal(ring.Log.LastSequence, again.Log.LastSequence);
        }
    }

    [Theory]
    [InlineData(64, 25)]
    [InlineData(4096, 40)]
    public void Mounting_costs_the_same_few_reads_whatever_was_consumed(int sectors, int readsMax)
    {
        var ring = Ring.New(sectors);
        foreach (var appends in new[] { 10, 4000, 90_000, 250_000 })
        {
            ring.AppendAcknowledged(appends);
            var reads = ring.Flash.ReadCalls;
            var bytes = ring.Flash.ReadBytes;
            ring.Remount();

            Assert.InRange(ring.Flash.ReadCalls - reads, 1, readsMax);
            Assert.InRange(ring.Flash.ReadBytes - bytes, 1, 4096 + 1024);
        }
    }

    [Fact]
    public void A_damaged_head_anywhere_hides_no_record()
    {
        var ring = Ring.New(8);
        ring.AppendAcknowledged(100); // with a single sector, only its head says what is on the flash
        for (var i = 0; i < 40; i++)
        {
            ring.AppendAcknowledged(37);
            for (var slot = 0; slot < 8; slot++)
            {
                var image = (byte[])ring.Flash.Cells.Clone();
                image[slot * 4096 + 2] ^= 0xFF;
                var again = new Ring(new NorFlash(image));

                Assert.Equal(LogResult.Ok, again.Log.Mount(Ring.NodeId));
                Assert.Equal((ring.Log.LastSequence, ring.State.Arrivals), (again.Log.LastSequence, again.State.Arrivals));
                again.AssertWhole();
            }
        }
    }

    [Fact]
    public void Two_damaged_heads_in_a_row_are_searched_around()
    {
        var ring = Ring.New(12);
        ring.AppendAcknowledged(12 * 75 + 300);
        var newest = (int)((ring.Log.LastSequence - 1) / 75 % 12); // approximate: only heads far from it are damaged
        foreach (var behind in new[] { 3, 4, 5, 6 })
        {
            var image = (byte[])ring.Flash.Cells.Clone();
            image[(newest + 12 - behind) % 12 * 4096 + 2] ^= 0xFF;
            image[(newest + 11 - behind) % 12 * 4096 + 6] ^= 0xFF;
            var again = new Ring(new NorFlash(image));

            Assert.Equal(LogResult.Ok, again.Log.Mount(Ring.NodeId));
            Assert.Equal(ring.Log.LastSequence, again.Log.LastSequence);
        }
    }
}
