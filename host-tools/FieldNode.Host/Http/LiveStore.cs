using FieldNode.Answers;
using FieldNode.Log;
using FieldNode.Log.Store;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using System.Data.Common;

namespace FieldNode.Host.Http;

/// <summary>Detects changes of the store, including those by other processes, and notifies the pages by server-sent events (WHATWG HTML,
/// "Server-sent events"). A page then requests what it shows.</summary>
public sealed class LiveStore : IAsyncDisposable
{
    private static readonly TimeSpan s_beat = TimeSpan.FromSeconds(15);

    private readonly HostStore _store;
    private readonly TimeProvider _time;
    private DbConnection? _connection;
    private readonly CancellationTokenSource _stopping = new();
    private readonly Task _loop;
    private readonly Lock _lock = new();
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly FleetMemory _memory = new();
    private (long Version, Fleet? Fleet) _fleet;
    private long _version;

    public LiveStore(HostStore store, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(store);
        _store = store;
        _time = time;
        _version = DataVersion();
        _loop = Task.Run(Watch);
    }

    /// <summary>The current nodes; cached until the next change.</summary>
    public Fleet Fleet()
    {
        lock (_lock)
        {
            var version = DataVersion();
            if (_fleet.Fleet is null || _fleet.Version != version)
            {
                _fleet = (version, Answers.Fleet.Read(_store, _memory));
            }

            return _fleet.Fleet!;
        }
    }

    /// <summary><c>GET /api/events</c>: an event for each change, and a beat every 15 s, so that both sides notice a broken
    /// connection.</summary>
    public async Task Events(HttpContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        context.Response.ContentType = "text/event-stream";
        context.Response.Headers.CacheControl = "no-store";
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, _stopping.Token);
        try
        {
            await foreach (var line in Lines(stop.Token))
            {
                await context.Response.WriteAsync(line, stop.Token);
                await context.Response.Body.FlushAsync(stop.Token);
            }
        }
        catch (OperationCanceledException)
        {
            // the page was closed, or the host is stopping
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await _loop;
        _connection?.Dispose();
        _stopping.Dispose();
    }

    private async IAsyncEnumerable<string> Lines([EnumeratorCancellation] CancellationToken stop)
    {
        yield return "retry: 2000\n\n";
        var told = -1L;
        while (true)
        {
            var changed = Volatile.Read(ref _changed).Task;
            var version = Interlocked.Read(ref _version);
            if (version != told)
            {
                told = version;
                yield return $"event: change\ndata: {JsonSerializer.Serialize(new { version, at = _time.GetUtcNow() })}\n\n";
            }

            var isBeat = false;
            try
            {
                await changed.WaitAsync(s_beat, stop);
            }
            catch (TimeoutException)
            {
                isBeat = true;
            }

            if (isBeat)
            {
                yield return "event: beat\ndata: {}\n\n";
            }
        }
    }

    private async Task Watch()
    {
        try
        {
            Warm();
            while (true)
            {
                await _store.Change(_stopping.Token);
                var version = DataVersion();
                if (version != Interlocked.Read(ref _version))
                {
                    Interlocked.Exchange(ref _version, version);
                    Interlocked.Exchange(ref _changed, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously))
                        .SetResult();
                }
            }
        }
        catch (OperationCanceledException)
        {
            // the host is stopping
        }
    }

    // Reads the store in advance, so that the first page does not wait for it.
    private void Warm()
    {
        try
        {
            Fleet();
        }
        catch (HostFault)
        {
            // the store cannot be read now: the next request reports it
        }
    }

    // If the store is busy or briefly unreachable, returns the last version; the next call reconnects.
    private long DataVersion()
    {
        lock (_lock)
        {
            try
            {
                _connection ??= _store.Connect();
                return _store.ChangesOf(_connection);
            }
            catch (DbException)
            {
                _connection?.Dispose();
                _connection = null;
                return Interlocked.Read(ref _version);
            }
        }
    }
}
