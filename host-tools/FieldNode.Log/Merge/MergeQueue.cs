using FieldNode.Log.Parts;
using FieldNode.Log.Store;
using System.Threading.Channels;

namespace FieldNode.Log.Merge;

/// <summary>
/// The only writer: log parts that arrive during a commit are merged together in the next one, so that many uploads share an fsync. A
/// result is returned only after its commit.
/// </summary>
public sealed class MergeQueue : IAsyncDisposable
{
    private const int Waiting = 256;
    private const int PerCommit = 64;
    private const int PerThread = 16;

    private readonly Channel<Work> _channel = Channel.CreateBounded<Work>(new BoundedChannelOptions(Waiting) { SingleReader = true });
    private readonly PartOpener _opener;
    private readonly MergeSession _session;
    private readonly TimeProvider _time;
    private readonly IScheduler _work;
    private readonly Task _loop;

    public MergeQueue(HostStore store, TimeProvider time)
    {
        _opener = new PartOpener(store);
        _session = new MergeSession(store);
        _time = time;
        _work = store.Outside.Work;
        _loop = _work.Loop(Loop);
    }

    /// <summary>The number of keys to derive, each from the previous one, before a part can be merged.</summary>
    /// <exception cref="HostFault">The store cannot be read.</exception>
    public uint StepsTo(LogPart part)
    {
        ArgumentNullException.ThrowIfNull(part);
        return _opener.StepsTo(part);
    }

    /// <summary>Derives the keys of a distant part without blocking others; completes at once for any other part.</summary>
    /// <param name="steps"><see cref="StepsTo"/>.</param>
    /// <returns>False if too many such parts are waiting.</returns>
    /// <exception cref="HostFault">The store cannot be read.</exception>
    public Task<bool> DeriveAhead(LogPart part, uint steps)
    {
        ArgumentNullException.ThrowIfNull(part);
        return _opener.DeriveAhead(part, steps);
    }

    /// <summary>Queues a part to be merged and committed; false if the queue is full.</summary>
    /// <exception cref="HostFault">The store cannot be read.</exception>
    public bool TryAdd(LogPart part, out Task<MergeResult> result)
    {
        ArgumentNullException.ThrowIfNull(part);
        if (_channel.Reader.Count < Waiting)
        {
            _opener.Open(part);
        }

        var work = new Work(part, null, new TaskCompletionSource<MergeResult>());
        result = work.Done.Task;
        return _channel.Writer.TryWrite(work);
    }

    /// <summary>Queues a node's report of its lane's state for the next commit. Dropped if the queue is full: the next status reports it
    /// again.</summary>
    public void Tell(LaneReport report)
    {
        _channel.Writer.TryWrite(new Work(null, report, new TaskCompletionSource<MergeResult>()));
    }

    /// <summary>Merges what is waiting in one commit; returns the number of items. Called directly where no loop runs.</summary>
    public int Step()
    {
        var group = new List<Work>(PerCommit); // its results are delivered while the next group is merged
        while (group.Count < PerCommit && _channel.Reader.TryRead(out var work))
        {
            group.Add(work);
        }

        if (group.Count > 0)
        {
            Commit(group);
        }

        return group.Count;
    }

    /// <summary>Merges what is waiting, then stops.</summary>
    public async ValueTask DisposeAsync()
    {
        _channel.Writer.TryComplete();
        await _loop;
        _session.Dispose();
        _opener.Dispose();
    }

    private async Task Loop()
    {
        while (await _channel.Reader.WaitToReadAsync())
        {
            Step();
        }
    }

    private void Commit(List<Work> group)
    {
        try
        {
            var now = _time.GetUtcNow().ToUnixTimeMilliseconds();
            var parts = group.FindAll(work => work.Part is not null);
            var results = _session.Merge((_, merger) =>
            {
                parts.ForEach(work => merger.Add(work.Part!, now));
                group.ForEach(work => merger.Tell(work.Told));
            });
            Answer(parts, (work, i) => work.Done.TrySetResult(results[i]));
        }
        catch (Exception e)
        {
            Answer(group, (work, _) => work.Done.TrySetException(e));
        }
    }

    // Results are delivered on other threads, several on each: waking a thread for every result costs more than delivering it.
    private void Answer(List<Work> group, Action<Work, int> answer)
    {
        for (var from = 0; from < group.Count; from += PerThread)
        {
            var (first, last) = (from, Math.Min(from + PerThread, group.Count));
            _work.Later(() =>
            {
                for (var i = first; i < last; i++)
                {
                    answer(group[i], i);
                }
            });
        }
    }

    /// <summary>A part to merge, or a node's report of its lane.</summary>
    private sealed record Work(LogPart? Part, LaneReport? Told, TaskCompletionSource<MergeResult> Done);
}
