using System.Data.Common;
using System.Runtime.CompilerServices;
using Npgsql;

namespace FieldNode.Log.Database;

/// <summary>
/// Statements of a connection's transaction that nobody waits for: they go to the server together, in their order, before the next one that
/// is waited for. Each message costs host and server more than most statements do.
/// </summary>
internal sealed class PostgresOutbox
{
    private static readonly ConditionalWeakTable<DbConnection, PostgresOutbox> s_outboxes = [];

    private NpgsqlBatch? _waiting;
    private Task? _underWay;

    /// <summary>Adds a statement; whoever commits sends it before.</summary>
    public static void Add(NpgsqlConnection connection, NpgsqlBatchCommand statement)
    {
        var outbox = s_outboxes.GetValue(connection, _ => new PostgresOutbox());
        (outbox._waiting ??= new NpgsqlBatch(connection)).BatchCommands.Add(statement);
    }

    /// <summary>Sends what is waiting, and does not wait for it: the server works while the host does.</summary>
    /// <exception cref="DbException">A statement failed that had been sent before.</exception>
    public static void Begin(DbConnection connection)
    {
        if (s_outboxes.TryGetValue(connection, out var outbox) && outbox._waiting is { } waiting)
        {
            outbox.Wait();
            outbox._waiting = null;
            outbox._underWay = Run(waiting);
        }
    }

    /// <summary>Sends what is waiting, and waits for it.</summary>
    /// <exception cref="DbException">A statement failed, and the transaction with it.</exception>
    public static void Send(DbConnection? connection)
    {
        if (connection is NpgsqlConnection && s_outboxes.TryGetValue(connection, out var outbox))
        {
            outbox.Wait();
            if (outbox._waiting is { } waiting)
            {
                outbox._waiting = null;
                using (waiting)
                {
                    waiting.ExecuteNonQuery();
                }
            }
        }
    }

    /// <summary>Forgets what is waiting, and waits for what was sent: a transaction is given up, and its connection is needed for
    /// that.</summary>
    public static void Drop(DbConnection connection)
    {
        if (s_outboxes.TryGetValue(connection, out var outbox))
        {
            outbox._underWay?.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing).GetAwaiter().GetResult();
            outbox._underWay = null;
            outbox._waiting?.Dispose();
            outbox._waiting = null;
        }
    }

    private static async Task Run(NpgsqlBatch batch)
    {
        await using (batch)
        {
            await batch.ExecuteNonQueryAsync();
        }
    }

    private void Wait()
    {
        var underWay = _underWay;
        _underWay = null;
        underWay?.GetAwaiter().GetResult();
    }
}
