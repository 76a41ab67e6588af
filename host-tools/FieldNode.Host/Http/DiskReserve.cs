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
    private readonly Func<long> _freeBytes = freeBytes ?? (() => Free(store.Path));
    private long _lookedAt;
    private bool _hasRoom;
    private bool _wasAsked;

    /// <summary>How much it is.</summary>
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

    // A disk that does not tell is left to SQLite, which says so when it is full.
    private static long Free(string path)
    {
        try
        {
            return new DriveInfo(Path.GetFullPath(path)).AvailableFreeSpace;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return long.MaxValue;
        }
    }
}
