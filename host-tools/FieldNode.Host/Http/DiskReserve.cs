using FieldNode.Host.Web;
using FieldNode.Log.Store;

namespace FieldNode.Host.Http;

/// <summary>Disk space that uploads leave free. A store on a full disk could not save decisions, write audit entries, or be backed up.
/// Below the reserve no uploads are acknowledged; nodes keep their records.</summary>
public sealed class DiskReserve(HostStore store, long bytes, TimeProvider time, Func<long>? freeBytes = null)
{
    public const long DefaultBytes = 500_000_000;

    private readonly CachedForASecond<long> _free = new(freeBytes ?? (() => store.FreeBytes), time);

    /// <summary>The problem to answer uploads with; null if there is enough room.</summary>
    public Problem? Shortage => _free.Value >= bytes ? null : Problem.DiskReserve(bytes);
}
