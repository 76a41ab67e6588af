using FieldNode.Host.Store;
using Microsoft.AspNetCore.Http;

namespace FieldNode.Host.Http;

/// <summary>
/// <c>GET /-/ready</c>: whether uploads can be acknowledged, that is, whether the store answers and takes a write lock. Tried once a second at most: anybody may
/// ask, and nobody is to take the lock from those who write.
/// </summary>
internal sealed class Readiness(HostStore store, DiskReserve reserve, TimeProvider time)
{
    private readonly OnceASecond<Problem?> _trouble = new(() => Try(store), time);

    public IResult Answer() => (reserve.Shortage ?? _trouble.Value)?.Result() ?? Results.Text("ready\n");

    private static Problem? Try(HostStore store)
    {
        try
        {
            store.Guard(() =>
            {
                using var connection = store.Connect();
                using var transaction = Sql.BeginWrite(connection);
                transaction.Rollback();
            });
            return null;
        }
        catch (HostFault fault)
        {
            return Problem.Busy(fault.English);
        }
    }
}
