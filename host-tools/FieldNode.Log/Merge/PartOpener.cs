using FieldNode.Log.Keys;
using FieldNode.Log.Parts;
using FieldNode.Log.Store;
using FieldNode.Protocol;

namespace FieldNode.Log.Merge;

/// <summary>
/// Opens the codes of parts before they are merged, on the threads that bring them. That is most of the work on a record; the single writer
/// does the rest. A part whose key is missing is left to the writer. The last chains used by each node are cached: a node creates one at a
/// time.
/// </summary>
internal sealed class PartOpener(HostStore store) : IDisposable
{
    /// <summary>More nodes than a city has lanes; at this number, the cache is cleared and rebuilt.</summary>
    private const int NodesMax = 16_384;

    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(10);

    /// <summary>The number of chains cached per node.</summary>
    internal const int ChainsMax = 4;

    /// <summary>A month of a busy lane; keys that are nearer are derived at once.</summary>
    private const uint FarSteps = 1 << 16;

    internal const uint StepsOfATurn = 4096; // about 3 ms

    /// <summary>More turns than the furthest record needs: meanwhile, a request for an early record of the same chain sets the chain
    /// back.</summary>
    private const int TurnsMax = 1024;

    /// <summary>The number of distant parts that may wait for their turns; any further part must be sent again.</summary>
    internal const int WaitingMax = 16;

    private readonly Dictionary<ulong, List<(Name Name, SealedChain Chain)>> _chains = [];
    private readonly Lock _lock = new();
    private readonly SemaphoreSlim _far = new(1);
    private int _waiting;

    /// <summary>The number of keys to derive, each from the previous one, to open a part; 0 if there is nothing to open or no
    /// key.</summary>
    /// <exception cref="HostFault">The store cannot be read.</exception>
    public uint StepsTo(LogPart part)
    {
        return LastSealed(part) is { } last && ChainOf(part) is { } chain ? StepsTo(chain, last) : 0;
    }

    /// <summary>
    /// Derives the keys of a part that is far from those before it, in small turns with a pause after each, one part at a time. All distant
    /// parts together take a quarter of one processor, and other uploads continue meanwhile.
    /// </summary>
    /// <param name="steps"><see cref="StepsTo(LogPart)"/>.</param>
    /// <returns>False if too many such parts are waiting.</returns>
    /// <exception cref="HostFault">The store cannot be read.</exception>
    public async Task<bool> DeriveAhead(LogPart part, uint steps)
    {
        if (steps <= FarSteps || LastSealed(part) is not { } last || ChainOf(part) is not { } chain || !IsWithinReach(chain, last))
        {
            return true;
        }

        if (Interlocked.Increment(ref _waiting) > WaitingMax)
        {
            Interlocked.Decrement(ref _waiting);
            return false;
        }

        await _far.WaitAsync();
        try
        {
            for (var turn = 0; turn < TurnsMax && StepsTo(chain, last) > StepsOfATurn; turn++)
            {
                lock (chain)
                {
                    chain.Advance(last, StepsOfATurn);
                }

                await store.Outside.Work.Pause(s_pause, CancellationToken.None);
            }

            return true;
        }
        finally
        {
            _far.Release();
            Interlocked.Decrement(ref _waiting);
        }
    }

    private static bool IsWithinReach(SealedChain chain, uint sequence)
    {
        lock (chain)
        {
            return chain.IsWithinReach(sequence);
        }
    }

    private static uint StepsTo(SealedChain chain, uint sequence)
    {
        lock (chain)
        {
            return chain.StepsTo(sequence);
        }
    }

    private static uint? LastSealed(LogPart part)
    {
        uint? last = null;
        foreach (var (sequence, frame) in part.Frames())
        {
            last = SealedPart.Find(part.Bytes, frame.Offset, out _) > 0 ? sequence : last;
        }

        return last;
    }

    /// <exception cref="HostFault">The store cannot be read.</exception>
    public void Open(LogPart part)
    {
        if (ChainOf(part) is { } chain)
        {
            part.Opened = OpenedPart.Open(part, chain, store.Vault);
        }
    }

    public void Dispose() => _far.Dispose();

    private SealedChain? ChainOf(LogPart part)
    {
        var seals = part.Seals;
        if (seals.Key == SealStart.Unknown)
        {
            return null;
        }

        var name = new Name(part.Epoch, seals.Since, seals.Key, seals.Chain, seals.Check);
        lock (_lock)
        {
            if (Take(part.NodeId, name) is { } known)
            {
                return known;
            }
        }

        var reserve = store.Guard(() =>
        {
            using var connection = store.Connect();
            return SealReserves.Find(connection, store.Vault, part.NodeId, seals);
        });
        var chain = new SealedChain(seals, part.Epoch, reserve);
        if (chain.LacksKey)
        {
            return null; // it may arrive later
        }

        lock (_lock)
        {
            return Take(part.NodeId, name) ?? Keep(part.NodeId, name, chain);
        }
    }

    // The most recently used chain is last.
    private SealedChain? Take(ulong node, Name name)
    {
        if (!_chains.TryGetValue(node, out var chains) || chains.FindIndex(one => one.Name == name) is not (>= 0 and var at))
        {
            return null;
        }

        var found = chains[at];
        chains.RemoveAt(at);
        chains.Add(found);
        return found.Chain;
    }

    private SealedChain Keep(ulong node, Name name, SealedChain chain)
    {
        if (_chains.Count >= NodesMax)
        {
            _chains.Clear();
        }

        if (!_chains.TryGetValue(node, out var chains))
        {
            _chains[node] = chains = [];
        }

        if (chains.Count == ChainsMax)
        {
            chains.RemoveAt(0);
        }

        chains.Add((name, chain));
        return chain;
    }

    private readonly record struct Name(uint Epoch, uint Since, byte Key, byte Chain, uint Check);
}
