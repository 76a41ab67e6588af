using FieldNode.Core.Log;
using FieldNode.Lane;
using FieldNode.Protocol;
using FieldNode.Simulator.Boards;
using FieldNode.Simulator.Flash;

namespace FieldNode.Benchmarks.Ring;

/// <summary>What a ring keeps on the managed heap.</summary>
internal static class RingMemory
{
    /// <summary>Bytes that stay after making a ring, the lane's state and the flash itself not counted.</summary>
    public static long Measure(int flashBytes)
    {
        var flash = new NorFlash(flashBytes);
        var state = new LaneState();
        var seals = new MemorySealRoots(new byte[NodeKeys.Bytes]);
        // what is made once for all rings, such as the CRC's table, is there now
        GC.KeepAlive(new RingLog(flash, state, HmacTags.Instance, seals));
        var before = GC.GetAllocatedBytesForCurrentThread();
        var log = new RingLog(flash, state, HmacTags.Instance, seals);
        var bytes = GC.GetAllocatedBytesForCurrentThread() - before;
        GC.KeepAlive(log);
        return bytes;
    }
}
