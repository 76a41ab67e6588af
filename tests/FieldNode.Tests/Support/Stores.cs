using System.Security.Cryptography;
using System.Text;
using FieldNode.Answers;
using FieldNode.Log.Store;
using FieldNode.Tests.Support;

[assembly: AssemblyFixture(typeof(Stores.EndOfRun))]
namespace FieldNode.Tests.Support;

/// <summary>Opens stores in one of the databases that they can lie in, so that one test body runs over each.</summary>
public abstract class Stores
{
    public static Stores Sqlite { get; } = new InFiles();

    public static InPostgres Postgres { get; } = new();

    /// <summary>The store of a data directory; the same one for the same directory.</summary>
    public abstract HostStore Open(string directory);

    private sealed class InFiles : Stores
    {
        public override HostStore Open(string directory) => AnsweringStore.Open(directory);
    }

    /// <summary>One server for all tests of a run; it need not keep anything when the computer fails.</summary>
    public sealed class InPostgres : Stores
    {
        private readonly Lazy<PostgresServer> _server =
            new(() => PostgresServer.Start("fsync=off", "full_page_writes=off", "autovacuum=off", "shared_buffers=64MB"));

        private readonly Lock _lock = new();

        public override HostStore Open(string directory)
        {
            Directory.CreateDirectory(directory); // for the files that lie beside a database
            return AnsweringStore.Open(directory, database: AddressOf(directory));
        }

        internal void Stop()
        {
            if (_server.IsValueCreated)
            {
                _server.Value.Dispose();
            }
        }

        /// <summary>Address of the database that goes with a directory.</summary>
        public string AddressOf(string directory)
        {
            lock (_lock)
            {
                return _server.Value.Database("s"
                    + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Path.GetFullPath(directory))).AsSpan(0, 12)));
            }
        }
    }

    /// <summary>What the tests of a run share is stopped with the last of them: the runner gives a process little time to end.</summary>
    public sealed class EndOfRun : IDisposable
    {
        public void Dispose()
        {
            Postgres.Stop();
            SubdistrictDay.Dispose();
        }
    }
}
