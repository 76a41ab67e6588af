using FieldNode.Protocol;
using Microsoft.Data.Sqlite;
using Npgsql;
using NpgsqlTypes;

namespace FieldNode.Benchmarks.Ingest;

/// <summary>
/// What a web application would do with the same batches: each of the 50 records is a row under a unique key, committed together with all
/// waiting batches. It opens no seals, answers nothing about a record, and derives nothing from it.
/// </summary>
internal abstract class WebTable : IDisposable
{
    private const string Create = "CREATE TABLE records (node BIGINT NOT NULL, epoch BIGINT NOT NULL, sequence BIGINT NOT NULL, type "
        + "INTEGER NOT NULL, ticks BIGINT NOT NULL, content BLOB NOT NULL, PRIMARY KEY (node, epoch, sequence))";

    /// <summary>Opens an empty table.</summary>
    /// <param name="postgres">PostgreSQL address; null to use SQLite in the directory.</param>
    public static WebTable Open(string directory, string? postgres) => postgres is null ? new InSqlite(Path.Combine(directory, "web.db"))
        : new InPostgres(postgres);

    /// <summary>Inserts the records of batches in one transaction.</summary>
    public abstract void Add(IReadOnlyList<byte[]> bodies);

    public abstract void Dispose();

    private static IEnumerable<(long Node, long Epoch, long Sequence, int Type, long Ticks,
        byte[] Content)> Rows(IReadOnlyList<byte[]> bodies)
    {
        foreach (var body in bodies)
        {
            var batch = new Batch();
            batch.TryReadHead(body, 0, body.Length);
            var offset = batch.FramesOffset;
            for (var i = 0; i < batch.FrameCount; i++)
            {
                var bytes = Frame.ClaimedBytes(body, offset, body.Length);
                yield return ((long)batch.NodeId, batch.Epoch, batch.FirstSequence + (uint)i, Frame.Type(body, offset),
                    Frame.Ticks(body, offset), body[(offset + Frame.HeadBytes)..(offset + bytes)]);
                offset += bytes;
            }
        }
    }

    private sealed class InSqlite : WebTable
    {
        private readonly SqliteConnection _connection;
        private readonly SqliteCommand _insert;

        public InSqlite(string path)
        {
            _connection = new SqliteConnection($"Data Source={path}");
            _connection.Open();
            using var create = _connection.CreateCommand();
            create.CommandText = $"PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; {Create} WITHOUT ROWID";
            create.ExecuteNonQuery();
            _insert = _connection.CreateCommand();
            _insert.CommandText = "INSERT INTO records VALUES ($node, $epoch, $sequence, $type, $ticks, $content) ON CONFLICT DO NOTHING";
            foreach (var name in new[] { "$node", "$epoch", "$sequence", "$type", "$ticks", "$content" })
            {
                _insert.Parameters.Add(new SqliteParameter(name, null));
            }
        }

        public override void Add(IReadOnlyList<byte[]> bodies)
        {
            using var transaction = _connection.BeginTransaction();
            _insert.Transaction = transaction;
            foreach (var (node, epoch, sequence, type, ticks, content) in Rows(bodies))
            {
                object[] values = [node, epoch, sequence, type, ticks, content];
                for (var i = 0; i < values.Length; i++)
                {
                    _insert.Parameters[i].Value = values[i];
                }

                _insert.ExecuteNonQuery();
            }

            transaction.Commit();
        }

        public override void Dispose()
        {
            _insert.Dispose();
            _connection.Dispose();
        }
    }

    private sealed class InPostgres : WebTable
    {
        private readonly NpgsqlConnection _connection;

        public InPostgres(string address)
        {
            var uri = new Uri(address);
            _connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder
            {
                Host = uri.Host,
                Port = uri.Port,
                Username = uri.UserInfo,
                Database = uri.AbsolutePath[1..]
            }.ConnectionString);
            _connection.Open();
            using var create = _connection.CreateCommand();
            create.CommandText = Create.Replace("BLOB", "BYTEA", StringComparison.Ordinal);
            create.ExecuteNonQuery();
        }

        public override void Add(IReadOnlyList<byte[]> bodies)
        {
            using var transaction = _connection.BeginTransaction();
            using var insert = _connection.CreateCommand();
            insert.CommandText = "INSERT INTO records SELECT * FROM unnest($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING";
            var rows = Rows(bodies).ToList();
            Add(insert, NpgsqlDbType.Bigint, rows.Select(row => row.Node));
            Add(insert, NpgsqlDbType.Bigint, rows.Select(row => row.Epoch));
            Add(insert, NpgsqlDbType.Bigint, rows.Select(row => row.Sequence));
            Add(insert, NpgsqlDbType.Integer, rows.Select(row => row.Type));
            Add(insert, NpgsqlDbType.Bigint, rows.Select(row => row.Ticks));
            Add(insert, NpgsqlDbType.Bytea, rows.Select(row => row.Content));
            insert.ExecuteNonQuery();
            transaction.Commit();
        }

        public override void Dispose() => _connection.Dispose();

        private static void Add<T>(NpgsqlCommand command, NpgsqlDbType type, IEnumerable<T> values)
        {
            command.Parameters.Add(new NpgsqlParameter { Value = values.ToArray(), NpgsqlDbType = NpgsqlDbType.Array | type });
        }
    }
}
