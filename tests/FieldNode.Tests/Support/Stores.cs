using System.Security.Cryptography;
using System.Text;
using FieldNode.Answers;
using FieldNode.Log.Store;
using FieldNode.Tests.Support;

[assembly: AssemblyFixture(typeof(Stores.EndOfRun))]
namespace FieldNode.Tests.Support;

/// <summary>Opens stores in each supported database, so that one test body runs over each.</summary>
public abstract class Stores
{
    public static Stores Sqlite { get; } = new InFiles();

    public static InPostgres Postgres { get; } = new();

    /// <summary>The store of a data directory; always the same store for the same directory.</summary>
    public abstract HostStore Open(string directory);

    private sealed class InFiles : Stores
    {
        public override HostStore Open(string directory) => AnsweringStore.Open(directory);
    }

    /// <summary>One server for all tests of a run; it need not survive a crash of the computer.</summary>
    public sealed class InPostgres : Stores
    {
        private readonly Lazy<PostgresServer> _server =
            new(() => PostgresServer.Start("fsync=off", "full_page_writes=off", "autovacuum=off", "shared_buffers=64MB"));

        private readonly Lock _lock = new();

        public override HostStore Open(string directory)
        {
            Directory.CreateDirectory(directory); // for files that are kept beside a database
            return AnsweringStore.Open(directory, database: AddressOf(directory));
        }

        internal void Stop()
        {
            if (_server.IsValueCreated)
            {
                _server.Value.Dispose();
            }
        }

        /// <summary>Address of the database that belongs to a directory.</summary>
        public string AddressOf(string directory)
        {
            lock (_lock)
            {
                return _server.Value.Database("s"
                    + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Path.GetFullPath(directory))).AsSpan(0, 12)));
            }
        }
    }

    /// <summary>Stops what the tests of a run share after the last test: the runner gives a process little time to exit.</summary>
    public sealed class EndOfRun : IDisposable
    {
        public void Dispose()
        {
            Postgres.Stop();
            SharedDay.DisposeAll();
        }
    }
}
