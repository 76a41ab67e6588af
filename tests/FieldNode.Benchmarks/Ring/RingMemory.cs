using FieldNode.Core.Log;
using FieldNode.Lane;
using FieldNode.Protocol;
using FieldNode.Simulator.Boards;
using FieldNode.Simulator.Flash;

namespace FieldNode.Benchmarks.Ring;

/// <summary>The ring's memory on the managed heap.</summary>
internal static class RingMemory
{
    /// <summary>Bytes that a new ring keeps, without the lane's state and the flash itself.</summary>
    public static long Measure(int flashBytes)
    {
        var flash = new NorFlash(flashBytes);
        var state = new LaneState();
        var seals = new MemorySealRoots(new byte[NodeKeys.Bytes]);
        // One-time allocations for all rings, such as the CRC table, happen now.
        GC.KeepAlive(new RingLog(flash, state, HmacTags.Instance, seals));
        var before = GC.GetAllocatedBytesForCurrentThread();
        var log = new RingLog(flash, state, HmacTags.Instance, seals);
        var bytes = GC.GetAllocatedBytesForCurrentThread() - before;
        GC.KeepAlive(log);
        return bytes;
    }
}
