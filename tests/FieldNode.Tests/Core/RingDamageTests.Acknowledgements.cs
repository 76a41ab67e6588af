using FieldNode.Core.Log;
using FieldNode.Protocol.Flash;
using FieldNode.Tests.Support;

namespace FieldNode.Tests.Core;

// Acknowledgements after damage.
public sealed partial class RingDamageTests
{
    [Fact]
    public void A_record_whole_behind_a_torn_head_proves_the_acknowledgement_that_its_sector_took()
    {
        var ring = FullWithAcknowledgementInMemory();
        Assert.Equal(LogResult.Ok, ring.AppendOne(contentBytes: 43));
        ring.Flash.Cells[SectorHead.PreparedBytes + 4] = 0xFF;

        var again = ring.Remount();

        Assert.Equal(ring.Log.LastSequence, again.Log.LastSequence);
        Assert.InRange(again.Log.AcknowledgedUpTo, 70u, 90u);
        again.AssertWhole();
    }

    [Fact]
    public void A_sector_is_released_before_its_erase_when_the_acknowledgement_found_no_room()
    {
        var ring = FullWithAcknowledgementInMemory();
        var calls = ring.Flash.ProgramCalls;
        while (ring.Log.PrepareNext())
        {
        }

        Assert.Equal(2, ring.Flash.ProgramCalls - calls);

        var usual = Ring.New(Sectors);
        usual.AppendAcknowledged(Sectors * 75 + 40);
        var erases = usual.Flash.Erases;
        do
        {
            usual.AppendOne(contentBytes: 43);
            usual.Log.PrepareNext(); // destroys a spent key, if any
            calls = usual.Flash.ProgramCalls;
            while (usual.Log.PrepareNext())
            {
            }
        }
        while (usual.Flash.Erases == erases);

        Assert.Equal(1, usual.Flash.ProgramCalls - calls);
    }

    [Fact]
    public void An_erase_cut_short_behind_a_readable_mark_proves_the_acknowledgement_once_the_sector_was_released()
    {
        var ring = FullWithAcknowledgementInMemory();
        ring.Flash.Cells[SectorHead.VersionOffset] = 0;
        new Random(5).NextBytes(ring.Flash.Cells.AsSpan(SectorHead.PreparedBytes, 4096 - SectorHead.PreparedBytes));

        var again = ring.Remount();

        Assert.InRange(again.Log.AcknowledgedUpTo, 70u, 90u);
        again.AssertWhole();
    }
}
