using FieldNode.Host.Web;
using FieldNode.Log.Store;

namespace FieldNode.Host.Http;

/// <summary>
/// Room on the disk that uploads leave free: a store that runs full in the middle of a day could neither take a decision, nor note who saw
/// whom, nor be backed up. Below it nothing more is acknowledged; nodes keep their records.
/// </summary>
public sealed class DiskReserve(HostStore store, long bytes, TimeProvider time, Func<long>? freeBytes = null)
{
    public const long DefaultBytes = 500_000_000;

    private readonly OnceASecond<long> _free = new(freeBytes ?? (() => store.FreeBytes), time);

    /// <summary>Why nothing more is acknowledged; null: there is room.</summary>
    public Problem? Shortage => _free.Value >= bytes ? null : Problem.DiskReserve(bytes);
}
