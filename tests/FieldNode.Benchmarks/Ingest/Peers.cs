using System.Security.Cryptography;
using FieldNode.Host.Http;
using FieldNode.Protocol;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;

namespace FieldNode.Benchmarks.Ingest;

/// <summary>Servers to compare with, which take the same requests: one that checks a tag and stores nothing, and one that commits each batch by itself.</summary>
internal static class Peers
{
    public const string Echo = "echo";
    public const string CommitPerRequest = "commit-per-request";

    /// <summary>Serves until it is killed.</summary>
    public static async Task<int> Run(string kind, string url, string directory)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls(url);
        await using var application = builder.Build();
        using var rows = kind == CommitPerRequest ? new BatchRows(Path.Combine(directory, "peer.db")) : null;
        var key = new byte[32];
        application.MapGet("/-/ready", () => "ready");
        application.MapPost(BatchEndpoint.Path, async context =>
        {
            var body = new byte[(int)context.Request.ContentLength!];
            await context.Request.Body.ReadExactlyAsync(body);
            var tag = HMACSHA256.HashData(key, body.AsSpan(0, body.Length - Batch.TagBytes));
            rows?.Add(body);
            await context.Response.Body.WriteAsync(HMACSHA256.HashData(key, tag));
        });
        await application.RunAsync();
        return 0;
    }

    private sealed class BatchRows : IDisposable
    {
        private readonly SqliteConnection _connection;
        private readonly SqliteCommand _insert;
        private readonly Lock _lock = new();

        public BatchRows(string path)
        {
            _connection = new SqliteConnection($"Data Source={path}");
            _connection.Open();
            using var create = _connection.CreateCommand();
            create.CommandText = "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; CREATE TABLE batches (id INTEGER PRIMARY KEY, node INTEGER, first INTEGER, bytes BLOB, UNIQUE (node, first))";
            create.ExecuteNonQuery();
            _insert = _connection.CreateCommand();
            _insert.CommandText = "INSERT INTO batches (node, first, bytes) VALUES ($node, $first, $bytes) ON CONFLICT DO NOTHING";
            foreach (var name in new[] { "$node", "$first", "$bytes" })
            {
                _insert.Parameters.Add(new SqliteParameter(name, null));
            }
        }

        public void Add(byte[] body)
        {
            var batch = new Batch();
            batch.TryReadHead(body, 0, body.Length);
            lock (_lock)
            {
                (_insert.Parameters[0].Value, _insert.Parameters[1].Value, _insert.Parameters[2].Value) = ((long)batch.NodeId, (long)batch.FirstSequence, body);
                _insert.ExecuteNonQuery();
            }
        }

        public void Dispose()
        {
            _insert.Dispose();
            _connection.Dispose();
        }
    }
}
