using FieldNode.Host.Web;
using FieldNode.Log;
using FieldNode.Log.Database;
using FieldNode.Log.Store;
using Microsoft.AspNetCore.Http;

namespace FieldNode.Host.Http;

/// <summary><c>GET /-/ready</c>: whether uploads can be acknowledged, that is, whether the store can be read and accepts a commit. It is
/// tried at most once a second: the check is anonymous and must not slow down uploads.</summary>
internal sealed class Readiness(HostStore store, DiskReserve reserve, TimeProvider time)
{
    private readonly CachedForASecond<Problem?> _trouble = new(() => Try(store), time);

    public IResult Answer() => (reserve.Shortage ?? _trouble.Value)?.Result() ?? Results.Text("ready\n");

    private static Problem? Try(HostStore store)
    {
        try
        {
            store.Guard(() =>
            {
                using var connection = store.Connect();
                using var transaction = Sql.BeginWrite(connection);
                Sql.Scalar(connection, "SELECT coalesce(max(id), 0) FROM batches"); // a read finds a damaged database
                // a write finds a full disk
                Sql.Execute(connection, "UPDATE meta SET value = value WHERE name = 'host_id'");
                transaction.Commit();
            });
            return null;
        }
        catch (HostFault fault)
        {
            return Problem.Busy(fault.English);
        }
    }
}
