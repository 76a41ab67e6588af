using FieldNode.Host.Store;

namespace FieldNode.Host.Http;

/// <summary>
/// Room on the disk that uploads leave free: a store that runs full in the middle of a day could neither take a decision, nor note who saw whom, nor
/// be backed up. Below it nothing more is acknowledged; nodes keep their records.
/// </summary>
public sealed class DiskReserve(HostStore store, long bytes, TimeProvider time, Func<long>? freeBytes = null)
{
    public const long DefaultBytes = 500_000_000;

    private static readonly TimeSpan s_lookAgain = TimeSpan.FromSeconds(1);

    private readonly Lock _lock = new();
    private readonly Func<long> _freeBytes = freeBytes ?? (() => new DriveInfo(Path.GetFullPath(store.Path)).AvailableFreeSpace);
    private long _lookedAt;
    private bool _hasRoom;
    private bool _wasAsked;

    public long Bytes => bytes;

    /// <summary>Whether the reserve is free, as of a second ago at most.</summary>
    public bool IsFree
    {
        get
        {
            lock (_lock)
            {
                if (!_wasAsked || time.GetElapsedTime(_lookedAt) >= s_lookAgain)
                {
                    (_hasRoom, _lookedAt, _wasAsked) = (_freeBytes() >= bytes, time.GetTimestamp(), true);
                }

                return _hasRoom;
            }
        }
    }
}
