using FieldNode.Host.Store;
using Microsoft.AspNetCore.Http;

namespace FieldNode.Host.Http;

/// <summary>
/// <c>GET /-/ready</c>: whether uploads can be acknowledged, that is, whether the store answers and takes a write lock. Tried once a second at most: anybody may
/// ask, and nobody is to take the lock from those who write.
/// </summary>
internal sealed class Readiness(HostStore store, DiskReserve reserve, TimeProvider time)
{
    private static readonly TimeSpan s_tryAgain = TimeSpan.FromSeconds(1);

    private readonly Lock _lock = new();
    private long _triedAt;
    private bool _wasTried;
    private HostFault? _fault;

    public IResult Answer()
    {
        if (!reserve.IsFree)
        {
            return Problem.DiskReserve(reserve.Bytes).Result();
        }

        lock (_lock)
        {
            if (!_wasTried || time.GetElapsedTime(_triedAt) >= s_tryAgain)
            {
                (_fault, _triedAt, _wasTried) = (Try(), time.GetTimestamp(), true);
            }

            return _fault is null ? Results.Text("ready\n") : Problem.Busy(_fault.English).Result();
        }
    }

    private HostFault? Try()
    {
        try
        {
            store.Guard(() =>
            {
                using var connection = store.Connect();
                using var transaction = connection.BeginTransaction(deferred: false);
                transaction.Rollback();
            });
            return null;
        }
        catch (HostFault fault)
        {
            return fault;
        }
    }
}
