using System.Security.Cryptography;
using System.Threading.Channels;
using FieldNode.Host.Http;
using FieldNode.Protocol;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;

namespace FieldNode.Benchmarks.Ingest;

/// <summary>
/// Servers for comparison, which take the same requests. One checks a tag and stores nothing; one commits each batch separately; one
/// commits all waiting batches together, which is the most that any design on this database can reach without reading the batches. And a
/// web application's table (<see cref="WebTable"/>).
/// </summary>
internal static class Peers
{
    private const int GroupMax = 64;

    public const string Echo = "echo";
    public const string CommitPerRequest = "commit-per-request";
    public const string GroupCommit = "group-commit";
    public const string Web = "web";

    /// <summary>Serves until it is killed.</summary>
    public static async Task<int> Run(string kind, string url, string directory, string? postgres)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls(url);
        await using var application = builder.Build();
        using var web = kind == Web ? WebTable.Open(directory, postgres) : null;
        using var rows = kind is Echo or Web ? null : new BatchRows(Path.Combine(directory, "peer.db"));
        var queue = Channel.CreateUnbounded<(byte[] Body, TaskCompletionSource Done)>();
        _ = Task.Run(() => CommitTogether(queue.Reader, group =>
        {
            web?.Add(group);
            rows?.Add(group);
        }));
        var key = new byte[32];
        application.MapGet("/-/ready", () => "ready");
        application.MapPost(BatchEndpoint.Path, async context =>
        {
            var body = new byte[(int)context.Request.ContentLength!];
            await context.Request.Body.ReadExactlyAsync(body);
            var tag = HMACSHA256.HashData(key, body.AsSpan(0, body.Length - Batch.TagBytes));
            if (kind == CommitPerRequest)
            {
                rows!.Add(body);
            }
            else if (kind is GroupCommit or Web)
            {
                var done = new TaskCompletionSource();
                queue.Writer.TryWrite((body, done));
                await done.Task;
            }

            await context.Response.Body.WriteAsync(HMACSHA256.HashData(key, tag));
        });
        await application.RunAsync();
        return 0;
    }

    private static async Task CommitTogether(ChannelReader<(byte[] Body, TaskCompletionSource Done)> queue, Action<byte[][]> add)
    {
        while (await queue.WaitToReadAsync())
        {
            var group = new List<(byte[] Body, TaskCompletionSource Done)>();
            while (group.Count < GroupMax && queue.TryRead(out var work))
            {
                group.Add(work);
            }

            add([.. group.Select(work => work.Body)]);
            ThreadPool.UnsafeQueueUserWorkItem(_ => group.ForEach(work => work.Done.SetResult()), null);
        }
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
            create.CommandText = "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; CREATE TABLE batches (id INTEGER PRIMARY KEY, "
                + "node INTEGER, first INTEGER, bytes BLOB, UNIQUE (node, first))";
            create.ExecuteNonQuery();
            _insert = _connection.CreateCommand();
            _insert.CommandText = "INSERT INTO batches (node, first, bytes) VALUES ($node, $first, $bytes) ON CONFLICT DO NOTHING";
            foreach (var name in new[] { "$node", "$first", "$bytes" })
            {
                _insert.Parameters.Add(new SqliteParameter(name, null));
            }
        }

        public void Add(byte[][] bodies)
        {
            using var transaction = _connection.BeginTransaction();
            _insert.Transaction = transaction;
            Array.ForEach(bodies, Add);
            transaction.Commit();
        }

        public void Add(byte[] body)
        {
            var batch = new Batch();
            batch.TryReadHead(body, 0, body.Length);
            lock (_lock)
            {
                (_insert.Parameters[0].Value, _insert.Parameters[1].Value, _insert.Parameters[2].Value) =
                    ((long)batch.NodeId, (long)batch.FirstSequence, body);
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
