using FieldNode.Host.Web;
using FieldNode.Log;
using FieldNode.Log.Database;
using FieldNode.Log.Store;
using Microsoft.AspNetCore.Http;

namespace FieldNode.Host.Http;

/// <summary>
/// <c>GET /-/ready</c>: whether uploads can be acknowledged, that is, whether the store is read and takes a commit. Tried once a second at
/// most: anybody may ask, and nobody is to take the disk from those who write.
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
                Sql.Scalar(connection, "SELECT coalesce(max(id), 0) FROM batches"); // a database that is broken is found where it is read
                // and a disk that is full where it is written
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
