using FieldNode.Core.Enrolment;
using FieldNode.Core.Log;
using FieldNode.Lane;
using FieldNode.Protocol;
using FieldNode.Protocol.Records;
using FieldNode.Simulator.Flash;

namespace FieldNode.Tests.Support;

/// <summary>A board's flash chip: the ring, the roster, and two sectors of settings at the end.</summary>
internal static class UsedFlash
{
    public const int SettingsBytes = 2 * 4096;

    private const int RosterBytes = 16 * 4096;

    /// <summary>Fills the ring to a percentage with records, as if the node had been offline for days.</summary>
    public static void Fill(byte[] cells, ulong node, int percent)
    {
        var ringBytes = cells.Length - SettingsBytes - RosterBytes;
        var settingsFlash = new NorFlash(cells[^SettingsBytes..]);
        var (settings, store) = (new StoredSettings(), new SettingsStore(settingsFlash));
        store.Load(settings);
        var ring = new NorFlash(cells[..ringBytes]);
        var secrets = new NodeSecrets(settings, store, HmacTags.Instance);
        var log = new RingLog(ring, new LaneState(), HmacTags.Instance, secrets);
        Assert.Equal(LogResult.Ok, log.Mount(node));
        var result = LogResult.Ok;
        while (result == LogResult.Ok && (percent == 100 || log.UsedPercent < percent))
        {
            var end = new Faulted { Words = new byte[Faulted.WordsBytesMax] }.Write(log.ContentBuffer, RingLog.ContentOffset);
            result = log.Append(RecordType.Faulted, 1, end - RingLog.ContentOffset);
        }

        ring.Cells.CopyTo(cells, 0);
        settingsFlash.Cells.CopyTo(cells, cells.Length - SettingsBytes);
    }
}
